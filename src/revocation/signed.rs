//! The outer shape certificates and revocation lists share (body, algorithm, signature), and
//! whether an authority's key made the signature.

use rustls::crypto::aws_lc_rs;
use rustls_pki_types::SignatureVerificationAlgorithm;
use x509_parser::asn1_rs::{Any, BitString, FromDer};

/// A signed structure taken apart; the parts are as they stand in its encoding.
pub(super) struct Signed<'d> {
    /// What is signed.
    pub(super) body: &'d [u8],
    /// The content of the AlgorithmIdentifier.
    algorithm: &'d [u8],
    signature: BitString<'d>,
}

/// The public key of an authority.
#[derive(Debug)]
pub(super) struct PublicKey {
    /// The content of its AlgorithmIdentifier.
    algorithm: Vec<u8>,
    key: Vec<u8>,
}

impl<'d> Signed<'d> {
    /// `None` when `der` does not have this shape, or something follows it.
    pub(super) fn read(der: &'d [u8]) -> Option<Self> {
        let parts = whole(der)?;
        let (after_body, _) = Any::from_der(parts).ok()?;
        let body = parts.get(..parts.len() - after_body.len())?;
        let (after_algorithm, algorithm) = Any::from_der(after_body).ok()?;
        let (rest, signature) = BitString::from_der(after_algorithm).ok()?;
        rest.is_empty().then_some(Self { body, algorithm: algorithm.data, signature })
    }

    /// Whether the owner of `key` signed it, with one of the algorithms TLS accepts too. Those
    /// are RSA (also with PSS in the three forms of OCES3) and ECDSA, never with SHA-1.
    pub(super) fn is_by(&self, key: &PublicKey) -> bool {
        let fits = |algorithm: &&dyn SignatureVerificationAlgorithm| {
            algorithm.signature_alg_id().as_ref() == self.algorithm
                && algorithm.public_key_alg_id().as_ref() == key.algorithm
        };
        let good = |algorithm: &dyn SignatureVerificationAlgorithm| {
            algorithm.verify_signature(&key.key, self.body, &self.signature.data).is_ok()
        };
        let known = aws_lc_rs::default_provider().signature_verification_algorithms.all;
        self.signature.unused_bits == 0 && known.iter().copied().filter(fits).any(good)
    }
}

impl PublicKey {
    /// The octets of the key itself.
    pub(super) fn octets(&self) -> &[u8] {
        &self.key
    }

    /// From a SubjectPublicKeyInfo; `None` when it is not one.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (after, algorithm) = Any::from_der(whole(der)?).ok()?;
        let (rest, key) = BitString::from_der(after).ok()?;
        let whole = rest.is_empty() && key.unused_bits == 0;
        whole.then(|| Self { algorithm: algorithm.data.to_vec(), key: key.data.to_vec() })
    }
}

/// The content of the one SEQUENCE that `der` is.
fn whole(der: &[u8]) -> Option<&[u8]> {
    let (rest, sequence) = Any::from_der(der).ok()?;
    (rest.is_empty() && sequence.header.tag() == x509_parser::asn1_rs::Tag::Sequence).then_some(sequence.data)
}
