//! `manifest.json`: what a development PKI holds, for tests, for people and for the commands that
//! work on it later.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::authority::AuthorityName;
use crate::certificate::Certificate;
use crate::folder::Folder;
use crate::leaf::Leaf;
use crate::name::describe;

/// The contents of a development PKI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The authorities.
    pub authorities: Vec<AuthorityEntry>,
    /// The certificates of servers and clients.
    pub certificates: Vec<Entry>,
}

/// One authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityEntry {
    /// Its name.
    pub name: AuthorityName,
    /// Its certificate, relative to the PKI's folder.
    pub file: String,
    /// Its subject.
    pub subject: String,
    /// The serial number of its certificate, lower-case hexadecimal.
    pub serial: String,
    /// The number of its newest revocation list; absent where it keeps none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_number: Option<u64>,
}

/// One certificate of a server or client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name, unique among all of its usage.
    pub name: String,
    /// Whether it is a server's or a client's.
    pub usage: Usage,
    /// The certificate, relative to the PKI's folder; `chain.pem`, `key.pem` and `bundle.p12` lie beside it.
    pub file: String,
    /// The authority that issued it.
    pub issuer: AuthorityName,
    /// Its subject, in the certificate's order.
    pub subject: String,
    /// Its serial number, lower-case hexadecimal.
    pub serial: String,
    /// The holder's CVR number; absent for a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cvr: Option<String>,
    /// The holder's UUID; absent for a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Uuid>,
    /// The first moment of validity.
    pub not_before: DateTime<Utc>,
    /// The last moment of validity.
    pub not_after: DateTime<Utc>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<DateTime<Utc>>,
    /// What must happen to a caller who presents it.
    pub expected: Expected,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// A server's certificate.
    Server,
    /// A client's certificate.
    Client,
}

/// What must happen to a caller who presents a certificate while the revocation lists are in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Expected {
    /// It is a server's certificate; nobody presents it as a client.
    Server,
    /// The caller is let in, when `(cvr, uuid)` is registered.
    Admitted,
    /// Handshake and identity are good, but nobody registers this holder.
    NotRegistered,
    /// The handshake fails.
    HandshakeFails {
        /// `revoked`, `expired`, `not-yet-valid`, `bad-signature`, `purpose`,
        /// `critical-extension` or `signature-algorithm`.
        reason: String,
    },
    /// The handshake is good, but no identity is read.
    IdentityRefused {
        /// The label of the refusal, as it stands in metrics.
        reason: String,
    },
}

impl Expected {
    pub(crate) fn handshake(reason: &str) -> Self {
        Self::HandshakeFails { reason: reason.to_owned() }
    }

    pub(crate) fn identity(reason: &str) -> Self {
        Self::IdentityRefused { reason: reason.to_owned() }
    }
}

impl Manifest {
    /// Reads the manifest of the development PKI in `dir`.
    ///
    /// # Errors
    /// When there is none or it cannot be read.
    pub fn read(dir: &Path) -> Result<Self, Error> {
        Folder::open(dir).map(|(_, manifest)| manifest)
    }

    /// The client certificate of that name.
    #[must_use]
    pub fn client(&self, name: &str) -> Option<&Entry> {
        self.find(Usage::Client, name)
    }

    /// The server certificate of that name.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&Entry> {
        self.find(Usage::Server, name)
    }

    pub(crate) fn find(&self, usage: Usage, name: &str) -> Option<&Entry> {
        self.certificates.iter().find(|entry| entry.usage == usage && entry.name == name)
    }
}

impl Entry {
    pub(crate) fn new(leaf: &Leaf, certificate: &Certificate, now: DateTime<Utc>) -> Self {
        Self {
            name: leaf.name.clone(),
            usage: leaf.usage,
            file: format!("{}/{}/cert.pem", leaf.usage.folder(), leaf.name),
            issuer: leaf.issuer,
            subject: describe(&leaf.profile.subject),
            serial: hex(&certificate.serial),
            cvr: leaf.holder.as_ref().map(|holder| holder.cvr.clone()),
            uuid: leaf.holder.as_ref().map(|holder| holder.uuid),
            not_before: leaf.profile.not_before,
            not_after: leaf.profile.not_after,
            revoked: leaf.revoked.then_some(now),
            expected: leaf.expected.clone(),
        }
    }

    /// The certificate alone, in PEM.
    #[must_use]
    pub fn certificate(&self, dir: &Path) -> PathBuf {
        dir.join(&self.file)
    }

    /// The certificate and its issuing authority's, in PEM: what is presented in a handshake.
    #[must_use]
    pub fn chain(&self, dir: &Path) -> PathBuf {
        self.certificate(dir).with_file_name("chain.pem")
    }

    /// The private key, PKCS#8 in PEM.
    #[must_use]
    pub fn key(&self, dir: &Path) -> PathBuf {
        self.certificate(dir).with_file_name("key.pem")
    }

    /// Chain and key in one, PKCS#12 with the password [`BUNDLE_PASSWORD`](crate::BUNDLE_PASSWORD).
    #[must_use]
    pub fn bundle(&self, dir: &Path) -> PathBuf {
        self.certificate(dir).with_file_name("bundle.p12")
    }
}

impl Usage {
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Server => "servers",
            Self::Client => "clients",
        }
    }
}

/// Octets as lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The octets of a hexadecimal text; `None` when it is none.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(octet).collect()).flatten()
}
