//! Chains made to cost time or memory: what is done for them is counted, and limited.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use rustls::{CertificateError, Error};

use super::client::{BOTH, Client};
use super::handshakes::outcome;
use super::{PKI, callers};
use crate::forwarded::MAX_CHAIN;
use crate::identity::MAX_CERTIFICATE_BYTES;
use crate::listener::reason::Reason;
use crate::listener::verifier::{CallerVerifier, Standing};
use crate::revocation::Revocation;
use crate::{clock, identity};

/// webpki's own limit; here because a new version might have none.
const MOST_SIGNATURES: usize = 100;

static CHECKED: AtomicUsize = AtomicUsize::new(0);

/// An algorithm that says no and counts how often it is asked.
#[derive(Debug)]
struct Counting(AlgorithmIdentifier);

impl SignatureVerificationAlgorithm for Counting {
    fn verify_signature(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        CHECKED.fetch_add(1, Ordering::SeqCst);
        Err(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0
    }
}

static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] =
    &[&Counting(alg_id::RSA_PSS_SHA256), &Counting(alg_id::RSA_PSS_SHA512), &Counting(alg_id::RSA_PKCS1_SHA256)];

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(PKI.file(name)).unwrap()
}

/// Authorities of this one's name, each with another key.
fn of_the_same_name(name: &str, count: usize) -> Vec<CertificateDer<'static>> {
    let original = certificate(name);
    let modulus = original.windows(4).position(|bytes| bytes == [0x02, 0x82, 0x01, 0x01]).unwrap();
    let other_key = |number: usize| {
        let mut der = original.to_vec();
        der[modulus + 20] ^= u8::try_from(number).unwrap() + 1;
        der.into()
    };
    (0..count).map(other_key).collect()
}

fn judge(chain: &[CertificateDer<'_>]) -> Result<(), Error> {
    let provider = CryptoProvider {
        signature_verification_algorithms: WebPkiSupportedAlgorithms { all: ALGORITHMS, mapping: &[] },
        ..aws_lc_rs::default_provider()
    };
    let roots = [certificate("ca/root/cert.pem")];
    let issuing = vec![certificate("ca/issuing-1/cert.pem")];
    let revocation = Arc::new(Revocation::new(&callers().trust.revocation));
    let standing = Standing::new(revocation, &roots, &issuing);
    let verifier = CallerVerifier::new(Arc::new(provider), &roots, issuing, true, standing).unwrap();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(clock::now().timestamp().cast_unsigned()));
    let (own, above) = chain.split_first().unwrap();
    verifier.verify_chain(own, above, now).map(drop)
}

#[test]
fn however_a_chain_branches_and_loops_few_signatures_are_checked() {
    let own = certificate("clients/system/cert.pem");
    for (issuing, roots) in [(MAX_CHAIN, 0), (MAX_CHAIN / 2, MAX_CHAIN / 2), (1, MAX_CHAIN - 1)] {
        let above = [of_the_same_name("ca/issuing-1/cert.pem", issuing), of_the_same_name("ca/root/cert.pem", roots)];
        let chain: Vec<_> = std::iter::once(own.clone()).chain(above.into_iter().flatten()).collect();
        CHECKED.store(0, Ordering::SeqCst);
        judge(&chain).unwrap_err();
        let checked = CHECKED.load(Ordering::SeqCst);
        assert!((1..=MOST_SIGNATURES).contains(&checked), "{issuing} {roots}: {checked}");
    }
}

#[test]
fn a_chain_too_long_or_too_large_is_not_looked_at() {
    let own = certificate("clients/system/cert.pem");
    let too_large = |error: Error| matches!(error, Error::InvalidCertificate(CertificateError::Other(_)));
    let junk = CertificateDer::from(vec![0x30; MAX_CERTIFICATE_BYTES + 1]);
    let issuing = certificate("ca/issuing-1/cert.pem");
    for chain in [
        [vec![own.clone()], vec![issuing; MAX_CHAIN + 1]].concat(),
        [vec![own.clone()], vec![CertificateDer::from(vec![0]); 10_000]].concat(),
        vec![own, junk.clone()],
        vec![junk],
    ] {
        assert!(too_large(judge(&chain).unwrap_err()), "{}", chain.len());
    }
}

/// As they arrive over the wire. What OpenSSL or rustls would not send is cut off by the limit of a message, 64 KiB.
#[tokio::test]
async fn a_handshake_with_such_a_chain_has_a_reason_of_its_own() {
    let own = certificate("clients/system/cert.pem");
    for above in [
        vec![CertificateDer::from(vec![0]); 10_000],
        vec![certificate("ca/issuing-1/cert.pem"); MAX_CHAIN + 1],
        vec![certificate("ca/issuing-1/cert.pem"); 100],
        vec![CertificateDer::from(vec![0x30; 60_000])],
        vec![CertificateDer::from(vec![0x30; 200_000])],
    ] {
        let chain = [vec![own.clone()], above].concat();
        let (count, bytes) = (chain.len(), chain.iter().map(|der| der.len()).sum::<usize>());
        let (client, server) = outcome(&Client::presenting(chain, "system", BOTH), &callers()).await;
        let failure = server.unwrap_err();
        assert_eq!(failure.reason, Reason::CertificateTooLarge, "{count}, {bytes} bytes: {}", failure.detail);
        assert!(failure.detail.len() < 1_000, "{}", failure.detail);
        client.unwrap_err();
    }
}

/// A SEQUENCE, or whatever `tag` is.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}

/// A certificate with these extensions and this issuer; signed by nobody.
fn made(issuer: &[u8], extensions: &[u8]) -> Vec<u8> {
    let algorithm = der(0x30, &[0x06, 0x03, 0x2a, 0x03, 0x04]);
    let validity = der(0x30, &[der(0x17, b"250101000000Z"), der(0x17, b"350101000000Z")].concat());
    let key = der(0x30, &[algorithm.clone(), der(0x03, &[0, 1])].concat());
    let body = [
        der(0xa0, &[2, 1, 2]),
        der(0x02, &[1]),
        algorithm.clone(),
        der(0x30, issuer),
        validity,
        der(0x30, &[]),
        key,
        der(0xa3, &der(0x30, extensions)),
    ];
    der(0x30, &[der(0x30, &body.concat()), algorithm, der(0x03, &[0, 1])].concat())
}

#[test]
fn thousands_of_extensions_names_and_policies_are_read_to_a_limit() {
    let extension = |oid: &[u8], value: &[u8]| der(0x30, &[der(0x06, oid), der(0x04, value)].concat());
    let policies: Vec<u8> = (0..400).flat_map(|_| der(0x30, &der(0x06, &[0x2a, 3]))).collect();
    let names: Vec<u8> = (0..700).flat_map(|_| der(0x82, b"a.example")).collect();
    for (what, extensions) in [
        ("extensions", (0..500).flat_map(|_| extension(&[0x2a, 3], &[])).collect()),
        ("policies", extension(&[0x55, 0x1d, 0x20], &der(0x30, &policies))),
        ("names", extension(&[0x55, 0x1d, 0x11], &der(0x30, &names))),
    ] {
        let fits = made(&[], &extensions);
        assert!(fits.len() <= MAX_CERTIFICATE_BYTES, "{what}: {}", fits.len());
        let refusal = identity::Identity::from_der(&fits).unwrap_err();
        assert_eq!(refusal, identity::Refusal::NotOces3, "{what} are read to the end");
        let many = made(&[], &extensions.repeat(10));
        assert_eq!(identity::Identity::from_der(&many).unwrap_err(), identity::Refusal::TooLarge, "{what}");
    }
}

#[test]
fn an_issuer_of_endless_length_makes_a_short_line() {
    let attribute = der(0x31, &der(0x30, &[der(0x06, &[0x55, 4, 3]), der(0x0c, b"somebody")].concat()));
    let read = identity::Certificate::from_der(&made(&attribute.repeat(300), &[])).unwrap();
    assert!(read.issuer.starts_with("CN=somebody, CN=") && read.issuer.len() < 300, "{}", read.issuer);
}
