//! The tables, made and changed in numbered steps. `PRAGMA user_version` is the number of the last one that was taken.

use rusqlite::{Connection, TransactionBehavior};

use super::open::OpenError;

/// The steps, from the first. One that has been released is never changed; what must change is a new step.
const STEPS: [&str; 3] = [
    include_str!("steps/0001-pushes.sql"),
    include_str!("steps/0002-identifiers.sql"),
    include_str!("steps/0003-usage.sql"),
];

/// Stands in the head of a file that is a store of the facade: "DFDG".
const APPLICATION: i32 = 0x4446_4447;

/// Takes the steps that are missing, all or none of them.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = taken(&transaction)?;
    for step in &STEPS[taken..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", STEPS.len())?;
    Ok(transaction.commit()?)
}

/// Refuses a store that is not up to date, for those who only read.
pub(super) fn require_up_to_date(connection: &Connection) -> Result<(), OpenError> {
    match taken(connection)? {
        taken if taken < STEPS.len() => Err(OpenError::Older),
        _ => Ok(()),
    }
}

/// How many steps have been taken.
fn taken(connection: &Connection) -> Result<usize, OpenError> {
    let number = |sql| connection.query_one(sql, [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    match usize::try_from(version) {
        _ if application != i64::from(APPLICATION) && (tables > 0 || version != 0) => Err(OpenError::Foreign),
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(OpenError::Newer { version, known: STEPS.len() }),
    }
}
