//! `pki`: a development PKI in the shape of OCES3, for trying the facade out and for tests.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Args, Subcommand, ValueEnum};
use dfdg_pki::{
    BUNDLE_PASSWORD, Entry, Expected, Holder, KeyBits, Kind, Manifest, Options, Request, RequestedSubject, Set,
};
use uuid::Uuid;

use crate::clock;

/// Make and keep a development PKI in the shape of OCES3
///
/// Its certificates look like those of MitID Erhverv to software and like nothing of the kind to people: every issuer
/// is "Facade DEV", every name is marked DEV, every CVR number begins with 9.
#[derive(Debug, Args)]
pub(super) struct Pki {
    #[command(subcommand)]
    command: PkiCommand,
}

#[derive(Debug, Subcommand)]
enum PkiCommand {
    /// Make a new one: authorities, server and client certificates, revocation lists, manifest.json
    Init(Init),
    /// Issue one more certificate
    Issue(Issue),
    /// Revoke a client certificate and publish its issuer's revocation list
    Revoke(Revoke),
    /// Publish all revocation lists anew
    Crl(Crl),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade pki init var/pki
  dfdg-facade pki init var/pki --quick --host facade.example.test")]
struct Init {
    /// An empty folder, or one that does not exist yet
    dir: PathBuf,
    /// Only what running the facade needs, with short keys: ready in about a second
    #[arg(long)]
    quick: bool,
    /// Bits of the keys but the roots'; those have 4096 unless this is 2048 [default: 3072, with --quick 2048]
    #[arg(long, value_enum, value_name = "BITS")]
    key_bits: Option<Bits>,
    /// A further host name or address for the server certificates, beside localhost; may be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Replace a development PKI that is there already, keys and all
    #[arg(long)]
    overwrite: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade pki issue var/pki fagsystem --cvr 90001234
  dfdg-facade pki issue var/pki fagsystem-2 --cvr 90001234 --uuid dfd90000-0000-4000-8000-000000001234
  dfdg-facade pki issue var/pki gateway --kind server --host gateway.example.test
  curl --cert-type P12 --cert var/pki/clients/fagsystem/bundle.p12:facade-dev …

Certificate and key are written as PEM, and together as PKCS#12 (bundle.p12, password facade-dev), which .NET and Java
read. The same --cvr and --uuid as in another certificate make it that certificate's renewal.")]
struct Issue {
    /// Folder of the development PKI
    dir: PathBuf,
    /// Name of the certificate: lower-case letters, digits, hyphens
    name: String,
    /// What kind of certificate
    #[arg(long, value_enum, default_value = "system")]
    kind: IssueKind,
    /// CVR number of the holder: eight digits, the first is 9
    #[arg(long, required_unless_present = "hosts")]
    cvr: Option<String>,
    /// UUID of the holder [default: a new one]
    #[arg(long)]
    uuid: Option<Uuid>,
    /// Common name [default: the certificate's name]
    #[arg(long)]
    common_name: Option<String>,
    /// Name of the organisation
    #[arg(long, default_value = "DEV Organisation")]
    organisation: String,
    /// A host name or address of a server; may be repeated
    #[arg(long = "host", value_name = "HOST", required_if_eq("kind", "server"))]
    hosts: Vec<String>,
    /// Days of validity [default: 1095, of a server 397]
    #[arg(long)]
    days: Option<i64>,
    /// Bits of the key
    #[arg(long, value_enum, value_name = "BITS", default_value = "3072")]
    key_bits: Bits,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  dfdg-facade pki revoke var/pki system")]
struct Revoke {
    /// Folder of the development PKI
    dir: PathBuf,
    /// Name of the client certificate
    name: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  dfdg-facade pki crl var/pki --hours 1")]
struct Crl {
    /// Folder of the development PKI
    dir: PathBuf,
    /// How long the lists are fresh
    #[arg(long, default_value_t = 365 * 24, value_parser = clap::value_parser!(i64).range(1..=87_600))]
    hours: i64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Bits {
    #[value(name = "2048")]
    B2048,
    #[value(name = "3072")]
    B3072,
    #[value(name = "4096")]
    B4096,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum IssueKind {
    Organisation,
    System,
    Employee,
    Server,
}

impl Pki {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            PkiCommand::Init(command) => command.run(),
            PkiCommand::Issue(command) => command.run(),
            PkiCommand::Revoke(command) => command.run(),
            PkiCommand::Crl(command) => command.run(),
        }
    }
}

impl Init {
    fn run(self) -> anyhow::Result<ExitCode> {
        let (dir, options) = self.options();
        let manifest = dfdg_pki::init(&dir, &options)?;
        print_set(&dir, &manifest);
        Ok(ExitCode::SUCCESS)
    }

    fn options(self) -> (PathBuf, Options) {
        let mut options = if self.quick { Options::quick() } else { Options::default() };
        if let Some(bits) = self.key_bits {
            options.key_bits = bits.into();
            options.root_bits = if options.key_bits == KeyBits::Rsa2048 { KeyBits::Rsa2048 } else { KeyBits::Rsa4096 };
        }
        let set = if self.quick { Set::Essential } else { Set::Full };
        (self.dir, Options { hosts: self.hosts, overwrite: self.overwrite, set, now: clock::now(), ..options })
    }
}

impl Issue {
    fn run(self) -> anyhow::Result<ExitCode> {
        let dir = self.dir.clone();
        let entry = dfdg_pki::issue(&dir, &self.request())?;
        print_entry(&dir, &entry);
        Ok(ExitCode::SUCCESS)
    }

    fn request(self) -> Request {
        let kind = match self.kind {
            IssueKind::Organisation => Some(Kind::Organisation),
            IssueKind::System => Some(Kind::System),
            IssueKind::Employee => Some(Kind::Employee),
            IssueKind::Server => None,
        };
        let holder = Holder {
            cvr: self.cvr.unwrap_or_default(),
            uuid: self.uuid.unwrap_or_else(clock::new_id),
            name: self.common_name.unwrap_or_else(|| self.name.clone()),
            organisation: self.organisation,
        };
        let subject = match kind {
            Some(kind) => RequestedSubject::Client(kind, holder),
            None => RequestedSubject::Server(self.hosts),
        };
        Request { name: self.name, subject, days: self.days, key_bits: self.key_bits.into(), now: clock::now() }
    }
}

impl Revoke {
    fn run(self) -> anyhow::Result<ExitCode> {
        let manifest = dfdg_pki::revoke(&self.dir, &self.name, clock::now())?;
        say!("revoked  {}", self.name);
        print_lists(&self.dir, &manifest);
        Ok(ExitCode::SUCCESS)
    }
}

impl Crl {
    fn run(self) -> anyhow::Result<ExitCode> {
        let manifest = dfdg_pki::crl(&self.dir, clock::now(), TimeDelta::hours(self.hours))?;
        print_lists(&self.dir, &manifest);
        Ok(ExitCode::SUCCESS)
    }
}

impl From<Bits> for KeyBits {
    fn from(bits: Bits) -> Self {
        match bits {
            Bits::B2048 => Self::Rsa2048,
            Bits::B3072 => Self::Rsa3072,
            Bits::B4096 => Self::Rsa4096,
        }
    }
}

fn print_set(dir: &Path, manifest: &Manifest) {
    say!("development PKI in {}; manifest.json lists all of it", dir.display());
    say!("root     {}, of callers: callers.trust.roots", dir.join("ca/root/cert.pem").display());
    say!("root     {}, of servers: for clients, and backends.NAME.roots", dir.join("ca/server-ca/cert.pem").display());
    print_lists(dir, manifest);
    for entry in &manifest.certificates {
        say!("{:<8} {:<30} {}", usage(entry), entry.name, expectation(entry));
    }
}

fn print_entry(dir: &Path, entry: &Entry) {
    say!("certificate  {}", entry.certificate(dir).display());
    say!("chain        {}", entry.chain(dir).display());
    say!("key          {}", entry.key(dir).display());
    say!("both         {}, password {BUNDLE_PASSWORD}", entry.bundle(dir).display());
    say!("subject      {}", entry.subject);
    if let (Some(cvr), Some(uuid)) = (&entry.cvr, entry.uuid) {
        say!("cvr          {cvr}\nuuid         {uuid}");
    }
}

fn print_lists(dir: &Path, manifest: &Manifest) {
    for (authority, number) in
        manifest.authorities.iter().filter_map(|entry| entry.crl_number.map(|it| (entry.name, it)))
    {
        say!("list     {} number {number}", dir.join(format!("crl/{}.crl", authority.folder())).display());
    }
}

fn usage(entry: &Entry) -> &'static str {
    match entry.usage {
        dfdg_pki::Usage::Server => "server",
        dfdg_pki::Usage::Client => "client",
    }
}

fn expectation(entry: &Entry) -> String {
    let holder = entry.cvr.as_deref().zip(entry.uuid).map(|(cvr, uuid)| format!("cvr {cvr} uuid {uuid}"));
    match (&entry.expected, holder) {
        (Expected::Admitted, Some(holder)) => holder,
        (Expected::Admitted | Expected::Server, _) => String::new(),
        (Expected::NotRegistered, _) => "is not to be registered".to_owned(),
        (Expected::HandshakeFails { reason }, _) => format!("handshake fails: {reason}"),
        (Expected::IdentityRefused { reason }, _) => format!("identity is refused: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        pki: Pki,
    }

    fn parse(line: &str) -> Result<PkiCommand, clap::Error> {
        Line::try_parse_from(["pki"].into_iter().chain(line.split_whitespace())).map(|line| line.pki.command)
    }

    #[test]
    fn a_client_needs_a_cvr_number_and_a_server_a_host() {
        for bad in
            ["issue d n", "issue d n --kind employee", "issue d n --kind server", "issue d n --cvr 90001234 --days x"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for good in ["issue d n --cvr 90001234", "issue d n --kind server --host a.test"] {
            assert!(parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn quick_means_short_keys_and_the_essential_set() {
        let options = |line| match parse(line) {
            Ok(PkiCommand::Init(init)) => init.options().1,
            other => panic!("{other:?}"),
        };
        let quick = options("init d --quick --host a.test");
        assert_eq!((quick.key_bits, quick.set, quick.overwrite), (KeyBits::Rsa2048, Set::Essential, false));
        assert_eq!(quick.hosts, ["a.test"]);
        let usual = options("init d --overwrite");
        assert_eq!((usual.root_bits, usual.key_bits, usual.set), (KeyBits::Rsa4096, KeyBits::Rsa3072, Set::Full));
        assert!(usual.overwrite);
    }

    #[test]
    fn the_default_of_a_server_needs_no_cvr_number() {
        let Ok(PkiCommand::Issue(issue)) = parse("issue d gateway --kind server --host a.test --key-bits 2048") else {
            panic!("it is a good line");
        };
        let request = issue.request();
        assert!(matches!(request.subject, RequestedSubject::Server(hosts) if hosts == ["a.test"]));
    }
}
