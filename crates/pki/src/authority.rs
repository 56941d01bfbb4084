//! The certificate authorities of the development PKI.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsages};

use crate::algorithm::Scheme;
use crate::certificate::Profile;
use crate::key::Key;
use crate::name::{Attribute, COMMON_NAME, COUNTRY, ORGANISATION};

/// The authorities there are. Root and issuing authorities mirror those of OCES3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorityName {
    /// The root of callers' certificates.
    Root,
    /// The issuing authority of nearly all certificates.
    #[serde(rename = "issuing-1")]
    Issuing1,
    /// A second issuing authority, as OCES3 will need one when the first grows old.
    #[serde(rename = "issuing-2")]
    Issuing2,
    /// Signs server certificates and is its own root; no part of the OCES3 hierarchy.
    ServerCa,
    /// A root with the name of [`Self::Root`] and another key.
    RogueRoot,
    /// An issuing authority with the name of [`Self::Issuing1`] and another key, below the rogue root.
    RogueIssuing,
}

impl AuthorityName {
    /// The folder below `ca/`, and the name in the manifest.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing1 => "issuing-1",
            Self::Issuing2 => "issuing-2",
            Self::ServerCa => "server-ca",
            Self::RogueRoot => "rogue-root",
            Self::RogueIssuing => "rogue-issuing",
        }
    }

    /// Whether a revocation list is kept.
    pub(crate) fn keeps_revocation_list(self) -> bool {
        matches!(self, Self::Root | Self::Issuing1 | Self::Issuing2)
    }

    /// The authority that signs this one's certificate: itself for a root.
    pub(crate) fn issuer(self) -> Self {
        match self {
            Self::Issuing1 | Self::Issuing2 => Self::Root,
            Self::RogueIssuing => Self::RogueRoot,
            root @ (Self::Root | Self::ServerCa | Self::RogueRoot) => root,
        }
    }

    /// How it signs.
    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Root | Self::RogueRoot => Scheme::PssSha512,
            Self::Issuing1 | Self::Issuing2 | Self::RogueIssuing => Scheme::PssSha256,
            Self::ServerCa => Scheme::Pkcs1Sha256,
        }
    }

    pub(crate) fn subject(self) -> Vec<Attribute> {
        let common_name = match self {
            Self::Root | Self::RogueRoot => "Facade DEV root CA",
            Self::Issuing1 | Self::RogueIssuing => "Facade DEV issuing CA 1",
            Self::Issuing2 => "Facade DEV issuing CA 2",
            Self::ServerCa => "Facade DEV server CA",
        };
        vec![
            Attribute::new(COMMON_NAME, common_name),
            Attribute::new(ORGANISATION, "Facade DEV"),
            Attribute::new(COUNTRY, "DK"),
        ]
    }

    /// Where it publishes its certificate and revocation list: what stands in the certificates it
    /// issues. The host is of the reserved domain `.test`; nothing is ever fetched from it.
    pub(crate) fn addresses(self) -> Option<Addresses> {
        match self {
            Self::Root | Self::RogueRoot => Some(ROOT_ADDRESSES),
            Self::Issuing1 | Self::RogueIssuing => Some(ISSUING_1_ADDRESSES),
            Self::Issuing2 => Some(ISSUING_2_ADDRESSES),
            Self::ServerCa => None,
        }
    }
}

/// Where an authority publishes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    pub(crate) certificate: &'static str,
    pub(crate) revocation_list: &'static str,
    pub(crate) ocsp: &'static str,
}

const OCSP: &str = "http://pki.facade.test/ocsp";
const ROOT_ADDRESSES: Addresses = Addresses {
    certificate: "http://pki.facade.test/oces/root/cacert/root.cer",
    revocation_list: "http://pki.facade.test/oces/root/crl/root.crl",
    ocsp: OCSP,
};
const ISSUING_1_ADDRESSES: Addresses = Addresses {
    certificate: "http://pki.facade.test/oces/issuing/1/cacert/issuing.cer",
    revocation_list: "http://pki.facade.test/oces/issuing/1/crl/issuing.crl",
    ocsp: OCSP,
};
const ISSUING_2_ADDRESSES: Addresses = Addresses {
    certificate: "http://pki.facade.test/oces/issuing/2/cacert/issuing.cer",
    revocation_list: "http://pki.facade.test/oces/issuing/2/crl/issuing.crl",
    ocsp: OCSP,
};

/// An authority that can sign: its name, key and certificate.
pub(crate) struct Authority {
    pub(crate) name: AuthorityName,
    pub(crate) key: Key,
    /// The certificate in PEM.
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn issuer(&self) -> Issuer<'_> {
        Issuer { name: self.name, key: &self.key }
    }
}

/// What signing needs of an authority.
#[derive(Clone, Copy)]
pub(crate) struct Issuer<'a> {
    pub(crate) name: AuthorityName,
    pub(crate) key: &'a Key,
}

/// The certificate of an authority. Issuing authorities last ten years and roots 25, as those of
/// OCES3 do; all began four years ago, so that certificates of the past have an issuer too.
pub(crate) fn profile(name: AuthorityName, now: DateTime<Utc>) -> Profile {
    let is_root = name.issuer() == name;
    let begin = now - TimeDelta::days(4 * 365);
    let end = now + TimeDelta::days(if is_root { 21 } else { 6 } * 365);
    Profile {
        constraints: Some(BasicConstraints { ca: true, path_len_constraint: (!is_root).then_some(0) }),
        addresses: name.issuer().addresses(),
        ..Profile::new(name.subject(), begin, end, KeyUsages::KeyCertSign | KeyUsages::CRLSign)
    }
}
