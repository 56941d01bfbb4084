//! Issuing one more certificate from a development PKI.

use std::net::IpAddr;
use std::path::Path;

use chrono::{DateTime, SubsecRound, Utc};

use crate::Error;
use crate::certificate::certify;
use crate::folder::Folder;
use crate::key::{Key, KeyBits};
use crate::leaf::{HOLDER_DAYS, Holder, Kind, Leaf, SERVER_DAYS};
use crate::manifest::Entry;

const MAX_NAME: usize = 40;
const MAX_TEXT: usize = 64;
const MAX_DAYS: i64 = 3650;

/// A certificate to issue.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its name in the manifest and on disk: lower-case letters, digits, hyphens.
    pub name: String,
    /// For whom or what.
    pub subject: RequestedSubject,
    /// How many days it is valid; `None` = as is usual for its kind.
    pub days: Option<i64>,
    /// The size of its key.
    pub key_bits: KeyBits,
    /// The time from which validity is counted.
    pub now: DateTime<Utc>,
}

/// For whom or what a certificate is issued.
#[derive(Clone, Debug)]
pub enum RequestedSubject {
    /// A client certificate of a kind, for a holder. The CVR number begins with 9; the common name
    /// is marked `DEV` when it is not already. The same CVR number and UUID as in another
    /// certificate make it that certificate's renewal.
    Client(Kind, Holder),
    /// A server certificate for host names and IP addresses, one at least.
    Server(Vec<String>),
}

/// Issues a certificate from the development PKI in `dir`; returns its entry in the manifest.
///
/// # Errors
/// When the request breaks a rule, the name is taken, or a file cannot be read or written.
pub fn issue(dir: &Path, request: &Request) -> Result<Entry, Error> {
    let leaf = leaf(request)?;
    let (folder, mut manifest) = Folder::open(dir)?;
    if manifest.find(leaf.usage, &leaf.name).is_some() {
        return Err(Error::NameTaken(leaf.name));
    }
    let issuer = folder.authority(leaf.issuer)?;
    let key = Key::generate(request.key_bits)?;
    let certificate = certify(&leaf.profile, &key, issuer.issuer())?;
    let entry = Entry::new(&leaf, &certificate, request.now);
    folder.write_leaf(&entry, &certificate, &key, &issuer)?;
    manifest.certificates.push(entry.clone());
    folder.write_manifest(&manifest)?;
    Ok(entry)
}

fn leaf(request: &Request) -> Result<Leaf, Error> {
    check_name(&request.name)?;
    let now = request.now.trunc_subsecs(0);
    match &request.subject {
        RequestedSubject::Client(kind, holder) => {
            let days = days(request, HOLDER_DAYS)?;
            Ok(Leaf::client(&request.name, *kind, check_holder(holder)?, now, days))
        }
        RequestedSubject::Server(hosts) => {
            let days = days(request, SERVER_DAYS)?;
            hosts.iter().try_for_each(|host| check_host(host))?;
            if hosts.is_empty() {
                return Err(Error::HostInvalid(String::new()));
            }
            Ok(Leaf::server(&request.name, hosts.clone(), now, days))
        }
    }
}

fn days(request: &Request, usual: i64) -> Result<i64, Error> {
    let days = request.days.unwrap_or(usual);
    (1..=MAX_DAYS).contains(&days).then_some(days).ok_or(Error::DaysInvalid)
}

/// The name becomes a folder.
fn check_name(name: &str) -> Result<(), Error> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=MAX_NAME).contains(&name.len());
    if fits && name.bytes().all(good) { Ok(()) } else { Err(Error::NameInvalid(name.to_owned())) }
}

fn check_holder(holder: &Holder) -> Result<Holder, Error> {
    let digits = holder.cvr.len() == 8 && holder.cvr.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !holder.cvr.starts_with('9') {
        return Err(Error::CvrNotForDevelopment);
    }
    let name = if holder.name.starts_with("DEV ") { holder.name.clone() } else { format!("DEV {}", holder.name) };
    check_text("the common name", &name)?;
    check_text("the organisation", &holder.organisation)?;
    Ok(Holder { name, ..holder.clone() })
}

fn check_text(what: &'static str, text: &str) -> Result<(), Error> {
    let fits = !text.trim().is_empty() && text.chars().count() <= MAX_TEXT;
    if fits && !text.chars().any(char::is_control) { Ok(()) } else { Err(Error::TextInvalid(what)) }
}

/// A host is an IP address or a DNS name of labels of letters, digits and inner hyphens.
pub(crate) fn check_host(host: &str) -> Result<(), Error> {
    let good = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_name = host.len() <= 253 && host.strip_prefix("*.").unwrap_or(host).split('.').all(good);
    if host.parse::<IpAddr>().is_ok() || is_name { Ok(()) } else { Err(Error::HostInvalid(host.to_owned())) }
}
