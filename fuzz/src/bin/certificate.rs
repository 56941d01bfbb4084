//! Any octets as a client's certificate. An identity is never invented: its numbers stand in the certificate, and what
//! the journal says of a certificate is the same whether it may call or not.
#![no_main]

use dfdg_facade::identity::{Certificate, Identity};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    let named = Certificate::from_der(der);
    match Identity::from_der(der) {
        Err(refusal) => assert!(!refusal.reason().is_empty() && !refusal.to_string().is_empty()),
        Ok(identity) => {
            let named = named.expect("a certificate with an identity has a name");
            assert_eq!((&named.issuer, &named.serial), (&identity.issuer, &identity.serial));
            assert_eq!(identity.cvr.to_string().parse(), Ok(identity.cvr));
            assert!(holds(der, &format!("NTRDK-{}", identity.cvr)), "{identity:?}");
            assert!(holds(der, &format!("UI:DK-O:G:{}", identity.uuid)), "{identity:?}");
            assert!(identity.valid_at(identity.not_before) == (identity.not_before <= identity.not_after));
        }
    }
});

fn holds(der: &[u8], text: &str) -> bool {
    der.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}
