//! RSA keys: the only kind OCES3 uses.

use std::sync::Mutex;
use std::thread;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::{digest, rand};
use der::Decode;
use der::pem::LineEnding;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::Error;
use crate::algorithm::Scheme;

/// The size of an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBits {
    /// 2,048 bits: quick to make, still accepted by TLS libraries.
    Rsa2048,
    /// 3,072 bits, as OCES3 issuing authorities and holders have.
    Rsa3072,
    /// 4,096 bits, as the OCES3 root has.
    Rsa4096,
}

impl From<KeyBits> for KeySize {
    fn from(bits: KeyBits) -> Self {
        match bits {
            KeyBits::Rsa2048 => Self::Rsa2048,
            KeyBits::Rsa3072 => Self::Rsa3072,
            KeyBits::Rsa4096 => Self::Rsa4096,
        }
    }
}

/// A private key with its public half.
pub(crate) struct Key(KeyPair);

impl Key {
    /// Makes a new key.
    pub(crate) fn generate(bits: KeyBits) -> Result<Self, Error> {
        KeyPair::generate(bits.into()).map(Self).map_err(|_| Error::Crypto("make an RSA key"))
    }

    /// Makes one key for each size asked for, in that order, on all processors.
    pub(crate) fn generate_all(sizes: &[KeyBits]) -> Result<Vec<Self>, Error> {
        let work = Mutex::new(sizes.iter().copied().enumerate());
        let take = || work.lock().map_or(None, |mut rest| rest.next());
        let worker = || std::iter::from_fn(take).map(|(at, bits)| (at, Self::generate(bits))).collect::<Vec<_>>();
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let mut made: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        made.sort_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, key)| key).collect()
    }

    /// Reads a key that [`Self::pem`] wrote; `None` when the text is anything else.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let (_, pkcs8) = der::pem::decode_vec(text.as_bytes()).ok()?;
        KeyPair::from_pkcs8(&pkcs8).ok().map(Self)
    }

    /// The private key as PKCS#8 in PEM.
    pub(crate) fn pem(&self) -> Result<String, Error> {
        pem("PRIVATE KEY", self.pkcs8()?.as_ref())
    }

    /// The private key as PKCS#8.
    pub(crate) fn pkcs8(&self) -> Result<Pkcs8V1Der<'static>, Error> {
        self.0.as_der().map_err(|_| Error::Crypto("write a private key"))
    }

    /// The public key as certificates hold it.
    pub(crate) fn public(&self) -> Result<SubjectPublicKeyInfoOwned, Error> {
        let info: PublicKeyX509Der<'_> =
            self.0.public_key().as_der().map_err(|_| Error::Crypto("write a public key"))?;
        Ok(SubjectPublicKeyInfoOwned::from_der(info.as_ref())?)
    }

    /// The key identifier: SHA-1 of the public key (RFC 5280, 4.2.1.2, method 1).
    pub(crate) fn id(&self) -> Vec<u8> {
        let public: &[u8] = self.0.public_key().as_ref();
        digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, public).as_ref().to_vec()
    }

    /// Signs a message.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(scheme.encoding(), &rand::SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::Crypto("sign"))?;
        Ok(signature)
    }
}

/// Wraps DER as PEM.
pub(crate) fn pem(label: &'static str, der: &[u8]) -> Result<String, Error> {
    der::pem::encode_string(label, LineEnding::LF, der).map_err(|error| Error::Encoding(error.into()))
}
