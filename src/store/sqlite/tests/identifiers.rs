//! Numbers are given once and for ever.

use crate::store::{IdentifierQueries, Identifiers, Pair, StoreError};

use super::*;

const KIND: &str = "jobannonce";

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[tokio::test]
async fn a_number_is_one_more_than_the_largest_and_no_less_than_the_first() {
    let store = Place::new().open();
    assert_eq!(store.reserve(KIND, uuid(1), 1_000).await, Ok(1_000));
    assert_eq!(store.reserve(KIND, uuid(2), 1_000).await, Ok(1_001));
    assert_eq!(store.reserve(KIND, uuid(3), 500).await, Ok(1_002), "a smaller first number gives none again");
    assert_eq!(store.reserve(KIND, uuid(4), 2_000).await, Ok(2_000));
    assert_eq!(store.reserve("other", uuid(4), 1).await, Ok(1), "each kind has numbers of its own");
    assert_eq!(store.uuid_of(KIND, 1_001).await, Ok(Some(uuid(2))));
    assert_eq!(store.uuid_of(KIND, 1_500).await, Ok(None));
    assert_eq!(store.uuid_of("other", 1_000).await, Ok(None));
}

#[tokio::test]
async fn rn_ja_07_numbers_are_never_given_again_nor_changed() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(store.reserve(KIND, uuid(1), 7).await, Ok(7));
    let change = |sql: &'static str| store.writing.ask(move |connection| Ok(connection.execute(sql, [])?));
    for sql in ["DELETE FROM identifier", "UPDATE identifier SET uuid = 'x'", "UPDATE identifier SET number = 8"] {
        assert!(matches!(change(sql).await, Err(StoreError::Unavailable(_))), "{sql}");
    }
    assert!(store.reserve(KIND, uuid(1), 7).await.is_err(), "a uuid has one number");
    drop(store);
    let store = place.open();
    assert_eq!(store.uuid_of(KIND, 7).await, Ok(Some(uuid(1))));
    assert_eq!(store.reserve(KIND, uuid(2), 7).await, Ok(8));
}

#[tokio::test]
async fn many_at_once_get_different_numbers() {
    let store = Place::new().open();
    let numbers = join_all((0..200).map(|number| store.reserve(KIND, uuid(number), 1))).await;
    let mut numbers: Vec<i32> = numbers.into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn when_the_largest_is_given_there_is_none_left() {
    let store = Place::new().open();
    assert_eq!(store.reserve(KIND, uuid(1), i32::MAX).await, Ok(i32::MAX));
    let none = StoreError::Unavailable("there is no number left to give");
    assert_eq!(store.reserve(KIND, uuid(2), 1).await, Err(none));
    assert_eq!(store.pairs(KIND).await.unwrap().len(), 1);
}

#[tokio::test]
async fn rn_ja_07_numbers_of_the_old_service_are_taken_over() {
    let store = Place::new().open();
    let pair = |number: i32, of: u128| Pair { number, uuid: uuid(of) };
    assert_eq!(store.take_over(KIND, vec![pair(4_711, 1), pair(12, 2)]).await, Ok(Ok(2)));
    assert_eq!(store.uuid_of(KIND, 4_711).await, Ok(Some(uuid(1))));
    assert_eq!(store.take_over(KIND, vec![pair(12, 2), pair(13, 3)]).await, Ok(Ok(1)), "once more, and one more");
    for wrong in [pair(12, 9), pair(99, 2)] {
        assert_eq!(store.take_over(KIND, vec![pair(50, 50), wrong]).await, Ok(Err(wrong)));
    }
    assert_eq!(store.pairs(KIND).await, Ok(vec![pair(12, 2), pair(13, 3), pair(4_711, 1)]), "all or nothing");
    assert_eq!(store.reserve(KIND, uuid(5), 1).await, Ok(4_712), "behind what was taken over");
}
