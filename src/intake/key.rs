//! By what a second delivery of a push is known: the publisher's id of the message; else its entity, version and
//! change; else, where a version would be needed to tell two messages apart, the body.

use crate::digest::sha256;
use crate::store::{Citizen, Contents, Key, Notice};

/// The key of a push among those of its recipient.
pub(super) fn of(contents: &Contents, body: &[u8]) -> Key {
    match contents {
        Contents::Understood(notice) => match (&notice.message_id, &notice.version) {
            (Some(id), _) => digest(&["message", id]),
            (None, Some(version)) => change(notice, version),
            (None, None) => as_it_is(body),
        },
        Contents::Parked(_) => as_it_is(body),
    }
}

/// The citizen is part of it: a type whose entities have no id of their own gives all of them the same.
fn change(notice: &Notice, version: &str) -> Key {
    let Notice { entity_type, entity_id, change, citizen, .. } = notice;
    let citizen = citizen.as_ref().map_or("", |Citizen(number)| number);
    digest(&["change", &entity_type.to_string(), entity_id, version, change.label(), citizen])
}

fn as_it_is(body: &[u8]) -> Key {
    Key(sha256(&[b"body\0", body].concat()))
}

/// No part contains the character between them.
fn digest(parts: &[&str]) -> Key {
    Key(sha256(parts.join("\0").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Change;

    fn notice() -> Notice {
        Notice {
            message_id: None,
            entity_type: 60_007,
            entity_id: "00000000-0000-0000-0000-000000000000".to_owned(),
            version: Some("1".to_owned()),
            change: Change::Update,
            citizen: Some(Citizen("0101575001".to_owned())),
        }
    }

    fn key(notice: Notice, body: &str) -> Key {
        of(&Contents::Understood(notice), body.as_bytes())
    }

    #[test]
    fn an_id_of_the_message_is_enough() {
        let with = |id: &str, version: &str| Notice {
            message_id: Some(id.to_owned()),
            version: Some(version.to_owned()),
            ..notice()
        };
        assert_eq!(key(with("a", "1"), "x"), key(with("a", "2"), "y"));
        assert_ne!(key(with("a", "1"), "x"), key(with("b", "1"), "x"));
    }

    #[test]
    fn else_everything_that_tells_two_changes_apart_counts_and_the_body_does_not() {
        let of = |change: fn(&mut Notice)| {
            let mut notice = notice();
            change(&mut notice);
            key(notice, "x")
        };
        assert_eq!(of(|_| ()), key(notice(), "y"));
        let others: [fn(&mut Notice); 5] = [
            |notice| notice.entity_type = 60_008,
            |notice| notice.entity_id = "e".to_owned(),
            |notice| notice.version = Some("2".to_owned()),
            |notice| notice.change = Change::Delete,
            |notice| notice.citizen = Some(Citizen("0101575002".to_owned())),
        ];
        for other in others {
            assert_ne!(of(|_| ()), of(other));
        }
    }

    #[test]
    fn without_a_version_and_when_it_is_not_understood_only_the_same_body_is_the_same() {
        let unversioned = || Notice { version: None, ..notice() };
        assert_eq!(key(unversioned(), "x"), key(unversioned(), "x"));
        assert_ne!(key(unversioned(), "x"), key(unversioned(), "y"));
        let parked = |body: &str| of(&Contents::Parked("why".to_owned()), body.as_bytes());
        assert_eq!(parked("x"), parked("x"));
        assert_ne!(parked("x"), parked("y"));
    }
}
