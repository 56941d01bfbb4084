//! The citizen a call is about, as a keyed hash: whoever holds the key can find the calls about
//! one number, and nobody can read a number out of the journal.

use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::hmac;
use serde::{Serialize, Serializer};

use crate::digest::hex;

/// Fewer octets than this can be guessed together with the few numbers there are.
const SHORTEST_KEY: usize = 32;

/// HMAC-SHA256 of a civil registration number. The number itself cannot be got out of it, nor
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

    /// The hash of a number; its hyphen does not count.
    pub(super) fn hash(&self, number: &str) -> Person {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let tag = hmac::sign(&self.0, digits.as_bytes());
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
        assert_eq!(one.hash("0101575001"), one.hash("010157-5001"));
        assert_ne!(one.hash("0101575001"), one.hash("0101575002"));
        assert_ne!(one.hash("0101575001"), other.hash("0101575001"));
        assert_eq!(one.hash("0101575001"), key(&[&[b'a'; 32][..], b"\r\n"].concat()).unwrap().hash("0101575001"));
    }

    /// The known answer says that it is HMAC-SHA256 and nothing else, so that others can compute it.
    #[test]
    fn others_can_compute_it() {
        let known = key(b"0123456789abcdef0123456789abcdef").unwrap().hash("0101575001");
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
