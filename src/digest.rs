//! Digests, and octets as text.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

/// The SHA-256 of some octets.
#[must_use]
pub fn sha256(octets: &[u8]) -> [u8; SHA256_OUTPUT_LEN] {
    let mut out = [0; SHA256_OUTPUT_LEN];
    out.copy_from_slice(digest(&SHA256, octets).as_ref());
    out
}

/// Octets in lower-case hexadecimal.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut out, octet| {
        let _ = write!(out, "{octet:02x}"); // a String takes everything
        out
    })
}
