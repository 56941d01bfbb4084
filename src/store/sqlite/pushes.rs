//! The table `push`.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{all, moment};
use super::{Reading, Sqlite};
use crate::store::{
    Answer, Body, Change, Citizen, Contents, Count, Kept, Key, NewPush, Notice, PushId, PushQueries, Pushes, Recipient,
    State, StoreError, Stored, Waiting,
};

const INSERT: &str = "INSERT INTO push (organisation_type, organisation_code, key, publisher_cvr, publisher_uuid,
        received_at, state, parked_because, message_id, entity_type, entity_id, version, change, citizen, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const SAME: &str =
    "SELECT id, body = ?4 FROM push WHERE organisation_type = ?1 AND organisation_code = ?2 AND key = ?3";
const ONE: &str = "SELECT * FROM push WHERE id = ?1";
const COUNTS: &str = "SELECT organisation_type, organisation_code, entity_type, state,
        count(*) AS pushes, min(received_at) AS oldest, max(received_at) AS newest
    FROM push GROUP BY organisation_type, organisation_code, entity_type, state";
const WAITING: &str = "SELECT state, count(*) AS pushes, min(received_at) AS oldest FROM push GROUP BY state";

impl Pushes for Sqlite {
    fn keep(&self, push: NewPush) -> Answer<'_, Kept> {
        self.writing.ask(move |connection| keep(connection, &push))
    }
}

impl PushQueries for Sqlite {
    fn push(&self, id: PushId) -> Answer<'_, Option<Stored>> {
        self.reading.push(id)
    }

    fn counts(&self) -> Answer<'_, Vec<Count>> {
        self.reading.counts()
    }

    fn waiting(&self) -> Answer<'_, Vec<Waiting>> {
        self.reading.waiting()
    }
}

impl PushQueries for Reading {
    fn push(&self, id: PushId) -> Answer<'_, Option<Stored>> {
        self.0.ask(move |connection| {
            let mut one = connection.prepare_cached(ONE)?;
            let found = one.query_one([id.0], |row| Ok(stored(row))).optional()?;
            found.transpose()
        })
    }

    fn counts(&self) -> Answer<'_, Vec<Count>> {
        self.0.ask(|connection| all(connection, COUNTS, [], count))
    }

    fn waiting(&self) -> Answer<'_, Vec<Waiting>> {
        self.0.ask(|connection| all(connection, WAITING, [], waiting))
    }
}

fn keep(connection: &Connection, push: &NewPush) -> Result<Kept, StoreError> {
    let Recipient { kind, code } = &push.recipient;
    let mut same = connection.prepare_cached(SAME)?;
    let known = same.query_one(params![kind, code, push.key.0, push.body.0.as_ref()], |row| {
        let id = PushId(row.get(0)?);
        Ok(if row.get(1)? { Kept::Again(id) } else { Kept::Differs(id) })
    });
    match known.optional()? {
        Some(known) => Ok(known),
        None => insert(connection, push).map(Kept::New),
    }
}

fn insert(connection: &Connection, push: &NewPush) -> Result<PushId, StoreError> {
    let (state, because, notice) = match &push.contents {
        Contents::Understood(notice) => (State::Received, None, Some(notice)),
        Contents::Parked(because) => (State::Parked, Some(because), None),
    };
    connection.prepare_cached(INSERT)?.execute(params![
        push.recipient.kind,
        push.recipient.code,
        push.key.0,
        push.cvr.to_string(),
        push.uuid.to_string(),
        push.received_at.timestamp_millis(),
        state.label(),
        because,
        notice.and_then(|notice| notice.message_id.as_deref()),
        notice.map(|notice| notice.entity_type),
        notice.map(|notice| notice.entity_id.as_str()),
        notice.and_then(|notice| notice.version.as_deref()),
        notice.map(|notice| notice.change.number()),
        notice.and_then(|notice| notice.citizen.as_ref()).map(|citizen| citizen.0.as_str()),
        push.body.0.as_ref(),
    ])?;
    Ok(PushId(connection.last_insert_rowid()))
}

fn stored(row: &Row<'_>) -> Result<Stored, StoreError> {
    let state = state(row)?;
    let contents = match state {
        State::Received => Contents::Understood(notice(row)?),
        State::Parked => Contents::Parked(row.get("parked_because")?),
    };
    let parsed = |text: String| text.parse().map_err(|_| ODD);
    let push = NewPush {
        recipient: recipient(row)?,
        key: Key(row.get("key")?),
        cvr: row.get::<_, String>("publisher_cvr")?.parse().map_err(|_| ODD)?,
        uuid: parsed(row.get("publisher_uuid")?)?,
        received_at: moment(row, "received_at")?,
        contents,
        body: Body(Bytes::from(row.get::<_, Vec<u8>>("body")?)),
    };
    Ok(Stored { id: PushId(row.get("id")?), state, push })
}

fn notice(row: &Row<'_>) -> Result<Notice, StoreError> {
    Ok(Notice {
        message_id: row.get("message_id")?,
        entity_type: row.get("entity_type")?,
        entity_id: row.get("entity_id")?,
        version: row.get("version")?,
        change: Change::of(row.get("change")?).ok_or(ODD)?,
        citizen: row.get::<_, Option<String>>("citizen")?.map(Citizen),
    })
}

fn count(row: &Row<'_>) -> Result<Count, StoreError> {
    Ok(Count {
        recipient: recipient(row)?,
        entity_type: row.get("entity_type")?,
        state: state(row)?,
        pushes: row.get("pushes")?,
        oldest: moment(row, "oldest")?,
        newest: moment(row, "newest")?,
    })
}

fn waiting(row: &Row<'_>) -> Result<Waiting, StoreError> {
    Ok(Waiting { state: state(row)?, pushes: row.get("pushes")?, oldest: moment(row, "oldest")? })
}

fn recipient(row: &Row<'_>) -> Result<Recipient, StoreError> {
    Ok(Recipient { kind: row.get("organisation_type")?, code: row.get("organisation_code")? })
}

fn state(row: &Row<'_>) -> Result<State, StoreError> {
    let label: String = row.get("state")?;
    State::ALL.into_iter().find(|state| state.label() == label).ok_or(ODD)
}

const ODD: StoreError = StoreError::Corrupt("a row of push is not one this program wrote");
