//! Production and everything else are not believed side by side, unless the operator says so: a test certificate is handed out
//! freely, and with both roots in one list it would open production.
//!
//! Told by the subjects of the genuine authorities: `O=Den Danske Stat`, and those of the test environment have an
//! `OU=Test - cti` besides. Whoever is somebody else, such as a development PKI, is not production.

use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

const STATE: &str = "Den Danske Stat";

/// The subject of an authority of production and that of one which is not, when both are among these.
pub(super) fn mixed(authorities: &[CertificateDer<'_>]) -> Option<(String, String)> {
    let (mut production, mut other) = (None, None);
    for authority in authorities {
        let Ok((_, certificate)) = X509Certificate::from_der(authority) else { continue }; // told by whoever loads it
        let subject = certificate.subject().to_string();
        let place = if is_production(&certificate) { &mut production } else { &mut other };
        place.get_or_insert(subject);
    }
    production.zip(other)
}

fn is_production(authority: &X509Certificate<'_>) -> bool {
    let subject = authority.subject();
    let state = subject.iter_organization().any(|name| name.as_str() == Ok(STATE));
    state && subject.iter_organizational_unit().next().is_none()
}

#[cfg(test)]
pub(super) mod tests {
    use rustls::pki_types::pem::PemObject;

    use super::*;

    pub(in crate::listener) const TEST_ROOT: &[u8] = include_bytes!("../../crates/pki/tests/oces3/root-test.pem");
    const TEST_ISSUING: &[u8] = include_bytes!("../../crates/pki/tests/oces3/issuing-1-test.pem");
    const UNIT: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x0b];

    pub(in crate::listener) fn test(pem: &[u8]) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(pem).unwrap()
    }

    /// The test authority with its unit made into something else: so it is named as that of production, whose file is not here.
    pub(in crate::listener) fn production() -> CertificateDer<'static> {
        let mut der = test(TEST_ROOT).to_vec();
        while let Some(at) = der.windows(UNIT.len()).position(|octets| octets == UNIT) {
            der[at + 4] = 0x0c;
        }
        der.into()
    }

    #[test]
    fn production_is_told_from_the_test_environment_and_from_others() {
        let (root, issuing) = (test(TEST_ROOT), test(TEST_ISSUING));
        assert_eq!(mixed(&[root.clone(), issuing.clone()]), None);
        assert_eq!(mixed(&[production(), production()]), None);
        let (one, other) = mixed(&[issuing, production()]).unwrap();
        assert!(one.contains("Den Danske Stat OCES rod-CA") && !one.contains("OU="), "{one}");
        assert!(other.contains("Den Danske Stat OCES udstedende-CA 1") && other.contains("OU=Test - cti"), "{other}");
    }
}
