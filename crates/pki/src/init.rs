//! Making a whole development PKI.

use std::path::Path;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::Error;
use crate::authority::{self, Authority, AuthorityName, Issuer};
use crate::certificate::certify;
use crate::folder::Folder;
use crate::issue::check_host;
use crate::key::{Key, KeyBits};
use crate::leaf::{Leaf, SERVER_DAYS, essential, further};
use crate::malformed::malformed;
use crate::manifest::{AuthorityEntry, Entry, Manifest, hex};
use crate::name::describe;
use crate::revocation::{self, CRL_VALIDITY, FIRST_NUMBER, List, Revoked};

/// What kind of development PKI to make.
#[derive(Clone, Debug)]
pub struct Options {
    /// The size of the roots' keys.
    pub root_bits: KeyBits,
    /// The size of all other keys.
    pub key_bits: KeyBits,
    /// Host names and IP addresses of the server certificates, beside `localhost`, `127.0.0.1`
    /// and `::1`, which are always there.
    pub hosts: Vec<String>,
    /// The time from which validity is counted.
    pub now: DateTime<Utc>,
    /// How many certificates.
    pub set: Set,
    /// Whether a development PKI that is there already may be replaced, keys and all.
    pub overwrite: bool,
}

/// How many certificates a new development PKI holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// What running the facade and trying it out needs.
    Essential,
    /// All of it: also a second issuing authority, rogue authorities, renewed and malformed
    /// certificates, and revocation lists that must not be taken.
    Full,
}

impl Default for Options {
    /// The full set with keys as long as those of OCES3, valid from now.
    #[expect(
        clippy::disallowed_methods,
        reason = "a certificate is wanted for the real present; tests give another time"
    )]
    fn default() -> Self {
        Self {
            root_bits: KeyBits::Rsa4096,
            key_bits: KeyBits::Rsa3072,
            hosts: Vec::new(),
            now: Utc::now(),
            set: Set::Full,
            overwrite: false,
        }
    }
}

impl Options {
    /// The essential set with short keys, valid from now: made in about a second.
    #[must_use]
    pub fn quick() -> Self {
        Self { root_bits: KeyBits::Rsa2048, key_bits: KeyBits::Rsa2048, set: Set::Essential, ..Self::default() }
    }
}

/// Makes a development PKI in `dir`, which is created when it is not there.
///
/// # Errors
/// When `dir` holds anything else, or a development PKI that `options` does not allow to be
/// replaced; when a host is invalid; when a file cannot be written.
pub fn init(dir: &Path, options: &Options) -> Result<Manifest, Error> {
    options.hosts.iter().try_for_each(|host| check_host(host))?;
    let folder = Folder::create(dir, options.overwrite)?;
    let plan = Plan::new(options);
    let mut keys = Key::generate_all(&plan.key_sizes())?.into_iter();
    let mut next_key = || keys.next().ok_or(Error::Crypto("make enough keys"));

    let mut made = Made { folder, now: plan.now, authorities: Vec::new(), manifest: Manifest::default() };
    for name in &plan.authorities {
        made.authority(*name, next_key()?)?;
    }
    for leaf in &plan.leafs {
        made.leaf(leaf, &next_key()?)?;
    }
    if !plan.malformed.is_empty() {
        let shared = next_key()?;
        plan.malformed.iter().try_for_each(|leaf| made.leaf(leaf, &shared))?;
    }
    made.revocation_lists()?;
    if options.set == Set::Full {
        made.unacceptable_lists()?;
    }
    made.folder.write_manifest(&made.manifest)?;
    Ok(made.manifest)
}

/// What is going to be made.
struct Plan {
    now: DateTime<Utc>,
    root_bits: KeyBits,
    key_bits: KeyBits,
    authorities: Vec<AuthorityName>,
    leafs: Vec<Leaf>,
    /// Share one key, since none of them gets as far as using it for anything of worth.
    malformed: Vec<Leaf>,
}

impl Plan {
    fn new(options: &Options) -> Self {
        use AuthorityName::{Issuing1, Issuing2, RogueIssuing, RogueRoot, Root, ServerCa};
        let now = options.now.trunc_subsecs(0);
        let mut plan = Self {
            now,
            root_bits: options.root_bits,
            key_bits: options.key_bits,
            authorities: vec![Root, Issuing1, ServerCa],
            leafs: servers(&options.hosts, now),
            malformed: Vec::new(),
        };
        plan.leafs.extend(essential(now));
        if options.set == Set::Full {
            plan.authorities.extend([Issuing2, RogueRoot, RogueIssuing]);
            plan.leafs.extend(further(now));
            plan.malformed = malformed(now);
        }
        plan
    }

    fn key_sizes(&self) -> Vec<KeyBits> {
        let of_authority = |name: &AuthorityName| if name.issuer() == *name { self.root_bits } else { self.key_bits };
        let others = self.leafs.len() + usize::from(!self.malformed.is_empty());
        self.authorities.iter().map(of_authority).chain(std::iter::repeat_n(self.key_bits, others)).collect()
    }
}

/// The facade's own server certificate, and one for the domain services' stand-in.
fn servers(hosts: &[String], now: DateTime<Utc>) -> Vec<Leaf> {
    let always = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let further = hosts.iter().filter(|host| !always.contains(host)).cloned();
    let hosts: Vec<_> = always.iter().cloned().chain(further).collect();
    ["facade", "backend"].map(|name| Leaf::server(name, hosts.clone(), now, SERVER_DAYS)).to_vec()
}

/// What has been made so far.
struct Made {
    folder: Folder,
    now: DateTime<Utc>,
    authorities: Vec<Authority>,
    manifest: Manifest,
}

impl Made {
    fn authority(&mut self, name: AuthorityName, key: Key) -> Result<(), Error> {
        let profile = authority::profile(name, self.now);
        let certificate = match self.authorities.iter().find(|made| made.name == name.issuer()) {
            Some(issuer) => certify(&profile, &key, issuer.issuer())?,
            None => certify(&profile, &key, Issuer { name, key: &key })?,
        };
        let authority = Authority { name, key, pem: certificate.pem()? };
        self.folder.write_authority(&authority)?;
        self.manifest.authorities.push(AuthorityEntry {
            name,
            file: format!("ca/{}/cert.pem", name.folder()),
            subject: describe(&name.subject()),
            serial: hex(&certificate.serial),
            crl_number: name.keeps_revocation_list().then_some(FIRST_NUMBER),
        });
        self.authorities.push(authority);
        Ok(())
    }

    fn leaf(&mut self, leaf: &Leaf, key: &Key) -> Result<(), Error> {
        let issuer = self.find(leaf.issuer)?;
        let certificate = certify(&leaf.profile, key, issuer.issuer())?;
        let entry = Entry::new(leaf, &certificate, self.now);
        self.folder.write_leaf(&entry, &certificate, key, issuer)?;
        self.manifest.certificates.push(entry);
        Ok(())
    }

    fn find(&self, name: AuthorityName) -> Result<&Authority, Error> {
        let found = self.authorities.iter().find(|made| made.name == name);
        found.ok_or_else(|| self.folder.damaged("ca", "an authority is missing"))
    }

    fn revocation_lists(&self) -> Result<(), Error> {
        for authority in self.authorities.iter().filter(|made| made.name.keeps_revocation_list()) {
            let list = self.list(authority.name)?;
            self.folder.write_revocation_list(authority.name.folder(), &revocation::sign(authority, &list)?)?;
        }
        Ok(())
    }

    fn list(&self, issuer: AuthorityName) -> Result<List, Error> {
        let revoked = revocation::revoked(&self.folder, &self.manifest, issuer)?;
        Ok(List {
            number: FIRST_NUMBER,
            this_update: self.now,
            next_update: self.now + CRL_VALIDITY,
            revoked,
            flaw: None,
        })
    }

    /// Lists of the first issuing authority for tests of a reader: outdated, newer (it revokes
    /// `system` as well), older than the one in use, and with a broken signature.
    fn unacceptable_lists(&self) -> Result<(), Error> {
        let authority = self.find(AuthorityName::Issuing1)?;
        let current = self.list(AuthorityName::Issuing1)?;
        let stale = List {
            this_update: self.now - TimeDelta::days(30),
            next_update: self.now - TimeDelta::days(23),
            ..current.clone()
        };
        let next = List { number: FIRST_NUMBER + 1, revoked: self.with_system(&current)?, ..current.clone() };
        let rollback = List { number: FIRST_NUMBER - 1, revoked: Vec::new(), ..current.clone() };
        for (name, list) in [("stale", &stale), ("next", &next), ("rollback", &rollback)] {
            self.write_variant(name, &revocation::sign(authority, list)?)?;
        }
        let mut broken = revocation::sign(authority, &current)?;
        if let Some(last) = broken.last_mut() {
            *last ^= 1;
        }
        self.write_variant("badsig", &broken)
    }

    fn with_system(&self, list: &List) -> Result<Vec<Revoked>, Error> {
        let system = self.manifest.client("system").ok_or_else(|| Error::NameUnknown("system".to_owned()))?;
        let revoked = Revoked { serial: revocation::serial(&self.folder, system)?, at: self.now };
        Ok(list.revoked.iter().cloned().chain([revoked]).collect())
    }

    fn write_variant(&self, variant: &str, der: &[u8]) -> Result<(), Error> {
        self.folder.write_revocation_list(&format!("{}-{variant}", AuthorityName::Issuing1.folder()), der)
    }
}
