//! PKCS#12, in which MitID Erhverv delivers certificates: it is recognised, so that a `.p12` in a place of
//! PEM is told as what it is. It is not read: that would take a second implementation of ciphers (down to RC2)
//! and a password among the settings, for what one command does once.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What to do with such a file.
pub const HINT: &str = "it is a PKCS#12 file (.p12, .pfx); make PEM of it: \
    `openssl pkcs12 -in FILE.p12 -nokeys -out chain.pem` for the certificate and its chain, \
    `openssl pkcs12 -in FILE.p12 -nocerts -noenc -out key.pem` for the key (with -legacy if OpenSSL 3 asks for it)";

/// Whether a file begins as PKCS#12 does; one that cannot be read does not.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    let mut start = [0; 16];
    File::open(path).and_then(|mut file| file.read(&mut start)).is_ok_and(|length| is(&start[..length]))
}

/// Whether these octets begin as PKCS#12 does: a SEQUENCE of the version, 3, and a SEQUENCE.
#[must_use]
pub fn is(octets: &[u8]) -> bool {
    let Some([0x30, length, rest @ ..]) = octets.get(..) else { return false };
    let long = if length & 0x80 == 0 { 0 } else { usize::from(length & 0x7f) }; // 0x80 alone is a length without end
    rest.get(long..).is_some_and(|content| content.starts_with(&[0x02, 0x01, 0x03, 0x30]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_openssl_and_others_write_is_recognised() {
        for start in [
            &[0x30, 0x82, 0x0b, 0x77, 0x02, 0x01, 0x03, 0x30, 0x82][..],
            &[0x30, 0x80, 0x02, 0x01, 0x03, 0x30, 0x80],
            &[0x30, 0x40, 0x02, 0x01, 0x03, 0x30],
        ] {
            assert!(is(start), "{start:x?}");
        }
    }

    #[test]
    fn certificates_keys_and_text_are_not() {
        for start in [
            &b"-----BEGIN CERTIFICATE-----"[..],
            &[0x30, 0x82, 0x05, 0x00, 0x30, 0x82, 0x03, 0x00, 0xa0, 0x03, 0x02, 0x01, 0x02],
            &[0x30, 0x82, 0x05, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0d],
            &[0x30, 0xff],
            &[0x30],
            &[],
        ] {
            assert!(!is(start), "{start:x?}");
        }
    }
}
