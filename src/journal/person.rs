//! The citizen a call is about and the user it is made for, as keyed hashes: whoever holds the key can
//! find the calls about one number or for one user, and nobody can read either out of the journal.

use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::hmac;
use serde::{Serialize, Serializer};

use crate::digest::hex;

/// Fewer octets than this can be guessed together with the few numbers there are.
const SHORTEST_KEY: usize = 32;

/// HMAC-SHA256 of a civil registration number, or of a user's identifier. That itself cannot be got out of it, nor
/// put into an event otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person([u8; 32]);

/// The key of the hashes.
#[derive(Debug)]
pub(super) struct PersonKey(hmac::Key);

impl PersonKey {
    /// Reads the file that holds it; line ends after it do not count.
    pub(super) fn load(file: &Path) -> io::Result<Self> {
        let key = fs::read(file)?;
        let key = key.trim_ascii_end();
        if key.len() < SHORTEST_KEY {
            return Err(io::Error::other(format!("it has fewer than {SHORTEST_KEY} octets")));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// The hash of a civil registration number; its hyphen does not count.
    pub(super) fn of_number(&self, number: &str) -> Person {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        self.hash(&digits)
    }

    /// The hash of a user's identifier as it was sent, but for white space around it.
    pub(super) fn of_user(&self, identifier: &str) -> Person {
        self.hash(identifier.trim())
    }

    fn hash(&self, text: &str) -> Person {
        let tag = hmac::sign(&self.0, text.as_bytes());
        let mut octets = [0; 32];
        octets.copy_from_slice(tag.as_ref());
        Person(octets)
    }
}

impl Serialize for Person {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(octets: &[u8]) -> io::Result<PersonKey> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        fs::write(&file, octets).unwrap();
        PersonKey::load(&file)
    }

    #[test]
    fn a_hash_is_the_same_for_the_same_number_and_key_only() {
        let (one, other) = (key(&[b'a'; 32]).unwrap(), key(&[b'b'; 32]).unwrap());
        assert_eq!(one.of_number("0101575001"), one.of_number("010157-5001"));
        assert_ne!(one.of_number("0101575001"), one.of_number("0101575002"));
        assert_ne!(one.of_number("0101575001"), other.of_number("0101575001"));
        assert_eq!(
            one.of_number("0101575001"),
            key(&[&[b'a'; 32][..], b"\r\n"].concat()).unwrap().of_number("0101575001")
        );
    }

    #[test]
    fn a_user_is_whoever_was_stated() {
        let key = key(&[b'a'; 32]).unwrap();
        assert_eq!(key.of_user("RID-12345"), key.of_user(" RID-12345\n"));
        assert_ne!(key.of_user("RID-12345"), key.of_user("12345"));
        assert_eq!(key.of_user("0101575001"), key.of_number("010157-5001"), "a citizen who acts for himself");
    }

    /// The known answer says that it is HMAC-SHA256 and nothing else, so that others can compute it.
    #[test]
    fn others_can_compute_it() {
        let known = key(b"0123456789abcdef0123456789abcdef").unwrap().of_number("0101575001");
        assert_eq!(
            serde_json::to_string(&known).unwrap(),
            "\"ea351aab0726cd952f5849e70c0278f90693559a077bb1e3696a5ef2576f7074\""
        );
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(key(&[b'a'; 31]).is_err());
        assert!(key(b"").is_err());
    }
}
