//! Reading rows.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, Row};

use crate::store::StoreError;

/// Every row of a query.
pub(super) fn all<T>(
    connection: &Connection,
    query: &str,
    values: impl Params,
    of: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(of(row)?);
    }
    Ok(found)
}

/// A time, in milliseconds since 1970.
pub(super) fn moment(row: &Row<'_>, column: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(row.get(column)?).ok_or(StoreError::Corrupt("a time in it is none"))
}
