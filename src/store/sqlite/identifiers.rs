//! The table `identifier`.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Reading, Sqlite};
use crate::store::{Answer, IdentifierQueries, Identifiers, Pair, StoreError};

const UUID: &str = "SELECT uuid FROM identifier WHERE kind = ?1 AND number = ?2";
const NUMBER: &str = "SELECT number FROM identifier WHERE kind = ?1 AND uuid = ?2";
const LARGEST: &str = "SELECT max(number) FROM identifier WHERE kind = ?1";
const INSERT: &str = "INSERT INTO identifier (kind, number, uuid) VALUES (?1, ?2, ?3)";
const ALL: &str = "SELECT number, uuid FROM identifier WHERE kind = ?1 ORDER BY number";

const ODD: StoreError = StoreError::Corrupt("a row of identifier is not one this program wrote");
const NONE_LEFT: StoreError = StoreError::Unavailable("there is no number left to give");

impl Identifiers for Sqlite {
    fn uuid_of(&self, kind: &str, number: i32) -> Answer<'_, Option<Uuid>> {
        let kind = kind.to_owned();
        self.reading.0.ask(move |connection| uuid_of(connection, &kind, number))
    }

    fn reserve(&self, kind: &str, uuid: Uuid, first: i32) -> Answer<'_, i32> {
        let kind = kind.to_owned();
        self.writing.ask(move |connection| {
            let largest: Option<i32> = connection.prepare_cached(LARGEST)?.query_one([&kind], |row| row.get(0))?;
            let next = largest.map_or(Some(first), |largest| Some(largest.checked_add(1)?.max(first)));
            let number = next.ok_or(NONE_LEFT)?;
            insert(connection, &kind, Pair { number, uuid })?;
            Ok(number)
        })
    }

    fn take_over(&self, kind: &str, pairs: Vec<Pair>) -> Answer<'_, Result<usize, Pair>> {
        let kind = kind.to_owned();
        self.writing.ask(move |connection| {
            // First all are looked at, so that nothing has to be undone.
            let mut new = Vec::new();
            for pair in &pairs {
                let by_number = uuid_of(connection, &kind, pair.number)?;
                let mut number = connection.prepare_cached(NUMBER)?;
                let by_uuid =
                    number.query_one(params![kind, text(pair.uuid)], |row| row.get::<_, i32>(0)).optional()?;
                match (by_number, by_uuid) {
                    (None, None) => new.push(*pair),
                    (Some(uuid), Some(number)) if (Pair { number, uuid }) == *pair => {}
                    _ => return Ok(Err(*pair)),
                }
            }
            new.iter().try_for_each(|pair| insert(connection, &kind, *pair))?;
            Ok(Ok(new.len()))
        })
    }
}

impl IdentifierQueries for Reading {
    fn pairs(&self, kind: &str) -> Answer<'_, Vec<Pair>> {
        let kind = kind.to_owned();
        self.0.ask(move |connection| {
            let mut all = connection.prepare_cached(ALL)?;
            let rows = all.query_map([&kind], |row| Ok((row.get::<_, i32>(0)?, row.get::<_, String>(1)?)))?;
            let pair = |(number, uuid): (i32, String)| Ok(Pair { number, uuid: uuid.parse().map_err(|_| ODD)? });
            rows.map(|row| pair(row?)).collect()
        })
    }
}

impl IdentifierQueries for Sqlite {
    fn pairs(&self, kind: &str) -> Answer<'_, Vec<Pair>> {
        self.reading.pairs(kind)
    }
}

fn uuid_of(connection: &Connection, kind: &str, number: i32) -> Result<Option<Uuid>, StoreError> {
    let found = connection.prepare_cached(UUID)?.query_one(params![kind, number], |row| row.get::<_, String>(0));
    found.optional()?.map(|uuid| uuid.parse().map_err(|_| ODD)).transpose()
}

fn insert(connection: &Connection, kind: &str, pair: Pair) -> Result<(), StoreError> {
    connection.prepare_cached(INSERT)?.execute(params![kind, pair.number, text(pair.uuid)])?;
    Ok(())
}

fn text(uuid: Uuid) -> String {
    uuid.hyphenated().to_string()
}
