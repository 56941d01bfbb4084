//! The table `usage`.

use chrono::NaiveDate;
use rusqlite::{Row, params};

use super::rows::{all, moment};
use super::{Reading, Sqlite};
use crate::store::{Answer, Counted, LastCall, Line, StoreError, Tally, UsageQueries, Usages};

const ADD: &str = "INSERT INTO usage (day, client, service, operation, calls, faults, last_call)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, faults = faults + excluded.faults,
        last_call = max(last_call, excluded.last_call)";
const SINCE: &str = "SELECT * FROM usage WHERE day >= ?1 ORDER BY client, service, operation, day";
const LAST: &str = "SELECT client, service, operation, max(last_call) AS last_call FROM usage
    GROUP BY client, service, operation";

impl Usages for Sqlite {
    fn add_usage(&self, counted: Vec<Counted>) -> Answer<'_, ()> {
        self.writing.ask(move |connection| {
            let mut add = connection.prepare_cached(ADD)?;
            for Counted { day, line, tally } in &counted {
                let (calls, faults, last) = (tally.calls, tally.faults, tally.last.timestamp_millis());
                add.execute(params![day.to_string(), line.client, line.service, line.operation, calls, faults, last])?;
            }
            Ok(())
        })
    }
}

impl UsageQueries for Sqlite {
    fn usage_since(&self, day: NaiveDate) -> Answer<'_, Vec<Counted>> {
        self.reading.usage_since(day)
    }

    fn last_calls(&self) -> Answer<'_, Vec<LastCall>> {
        self.reading.last_calls()
    }
}

impl UsageQueries for Reading {
    fn usage_since(&self, day: NaiveDate) -> Answer<'_, Vec<Counted>> {
        self.0.ask(move |connection| all(connection, SINCE, [day.to_string()], counted))
    }

    fn last_calls(&self) -> Answer<'_, Vec<LastCall>> {
        self.0.ask(|connection| {
            all(connection, LAST, [], |row| Ok(LastCall { line: line(row)?, at: moment(row, "last_call")? }))
        })
    }
}

fn counted(row: &Row<'_>) -> Result<Counted, StoreError> {
    let day: String = row.get("day")?;
    let day = day.parse().map_err(|_| StoreError::Corrupt("a row of usage is not one this program wrote"))?;
    let line = line(row)?;
    let tally = Tally { calls: row.get("calls")?, faults: row.get("faults")?, last: moment(row, "last_call")? };
    Ok(Counted { day, line, tally })
}

fn line(row: &Row<'_>) -> Result<Line, StoreError> {
    Ok(Line { client: row.get("client")?, service: row.get("service")?, operation: row.get("operation")? })
}
