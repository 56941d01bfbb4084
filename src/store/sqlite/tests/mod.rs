#![allow(clippy::disallowed_methods, reason = "others that open the same file")]

use std::path::PathBuf;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use futures_util::FutureExt;
use futures_util::future::join_all;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::digest::sha256;
use crate::store::{
    Body, Change, Citizen, Contents, Kept, Key, NewPush, Notice, PushId, PushQueries, Pushes, Recipient, State,
};

mod crash;
mod identifiers;
mod open;

/// A folder with the file of a store in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("var/facade.db")
    }

    /// A process another test starts at the same time holds what is open here, the lock too, until it is its own program.
    fn open(&self) -> Sqlite {
        for _ in 0..100 {
            match Sqlite::open(&self.file()) {
                Err(OpenError::InUse(_)) => thread::sleep(Duration::from_millis(10)),
                opened => return opened.unwrap(),
            }
        }
        panic!("somebody else has it");
    }
}

/// The push with this number, to one job centre.
fn push(number: u32) -> NewPush {
    let notice = Notice {
        message_id: Some(format!("m{number}")),
        entity_type: 90_000,
        entity_id: format!("e{number}"),
        version: None,
        change: Change::Update,
        citizen: Some(Citizen("0101575001".to_owned())),
    };
    NewPush {
        recipient: Recipient { kind: 8, code: "10100".to_owned() },
        key: Key(sha256(&number.to_be_bytes())),
        cvr: "12345678".parse().unwrap(),
        uuid: Uuid::from_u128(7),
        received_at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
        contents: Contents::Understood(notice),
        body: Body(Bytes::from(format!("{{\"number\": {number} }}"))),
    }
}

fn with_body(number: u32, body: impl Into<Bytes>) -> NewPush {
    NewPush { body: Body(body.into()), ..push(number) }
}

async fn stored(store: &Sqlite) -> u64 {
    store.counts().await.unwrap().iter().map(|count| count.pushes).sum()
}

#[tokio::test]
async fn what_is_kept_is_there_as_it_came_after_the_store_was_closed() {
    let place = Place::new();
    let parked = NewPush { contents: Contents::Parked("no entity".to_owned()), ..with_body(2, vec![0, 255, b'{']) };
    let store = place.open();
    assert_eq!(store.keep(push(1)).await, Ok(Kept::New(PushId(1))));
    assert_eq!(store.keep(parked.clone()).await, Ok(Kept::New(PushId(2))));
    drop(store);

    let store = place.open();
    let first = store.push(PushId(1)).await.unwrap().unwrap();
    assert_eq!((first.id, first.state), (PushId(1), State::Received));
    assert_eq!(format!("{:?}", first.push), format!("{:?}", push(1)));
    assert_eq!((first.push.contents, first.push.body), (push(1).contents, push(1).body), "what Debug masks");
    let second = store.push(PushId(2)).await.unwrap().unwrap();
    assert_eq!((second.state, second.push.contents), (State::Parked, parked.contents));
    assert_eq!(second.push.body, parked.body);
    assert!(store.push(PushId(3)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_second_delivery_is_known_again_and_the_first_stays() {
    let store = Place::new().open();
    assert_eq!(store.keep(push(1)).await, Ok(Kept::New(PushId(1))));
    assert_eq!(store.keep(push(1)).await, Ok(Kept::Again(PushId(1))));
    assert_eq!(store.keep(with_body(1, "other")).await, Ok(Kept::Differs(PushId(1))));
    let elsewhere = NewPush { recipient: Recipient { kind: 8, code: "10200".to_owned() }, ..push(1) };
    assert!(matches!(store.keep(elsewhere).await, Ok(Kept::New(_))), "a recipient of its own");
    assert_eq!(store.push(PushId(1)).await.unwrap().unwrap().push.body, push(1).body);
    assert_eq!(stored(&store).await, 2);
}

#[tokio::test]
async fn counts_tell_recipients_types_and_states_apart() {
    let store = Place::new().open();
    let other = NewPush { recipient: Recipient { kind: 1, code: "29".to_owned() }, ..push(3) };
    let later = NewPush { received_at: DateTime::from_timestamp_millis(1_700_000_009_000).unwrap(), ..push(2) };
    let parked = NewPush { contents: Contents::Parked("why".to_owned()), ..push(4) };
    for push in [push(1), later.clone(), other, parked] {
        store.keep(push).await.unwrap();
    }
    let counts = store.counts().await.unwrap();
    let lines: Vec<_> = counts.iter().map(|c| (c.recipient.to_string(), c.entity_type, c.state, c.pushes)).collect();
    let [fund, centre] = ["1/29", "8/10100"].map(str::to_owned);
    assert_eq!(
        lines,
        [
            (fund, Some(90_000), State::Received, 1),
            (centre.clone(), None, State::Parked, 1),
            (centre, Some(90_000), State::Received, 2)
        ]
    );
    assert_eq!((counts[2].oldest, counts[2].newest), (push(1).received_at, later.received_at));
    let waiting = store.waiting().await.unwrap();
    let waiting: Vec<_> = waiting.iter().map(|waiting| (waiting.state, waiting.pushes, waiting.oldest)).collect();
    assert_eq!(waiting, [(State::Parked, 1, push(4).received_at), (State::Received, 3, push(1).received_at)]);
}

/// Occupies the thread that writes, so that what is asked meanwhile becomes one group.
fn occupy(store: &Sqlite) -> (mpsc::Sender<()>, impl Future<Output = Result<(), StoreError>>) {
    let ((go, wait), (begin, begun)) = (mpsc::channel(), mpsc::channel());
    let wait = Mutex::new(wait);
    let mut occupied = store.writing.ask(move |_| {
        begin.send(()).unwrap();
        let _ = wait.lock().unwrap().recv();
        Ok(())
    });
    assert!((&mut occupied).now_or_never().is_none());
    begun.recv().unwrap();
    (go, occupied)
}

#[tokio::test]
async fn what_waits_is_committed_at_once_and_one_that_fails_fails_alone() {
    let place = Place::new();
    let store = place.open();
    let count = "SELECT count(*) FROM push";
    let beside = rusqlite::Connection::open(place.file()).unwrap();
    let beside = Mutex::new(beside);
    let (go, occupied) = occupy(&store);
    let seen = store.writing.ask(move |connection| {
        let inside: u32 = connection.query_one(count, [], |row| row.get(0))?;
        let outside: u32 = beside.lock().unwrap().query_one(count, [], |row| row.get(0))?;
        Ok((inside, outside))
    });
    let half_done = store.writing.ask::<()>(|connection| {
        connection.execute("INSERT INTO push SELECT 999, 1, 'x', zeroblob(32), '', '', 0, 'parked', 'y', NULL, NULL, NULL, NULL, NULL, NULL, x''", [])?;
        Err(StoreError::Corrupt("on purpose"))
    });
    let (first, second) =
        (join_all((0..100).map(|n| store.keep(push(n)))), join_all((100..200).map(|n| store.keep(push(n)))));
    let go = async move { go.send(()).unwrap() };
    let (occupied, first, half_done, seen, second, ()) = tokio::join!(occupied, first, half_done, seen, second, go);

    assert_eq!(occupied, Ok(()));
    assert_eq!(half_done, Err(StoreError::Corrupt("on purpose")));
    assert_eq!(seen, Ok((100, 0)), "in one transaction with those before it");
    let mut ids: Vec<_> = first.into_iter().chain(second).map(|kept| kept.unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 200);
    assert_eq!(stored(&store).await, 200, "and nothing of the one that failed");
}

#[tokio::test]
async fn a_full_disk_is_told_to_who_asks_for_too_much_and_is_over_when_there_is_room() {
    let place = Place::new();
    let store = place.open();
    let room = |pages: u32| {
        store
            .writing
            .ask(move |connection| Ok(connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?))
    };
    room(40).await.unwrap();
    let (go, occupied) = occupy(&store);
    let large = store.keep(with_body(1, vec![b' '; 1 << 20]));
    let small = join_all((2..12).map(|number| store.keep(push(number))));
    let go = async move { go.send(()).unwrap() };
    let (_, before, large, after, ()) = tokio::join!(occupied, store.keep(push(0)), large, small, go);
    assert!(matches!(before, Ok(Kept::New(_))), "{before:?}");
    assert_eq!(large, Err(StoreError::Full));
    assert!(after.iter().all(|kept| matches!(kept, Ok(Kept::New(_)))), "{after:?}");
    assert_eq!(stored(&store).await, 11);

    assert_eq!(store.keep(with_body(1, vec![b' '; 1 << 20])).await, Err(StoreError::Full));
    assert_eq!(store.standing(), Err(StoreError::Full));
    room(10_000).await.unwrap();
    assert!(matches!(store.keep(with_body(1, vec![b' '; 1 << 20])).await, Ok(Kept::New(_))));
    assert_eq!(store.standing(), Ok(()));
}

#[tokio::test]
async fn a_store_that_somebody_else_has_locked_is_tried_again_when_asked_how_it_stands() {
    let place = Place::new();
    let store = place.open();
    store.writing.ask(|connection| Ok(connection.busy_timeout(Duration::ZERO)?)).await.unwrap();
    let operator = rusqlite::Connection::open(place.file()).unwrap();
    operator.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.keep(push(1)).await, Err(StoreError::Unavailable("database is locked")));
    assert!(store.standing().is_err());
    operator.execute_batch("ROLLBACK").unwrap();
    while store.standing().is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(stored(&store).await, 0, "trying leaves nothing");
}

#[tokio::test]
async fn nothing_of_a_person_is_in_what_is_formatted() {
    let store = Place::new().open();
    let mut push = push(1);
    push.body = Body(Bytes::from_static(b"{\"number\":\"0101575001\"}"));
    assert!(!format!("{push:?}").contains("0101575001"));
    store.keep(push).await.unwrap();
    let refused = store
        .writing
        .ask(|connection| Ok(connection.execute("INSERT INTO push (id, citizen) VALUES (1, '0101575001')", [])?));
    let refused = refused.await.unwrap_err();
    assert!(!format!("{refused:?} {refused}").contains("0101575001"), "{refused:?}");
}
