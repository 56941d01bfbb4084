//! Revocation lists. They are put together by hand, because x509-cert's builder writes the
//! issuer's own authority key identifier into the list, where its subject key identifier belongs.

use std::path::Path;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use x509_cert::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::serial_number::SerialNumber;

use crate::Error;
use crate::authority::{Authority, AuthorityName};
use crate::certificate::{Serial, signed, time};
use crate::extension;
use crate::folder::Folder;
use crate::manifest::{Entry, Expected, Manifest, Usage, unhex};
use crate::name::name;

/// How long a revocation list of [`crate::init`] and [`revoke`] is fresh: long, because nobody
/// renews those of a development PKI.
pub const CRL_VALIDITY: TimeDelta = TimeDelta::days(365);

/// The number of an authority's first list; not 1, so that a lower one exists for tests.
pub(crate) const FIRST_NUMBER: u64 = 10;

/// The contents of a revocation list.
#[derive(Clone)]
pub(crate) struct List {
    pub(crate) number: u64,
    pub(crate) this_update: DateTime<Utc>,
    pub(crate) next_update: DateTime<Utc>,
    pub(crate) revoked: Vec<Revoked>,
    pub(crate) flaw: Option<ListFlaw>,
}

/// A revocation list of any content, for tests of a reader.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// Its number.
    pub number: u64,
    /// When it claims to have been made.
    pub this_update: DateTime<Utc>,
    /// When the next one is due at the latest.
    pub next_update: DateTime<Utc>,
    /// The serial numbers on it, in octets.
    pub serials: Vec<Vec<u8>>,
    /// What is wrong with it.
    pub flaw: Option<ListFlaw>,
}

/// In what way a revocation list says less, or something else, than a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFlaw {
    /// It has the changes since another list only.
    Delta,
    /// It may speak for other issuers too.
    Indirect,
    /// It has a critical extension nobody can know.
    UnknownCritical,
}

/// Makes and signs a revocation list with the key of an authority; DER. Nothing is written.
///
/// # Errors
/// When `dir` holds no development PKI, or the authority's key cannot be read.
pub fn list(dir: &Path, issuer: AuthorityName, request: &ListRequest) -> Result<Vec<u8>, Error> {
    let (folder, _) = Folder::open(dir)?;
    let at = request.this_update;
    let revoked = request.serials.iter().map(|serial| Revoked { serial: serial.clone(), at }).collect();
    let ListRequest { number, this_update, next_update, flaw, .. } = *request;
    sign(&folder.authority(issuer)?, &List { number, this_update, next_update, revoked, flaw })
}

/// One line of a revocation list.
#[derive(Clone)]
pub(crate) struct Revoked {
    pub(crate) serial: Serial,
    pub(crate) at: DateTime<Utc>,
}

/// Revokes the client certificate `name` and publishes its issuer's new list.
///
/// # Errors
/// When there is no such certificate, it is revoked already, its issuer keeps no list, or a file
/// cannot be read or written.
pub fn revoke(dir: &Path, name: &str, now: DateTime<Utc>) -> Result<Manifest, Error> {
    let (folder, mut manifest) = Folder::open(dir)?;
    let entry = manifest
        .certificates
        .iter_mut()
        .find(|entry| entry.usage == Usage::Client && entry.name == name)
        .ok_or_else(|| Error::NameUnknown(name.to_owned()))?;
    if entry.revoked.is_some() {
        return Err(Error::AlreadyRevoked(name.to_owned()));
    }
    if !entry.issuer.keeps_revocation_list() {
        return Err(Error::NotRevocable(name.to_owned()));
    }
    let issuer = entry.issuer;
    entry.revoked = Some(now.trunc_subsecs(0));
    entry.expected = Expected::handshake("revoked");
    publish(&folder, &mut manifest, issuer, now, CRL_VALIDITY)?;
    folder.write_manifest(&manifest)?;
    Ok(manifest)
}

/// Publishes every revocation list anew, with a higher number, fresh for `valid_for` from `now`.
///
/// # Errors
/// When `dir` holds no development PKI or a file cannot be read or written.
pub fn crl(dir: &Path, now: DateTime<Utc>, valid_for: TimeDelta) -> Result<Manifest, Error> {
    let (folder, mut manifest) = Folder::open(dir)?;
    let keeping: Vec<_> =
        manifest.authorities.iter().filter(|entry| entry.crl_number.is_some()).map(|entry| entry.name).collect();
    for authority in keeping {
        publish(&folder, &mut manifest, authority, now, valid_for)?;
    }
    folder.write_manifest(&manifest)?;
    Ok(manifest)
}

/// Writes the next list of one authority and counts its number up.
fn publish(
    folder: &Folder,
    manifest: &mut Manifest,
    issuer: AuthorityName,
    now: DateTime<Utc>,
    valid_for: TimeDelta,
) -> Result<(), Error> {
    let authority = folder.authority(issuer)?;
    let revoked = revoked(folder, manifest, issuer)?;
    let number = manifest.authorities.iter_mut().find(|entry| entry.name == issuer).map(|entry| {
        let next = entry.crl_number.map_or(FIRST_NUMBER, |number| number + 1);
        *entry.crl_number.insert(next)
    });
    let number = number.ok_or_else(|| folder.damaged("manifest.json", "an issuer is not among the authorities"))?;
    let list = List { number, this_update: now, next_update: now + valid_for, revoked, flaw: None };
    folder.write_revocation_list(issuer.folder(), &sign(&authority, &list)?)
}

pub(crate) fn revoked(folder: &Folder, manifest: &Manifest, issuer: AuthorityName) -> Result<Vec<Revoked>, Error> {
    let of_issuer = manifest.certificates.iter().filter(|entry| entry.issuer == issuer);
    let line = |entry: &Entry| entry.revoked.map(|at| Ok(Revoked { serial: serial(folder, entry)?, at }));
    of_issuer.filter_map(line).collect()
}

/// The serial number of a certificate in the manifest.
pub(crate) fn serial(folder: &Folder, entry: &Entry) -> Result<Serial, Error> {
    unhex(&entry.serial).ok_or_else(|| folder.damaged("manifest.json", "a serial is not hexadecimal"))
}

/// Makes and signs a revocation list; DER.
pub(crate) fn sign(authority: &Authority, list: &List) -> Result<Vec<u8>, Error> {
    let scheme = authority.name.scheme();
    let revoked = list.revoked.iter().map(revoked_certificate).collect::<Result<Vec<_>, _>>()?;
    let body: TbsCertList = TbsCertList {
        version: Version::V2,
        signature: scheme.identifier()?,
        issuer: name(&authority.name.subject())?,
        this_update: time(list.this_update)?,
        next_update: Some(time(list.next_update)?),
        revoked_certificates: (!revoked.is_empty()).then_some(revoked),
        crl_extensions: Some(extension::of_revocation_list(&authority.key.id(), list.number, list.flaw)?),
    };
    signed(&body, &authority.key, scheme)
}

fn revoked_certificate(revoked: &Revoked) -> Result<RevokedCert, Error> {
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&revoked.serial)?,
        revocation_date: time(revoked.at)?,
        crl_entry_extensions: None,
    })
}
