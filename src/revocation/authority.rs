//! The configured authorities, and the way from a certificate up through them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::list::{List, Whose};
use super::refusal::Refusal;
use super::signed::{PublicKey, Signed};
use crate::identity::Serial;

/// The list in use of one authority; empty until one was accepted.
type Slot = Arc<ArcSwapOption<List>>;

/// The lists in use, by the public key of the authority that signs them. They outlive a reload
/// of the trust: an authority that stays keeps its list.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<HashMap<Vec<u8>, Slot>>);

impl Slots {
    fn of(&self, key: &[u8]) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner); // whole after every statement
        Arc::clone(slots.entry(key.to_vec()).or_default())
    }
}

/// An authority of `callers.trust.roots` or `issuing`.
#[derive(Debug)]
pub(super) struct Authority {
    /// Its name for people: `CN=…, O=…, C=DK`.
    pub(super) name: String,
    /// Its name in DER.
    subject: Vec<u8>,
    pub(super) key: PublicKey,
    /// Whether its certificate allows its key to sign lists.
    pub(super) signs_lists: bool,
    pub(super) list: Slot,
    serial: Serial,
    /// The one that signed its certificate; `None` for a root.
    issuer: Option<usize>,
    is_root: bool,
}

/// All authorities of one trust.
#[derive(Debug, Default)]
pub struct Authorities(Vec<Arc<Authority>>);

/// From a certificate up to a root: at each step the serial number to look up and the authority
/// on whose list it would stand.
#[derive(Clone, Debug)]
pub struct Trail(Kind);

#[derive(Clone, Debug)]
enum Kind {
    NotChecked,
    IssuerUnknown,
    Steps(Vec<Step>),
}

#[derive(Clone, Debug)]
struct Step {
    whose: Whose,
    serial: Serial,
    authority: Arc<Authority>,
}

impl Authorities {
    /// Those of a trust whose certificates have been found usable. One that cannot be read is
    /// left out, so that what it issued counts as of an unknown issuer.
    pub(super) fn new(roots: &[CertificateDer<'_>], issuing: &[CertificateDer<'_>], slots: &Slots) -> Self {
        let all = roots.iter().map(|root| (root, true)).chain(issuing.iter().map(|issuing| (issuing, false)));
        let read = all.filter_map(|(der, is_root)| Some((der, Authority::read(der, is_root, slots)?)));
        let (ders, read): (Vec<_>, Vec<_>) = read.unzip();
        let issuers: Vec<_> = ders.into_iter().map(|der| issuer(der, &read)).collect();
        let linked = read.into_iter().zip(issuers).map(|(authority, issuer)| {
            let issuer = issuer.filter(|_| !authority.is_root);
            Arc::new(Authority { issuer, ..authority })
        });
        Self(linked.collect())
    }

    /// The authorities of a name in DER.
    pub(super) fn named(&self, subject: &[u8]) -> impl Iterator<Item = &Authority> {
        self.0.iter().map(AsRef::as_ref).filter(move |authority| authority.subject == subject)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Authority> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The way up from a certificate. Signatures are followed, not names alone; what the caller
    /// sent beside its own certificate plays no part.
    pub(super) fn trail(&self, certificate: &CertificateDer<'_>) -> Trail {
        self.steps(certificate).map_or(Trail(Kind::IssuerUnknown), |steps| Trail(Kind::Steps(steps)))
    }

    fn steps(&self, der: &CertificateDer<'_>) -> Option<Vec<Step>> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let signed = Signed::read(der)?;
        let issued = |authority: &&Arc<Authority>| {
            authority.subject == certificate.issuer().as_raw() && signed.is_by(&authority.key)
        };
        let mut authority = self.0.iter().find(issued)?;
        let serial = Serial::new(certificate.raw_serial());
        let mut steps = vec![Step { whose: Whose::Holder, serial, authority: Arc::clone(authority) }];
        while !authority.is_root {
            let above = self.0.get(authority.issuer?)?;
            let serial = authority.serial.clone();
            steps.push(Step { whose: Whose::Authority, serial, authority: Arc::clone(above) });
            if steps.len() > self.0.len() {
                return None; // two that signed each other
            }
            authority = above;
        }
        Some(steps)
    }
}

impl Authority {
    fn read(der: &[u8], is_root: bool, slots: &Slots) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let spki = certificate.public_key().raw;
        let usage = certificate.key_usage().ok()?;
        Some(Self {
            name: certificate.subject().to_string(),
            subject: certificate.subject().as_raw().to_vec(),
            key: PublicKey::read(spki)?,
            signs_lists: usage.is_none_or(|usage| usage.value.crl_sign()),
            list: slots.of(spki),
            serial: Serial::new(certificate.raw_serial()),
            issuer: None,
            is_root,
        })
    }
}

/// Which of the authorities signed a certificate.
fn issuer(der: &CertificateDer<'_>, authorities: &[Authority]) -> Option<usize> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let signed = Signed::read(der)?;
    authorities
        .iter()
        .position(|authority| authority.subject == certificate.issuer().as_raw() && signed.is_by(&authority.key))
}

impl Trail {
    /// Of a certificate when revocation is not checked at all.
    #[must_use]
    pub fn not_checked() -> Self {
        Self(Kind::NotChecked)
    }

    /// Whether the certificate, and each authority above it, stands on no list at `now`, by
    /// lists that can be relied upon. Cheap: a hash lookup for each step.
    ///
    /// # Errors
    /// The first reason found on the way up.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match &self.0 {
            Kind::NotChecked => Ok(()),
            Kind::IssuerUnknown => Err(Refusal::IssuerUnknown),
            Kind::Steps(steps) => steps.iter().try_for_each(|step| step.check(now)),
        }
    }
}

impl Step {
    /// A certificate on an outdated list is still told as revoked: that does not change any more.
    fn check(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let list = self.authority.list.load();
        match list.as_ref() {
            Some(list) if list.contains(&self.serial) => Err(Refusal::Revoked),
            Some(list) if !list.covers(self.whose) => Err(Refusal::NoList),
            Some(list) if !list.is_usable(now) => Err(Refusal::ListExpired),
            Some(_) => Ok(()),
            None => Err(Refusal::NoList),
        }
    }
}
