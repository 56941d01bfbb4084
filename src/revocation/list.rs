//! One revocation list, read and judged.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::asn1_rs::{Oid, oid};
use x509_parser::num_bigint::BigUint;
use x509_parser::prelude::{ASN1Time, CertificateRevocationList, FromDer, ParsedExtension, X509Extension};

use super::authority::{Authorities, Authority};
use super::refusal::ListError;
use super::signed::Signed;
use crate::identity::Serial;

/// How far clocks may differ before a list counts as one from the future.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::minutes(5);
const DELTA_INDICATOR: Oid<'static> = oid!(2.5.29.27);
const PEM_BEGIN: &[u8] = b"-----BEGIN";

/// A revocation list in use: the serial numbers on it and how long it holds.
#[derive(Debug)]
pub(super) struct List {
    /// The list's number; absent where its issuer does not count.
    pub(super) number: Option<BigUint>,
    /// When it was made.
    pub(super) this_update: DateTime<Utc>,
    /// When the next one is due at the latest.
    pub(super) next_update: DateTime<Utc>,
    /// The grace included.
    usable_until: DateTime<Utc>,
    scope: Scope,
    revoked: HashSet<Serial>,
}

/// Whose certificates a list speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    All,
    HoldersOnly,
    AuthoritiesOnly,
}

/// Whose certificate is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Holder,
    Authority,
}

impl List {
    /// Reads a list in DER or PEM, finds the authority that signed it, and judges it at `now`.
    ///
    /// # Errors
    /// When it is not a complete, signed list of a configured authority that is usable now.
    pub(super) fn read<'a>(
        bytes: &[u8],
        authorities: &'a Authorities,
        now: DateTime<Utc>,
        grace: TimeDelta,
    ) -> Result<(&'a Authority, Self), ListError> {
        let der = to_der(bytes)?;
        let list = parse(&der)?;
        let authority = signer(&der, &list, authorities)?;
        let scope = scope(list.extensions())?;
        let this_update = moment(list.last_update())?;
        if this_update > now + CLOCK_DIFFERENCE {
            return Err(ListError::FromTheFuture);
        }
        let next_update = list.next_update().ok_or(ListError::NoNextUpdate).and_then(moment)?;
        let usable_until = next_update.checked_add_signed(grace).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if usable_until < now {
            return Err(ListError::Expired);
        }
        let number = list.crl_number().cloned();
        Ok((authority, Self { number, this_update, next_update, usable_until, scope, revoked: serials(&list)? }))
    }

    /// Whether it may take the place of `former`.
    ///
    /// # Errors
    /// [`ListError::RollBack`] when it is older by number or by date.
    pub(super) fn follows(&self, former: &Self) -> Result<(), ListError> {
        let number = match (&self.number, &former.number) {
            (Some(own), Some(former)) => own.cmp(former),
            (None, Some(_)) => Ordering::Less,
            (_, None) => Ordering::Equal,
        };
        if number == Ordering::Less || self.this_update < former.this_update {
            return Err(ListError::RollBack);
        }
        Ok(())
    }

    /// Whether it says the same as `former`.
    pub(super) fn is_same(&self, former: &Self) -> bool {
        (&self.number, self.this_update, self.next_update) == (&former.number, former.this_update, former.next_update)
            && self.revoked == former.revoked
    }

    /// Whether it can still be relied upon at `now`.
    pub(super) fn is_usable(&self, now: DateTime<Utc>) -> bool {
        now <= self.usable_until
    }

    /// Whether it speaks for this kind of certificate.
    pub(super) fn covers(&self, whose: Whose) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::HoldersOnly => whose == Whose::Holder,
            Scope::AuthoritiesOnly => whose == Whose::Authority,
        }
    }

    /// Whether the certificate with this serial number is revoked (or suspended, which is the same here).
    pub(super) fn contains(&self, serial: &Serial) -> bool {
        self.revoked.contains(serial)
    }

    /// How many certificates are on it.
    pub(super) fn entries(&self) -> usize {
        self.revoked.len()
    }
}

fn to_der(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ListError> {
    if !bytes.trim_ascii_start().starts_with(PEM_BEGIN) {
        return Ok(Cow::Borrowed(bytes));
    }
    let list = CertificateRevocationListDer::from_pem_slice(bytes);
    list.map(|list| Cow::Owned(list.as_ref().to_vec())).map_err(|_| ListError::Unreadable("no X509 CRL in the PEM"))
}

fn parse(der: &[u8]) -> Result<CertificateRevocationList<'_>, ListError> {
    match CertificateRevocationList::from_der(der) {
        Ok(([], list)) => Ok(list),
        Ok(_) => Err(ListError::Unreadable("bytes follow it")),
        Err(_) => Err(ListError::Unreadable("neither DER nor PEM")),
    }
}

/// The authority that has the name and the key; two may share a name when a key was renewed.
fn signer<'a>(
    der: &[u8],
    list: &CertificateRevocationList<'_>,
    authorities: &'a Authorities,
) -> Result<&'a Authority, ListError> {
    let signed = Signed::read(der).ok_or(ListError::Unreadable("its signature"))?;
    if signed.body.len() != list.tbs_cert_list.as_ref().len() {
        return Err(ListError::Unreadable("its entries")); // the parser leaves out what it cannot read
    }
    let mut named = authorities.named(list.issuer().as_raw()).peekable();
    if named.peek().is_none() {
        return Err(ListError::IssuerUnknown);
    }
    let authority = named.find(|authority| signed.is_by(&authority.key)).ok_or(ListError::BadSignature)?;
    if authority.signs_lists { Ok(authority) } else { Err(ListError::MayNotSign) }
}

/// Every extension has to be understood, critical or not, that changes what the list says.
fn scope(extensions: &[X509Extension<'_>]) -> Result<Scope, ListError> {
    let mut scope = Scope::All;
    for extension in extensions {
        match extension.parsed_extension() {
            _ if extension.oid == DELTA_INDICATOR => return Err(ListError::Delta),
            ParsedExtension::IssuingDistributionPoint(point) => {
                let partial = point.indirect_crl || point.only_contains_attribute_certs;
                scope = match (point.only_contains_user_certs, point.only_contains_ca_certs) {
                    _ if partial || point.only_some_reasons.is_some() => return Err(ListError::Partial),
                    (false, false) => Scope::All,
                    (true, false) => Scope::HoldersOnly,
                    (false, true) => Scope::AuthoritiesOnly,
                    (true, true) => return Err(ListError::Partial),
                };
            }
            ParsedExtension::AuthorityKeyIdentifier(_) | ParsedExtension::CRLNumber(_) => {}
            _ if extension.critical => return Err(ListError::CriticalExtension),
            _ => {}
        }
    }
    Ok(scope)
}

fn serials(list: &CertificateRevocationList<'_>) -> Result<HashSet<Serial>, ListError> {
    let understood = |extension: &X509Extension<'_>| {
        !extension.critical || matches!(extension.parsed_extension(), ParsedExtension::ReasonCode(_))
    };
    let mut serials = HashSet::new();
    for entry in list.iter_revoked_certificates() {
        if !entry.extensions().iter().all(understood) {
            return Err(ListError::CriticalExtension); // it may name another issuer
        }
        serials.insert(Serial::new(entry.raw_serial()));
    }
    Ok(serials)
}

fn moment(time: ASN1Time) -> Result<DateTime<Utc>, ListError> {
    DateTime::from_timestamp(time.timestamp(), 0).ok_or(ListError::Unreadable("a date is out of range"))
}
