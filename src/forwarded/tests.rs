//! What is read from the headers, and what is not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::identity::MAX_CERTIFICATE_BYTES;

fn item(der: &[u8]) -> String {
    format!(":{}:", STANDARD.encode(der))
}

fn read(own: &[&str], above: &[&str]) -> Result<Vec<Vec<u8>>, Refusal> {
    let found = certificates(own.iter().map(|value| value.as_bytes()), above.iter().map(|value| value.as_bytes()));
    found.map(|found| found.iter().map(|der| der.to_vec()).collect())
}

#[test]
fn no_header_is_a_caller_without_a_certificate() {
    assert_eq!(read(&[], &[]), Ok(Vec::new()));
}

#[test]
fn the_own_certificate_comes_first_and_those_above_in_their_order() {
    assert_eq!(read(&[":AQ==:"], &[]), Ok(vec![vec![1]]));
    assert_eq!(read(&[" :AQ==: "], &[":Ag==:,\t :Aw==:"]), Ok(vec![vec![1], vec![2], vec![3]]));
}

#[test]
fn a_header_may_be_there_once() {
    assert_eq!(read(&[":AQ==:", ":AQ==:"], &[]), Err(Refusal::Repeated(Header::Certificate)));
    assert_eq!(read(&[":AQ==:"], &[":AQ==:", ":AQ==:"]), Err(Refusal::Repeated(Header::Chain)));
    assert_eq!(read(&[], &[":AQ==:"]), Err(Refusal::ChainAlone));
}

#[test]
fn what_is_not_one_byte_sequence_is_refused() {
    for value in [
        "",
        ":",
        "::",
        "AQ==",
        ":AQ==",
        "AQ==:",
        ":AQ=:",
        ":AR==:", // the last bits belong to nothing
        ":A:",
        ":AQ==:;a=1",
        ":AQ==:, :AQ==:",
        ":AQ==::AQ==:",
        ":A Q==:",
        ":AQ==\n:",
        ":-_8=:", // base64 for URLs
        "-----BEGIN CERTIFICATE-----",
        "%3AAQ%3D%3D%3A",
        ":\u{e6}:",
    ] {
        assert_eq!(read(&[value], &[]), Err(Refusal::Malformed(Header::Certificate)), "{value:?}");
    }
    for value in ["", ",", ":AQ==:,", ",:AQ==:", ":AQ==: :AQ==:", ":AQ==:;:AQ==:"] {
        assert_eq!(read(&[":AQ==:"], &[value]), Err(Refusal::Malformed(Header::Chain)), "{value:?}");
    }
}

#[test]
fn size_and_number_are_limited() {
    let (largest, larger) = (item(&[0; MAX_CERTIFICATE_BYTES]), item(&[0; MAX_CERTIFICATE_BYTES + 1]));
    assert!(read(&[&largest], &[&largest]).is_ok());
    assert_eq!(read(&[&larger], &[]), Err(Refusal::TooLarge(Header::Certificate)));
    assert_eq!(read(&[&largest], &[&larger]), Err(Refusal::TooLarge(Header::Chain)));
    let many = |count: usize| vec![":AQ==:"; count].join(",");
    assert!(read(&[":AQ==:"], &[&many(MAX_CHAIN)]).is_ok());
    assert_eq!(read(&[":AQ==:"], &[&many(MAX_CHAIN + 1)]), Err(Refusal::TooMany));
    assert_eq!(read(&[":AQ==:"], &[&",".repeat(1 << 20)]), Err(Refusal::TooMany));
}

proptest! {
    #[test]
    fn what_is_written_is_read(ders in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..64), 1..=MAX_CHAIN)) {
        let above: Vec<String> = ders.iter().map(|der| item(der)).collect();
        prop_assert_eq!(read(&[&item(b"own")], &[&above.join(", ")]).unwrap()[1..].to_vec(), ders);
    }

    #[test]
    fn whatever_arrives_is_read_or_refused(value in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = certificate(&value);
        prop_assert!(chain(&value).is_ok_and(|found| found.len() <= MAX_CHAIN) || chain(&value).is_err());
    }
}
