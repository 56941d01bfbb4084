//! Any octets as the headers by which a proxy passes a certificate on: a line that begins with `+` is a value of
//! `Client-Cert-Chain`, any other one of `Client-Cert`. What is accepted are the certificates that were sent, all of
//! them and no others; what is refused is told in words that hold nothing of what was sent.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dfdg_facade::forwarded::{self, MAX_CHAIN};
use dfdg_facade::identity::{Certificate, MAX_CERTIFICATE_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let lines: Vec<&[u8]> = input.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).collect();
    let own = || lines.iter().copied().filter(|line| line[0] != b'+');
    let above = || lines.iter().filter_map(|line| line.strip_prefix(b"+"));
    match forwarded::certificates(own(), above()) {
        Err(refusal) => assert!(!refusal.reason().is_empty() && refusal.to_string().len() < 200),
        Ok(found) => {
            assert!(own().count() <= 1 && above().count() <= 1 && found.len() <= 1 + MAX_CHAIN);
            let sent = own().chain(above().flat_map(|value| value.split(|&byte| byte == b',')));
            let sent: Vec<&[u8]> = sent.map(<[u8]>::trim_ascii).collect();
            let read: Vec<Vec<u8>> = found.iter().map(|der| format!(":{}:", STANDARD.encode(der)).into()).collect();
            assert_eq!(read, sent);
            for der in &found {
                assert!((1..=MAX_CERTIFICATE_BYTES).contains(&der.len()));
                let _ = Certificate::from_der(der);
            }
        }
    }
});
