//! `certificate show`: a certificate as the facade reads it, and whether its holder may call or deliver messages.
#![allow(clippy::print_stdout, reason = "commands speak to people on standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::access;
use crate::clients::{ClientSystem, Registered, Registry};
use crate::clock;
use crate::facade::load_config;
use crate::identity::Identity;
use crate::listener::Tls;
use crate::pkcs12;

const PEM_BEGIN: &[u8] = b"-----BEGIN ";
/// A certificate in DER is a SEQUENCE.
const DER_BEGIN: u8 = 0x30;

/// Read a certificate as the facade does
#[derive(Debug, Args)]
pub(super) struct Certificate {
    #[command(subcommand)]
    command: CertificateCommand,
}

#[derive(Debug, Subcommand)]
enum CertificateCommand {
    /// The identity in a certificate, whether its holder may call or deliver messages, and if not, why
    Show(Show),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade certificate show client.pem
  dfdg-facade certificate show client.pem --config facade.toml

With --config it is judged as a call would be: chain and revocation by callers.trust (lists out of files, and the last ones
fetched), then the registration. Exit code 1: the holder may neither call nor deliver messages.")]
struct Show {
    /// The certificate, PEM or DER; in PEM with those above it
    file: PathBuf,
    /// The settings, to judge the chain and look the holder up among the registered clients
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Certificate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            CertificateCommand::Show(show) => show.run(),
        }
    }
}

impl Show {
    fn run(self) -> anyhow::Result<ExitCode> {
        let now = clock::now();
        let installation = self.config.as_deref().map(Installation::load).transpose()?;
        let report = report(&chain(&self.file)?, installation.as_ref(), now);
        say!("{}", report.text.trim_end());
        Ok(if report.good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What is said of a certificate, and whether its holder may do anything as far as is known.
struct Report {
    text: String,
    good: bool,
}

/// By what a certificate is judged.
struct Installation {
    tls: Tls,
    registry: Registry,
    /// Whether there is a listener for publishers.
    intake: bool,
}

impl Installation {
    fn load(config: &Path) -> anyhow::Result<Self> {
        let config = load_config(Some(config))?;
        let (tls, registry) = (Tls::load(&config.callers)?, Registry::load(&config.catalogue.clients)?);
        Ok(Self { tls, registry, intake: config.intake.is_some() })
    }
}

/// What to do about a refusal in the handshake, where there is something.
fn advice(reason: &str) -> &'static str {
    match reason {
        "unknown_issuer" => {
            "; it leads to no root of callers.trust: is it of the other environment, or its chain not whole?"
        }
        "bad_signature" => "; a signature in its chain is wrong: it is not of whom it says",
        "bad_certificate" => "; it is not made for callers: order an OCES3 organisation or system certificate",
        "revoked" => "; order a new one, CVR number and UUID stay the same",
        "revocation_unknown" => "; look at the revocation lists: check --config FILE --fetch",
        _ => "",
    }
}

fn report(chain: &[CertificateDer<'_>], installation: Option<&Installation>, now: DateTime<Utc>) -> Report {
    let identity = match Identity::from_der(chain.first().map_or(&[], AsRef::as_ref)) {
        Ok(identity) => identity,
        Err(refusal) => return refused(String::new(), &format!("{}: {refusal}", refusal.reason())),
    };
    let text = describe(&identity, now);
    if !identity.valid_at(now) {
        let advice = match identity.not_before > now {
            true => "it is not valid yet; wait, or look at the clock of this machine",
            false => "it is outside its validity; renew it, CVR number and UUID stay the same",
        };
        return refused(text, advice);
    }
    let Some(Installation { tls, registry, intake }) = installation else {
        let verdict = "verdict       may call when registered; --config FILE looks it up\n";
        return Report { text: text + verdict, good: true };
    };
    let text = match tls.judge(chain) {
        Ok(()) => text + "chain         leads to a root of callers.trust; on no revocation list\n",
        Err(reason) => return refused(text, &format!("{reason}, in the handshake{}", advice(reason))),
    };
    let today = clock::in_denmark(now);
    let registered = registry.find(identity.cvr, identity.uuid);
    let text = text + &registered.map(|registered| registration(registered, today.date_naive())).unwrap_or_default();
    let verdict = match registered {
        Some(Registered::Publisher(_)) => access::admit_publisher(registry, &identity, today).map(|_| MAY_DELIVER),
        Some(Registered::Client(_)) | None => access::admit(registry, &identity, today).map(|_| "may call"),
    };
    match verdict {
        Ok(MAY_DELIVER) if !intake => refused(text, "there is no intake to deliver to: intake.enabled is false"),
        Ok(verdict) => Report { text: format!("{text}verdict       {verdict}\n"), good: true },
        Err(error) => refused(text, &error.to_string()),
    }
}

const MAY_DELIVER: &str =
    "may deliver messages to the intake (POST /wsb/{organisationType}/{organisationCode}); may not call";

fn refused(text: String, why: &str) -> Report {
    Report { text: text + "verdict       refused: " + why + "\n", good: false }
}

fn describe(identity: &Identity, now: DateTime<Utc>) -> String {
    let Identity { name, organisation, kind, cvr, uuid, serial, issuer, not_before, not_after } = identity;
    let days = identity.days_left(now);
    format!(
        "name          {name}
organisation  {organisation}
kind          {kind} certificate
cvr           {cvr}
uuid          {uuid}
serial        {serial}
issuer        {issuer}
valid         {not_before} to {not_after}, {days} days left
clients.toml  {{ cvr = \"{cvr}\", uuid = \"{uuid}\" }}
"
    )
}

/// As what its holder is registered, whether that admits it or not.
fn registration(registered: &Registered, today: NaiveDate) -> String {
    match registered {
        Registered::Client(client) => client_system(client),
        Registered::Publisher(publisher) => {
            let holds = if publisher.valid_on(today) { "" } else { ", not valid today" };
            format!("registered    {}, a publisher{holds}; contact {}\n", publisher.name(), publisher.contact())
        }
    }
}

fn client_system(client: &ClientSystem) -> String {
    let default = client.default_organisation().map_or_else(
        || "none where a contract cannot name one".to_owned(),
        |organisation| format!("{} {} where a contract cannot name one", organisation.kind(), organisation.code()),
    );
    let identity = client.backend_identity().map(|name| format!("backends see  the certificate of `{name}`\n"));
    format!(
        "registered    {}; contact {}\nacts for      {} organisation(s); {default}\n{}",
        client.name(),
        client.contact(),
        client.organisations().len(),
        identity.unwrap_or_default()
    )
}

/// The certificates of a file, whichever of the two forms it has.
fn chain(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let octets = std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    anyhow::ensure!(!pkcs12::is(&octets), "{}: {}", file.display(), pkcs12::HINT);
    let neither = "holds no certificate: neither PEM, a \"BEGIN CERTIFICATE\" block, nor DER";
    let is_pem = octets.windows(PEM_BEGIN.len()).any(|window| window == PEM_BEGIN);
    if !is_pem {
        anyhow::ensure!(octets.first() == Some(&DER_BEGIN), "{}: {neither}", file.display());
        return Ok(vec![octets.into()]);
    }
    let chain = CertificateDer::pem_slice_iter(&octets).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| anyhow::anyhow!("{}: cannot be read as PEM: {error}", file.display()))?;
    anyhow::ensure!(!chain.is_empty(), "{}: holds no certificate in PEM", file.display());
    Ok(chain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::LazyLock;

    use chrono::TimeDelta;
    use dfdg_pki::{Manifest, Options};
    use tempfile::TempDir;

    use super::*;

    static PKI: LazyLock<(TempDir, Manifest)> = LazyLock::new(|| {
        let dir = TempDir::new().unwrap();
        let manifest = dfdg_pki::init(dir.path(), &Options::quick()).unwrap();
        (dir, manifest)
    });

    fn chain_of(name: &str) -> Vec<CertificateDer<'static>> {
        chain(&PKI.1.client(name).unwrap().chain(PKI.0.path())).unwrap()
    }

    /// An installation in which `system` and `revoked` are registered, and `organisation` as a publisher.
    fn installation() -> (TempDir, Installation) {
        let folder = TempDir::new().unwrap();
        let pki = |name: &str| PKI.0.path().join(name).display().to_string();
        let identity = |name: &str| {
            let entry = PKI.1.client(name).unwrap();
            format!("{{ cvr = \"{}\", uuid = \"{}\" }}", entry.cvr.as_ref().unwrap(), entry.uuid.unwrap())
        };
        let clients = format!(
            "[[client]]\nname = \"fagsystem\"\ncontact = \"drift\"\ncertificates = [{}, {}]\n\
             services = [\"BookingService\"]\norganisations = [{{ type = 8, code = \"10100\" }}]\n\
             [[publisher]]\nname = \"wsb\"\ncontact = \"wsb-drift\"\ncertificates = [{}]\nvalid_to = 2999-12-31\n",
            identity("system"),
            identity("revoked"),
            identity("organisation")
        );
        let settings = format!(
            "[callers]\npublic_url = \"from-host\"\ncertificate = \"{}\"\nkey = \"{}\"\n[callers.trust]\nroots = [\"{}\"]\n\
             issuing = [\"{}\"]\nrevocation = [\"{}\", \"{}\"]\n",
            pki("servers/facade/chain.pem"),
            pki("servers/facade/key.pem"),
            pki("ca/root/cert.pem"),
            pki("ca/issuing-1/cert.pem"),
            pki("crl/root.crl"),
            pki("crl/issuing-1.crl"),
        );
        std::fs::write(folder.path().join("clients.toml"), clients).unwrap();
        std::fs::write(folder.path().join("facade.toml"), settings).unwrap();
        let installation = Installation::load(&folder.path().join("facade.toml")).unwrap();
        (folder, installation)
    }

    #[test]
    fn a_registered_holder_may_call() {
        let (_folder, installation) = installation();
        let report = report(&chain_of("system"), Some(&installation), clock::now());
        assert!(report.good, "{}", report.text);
        assert!(report.text.contains("registered    fagsystem; contact drift\n"));
        let acts_for = "acts for      1 organisation(s); 8 10100 where a contract cannot name one\n";
        assert!(report.text.contains(acts_for), "{}", report.text);
        assert!(report.text.contains("chain         leads to a root of callers.trust"), "{}", report.text);
        assert!(report.text.ends_with("verdict       may call\n"));
    }

    #[test]
    fn a_holder_whose_chain_or_standing_is_bad_may_not_though_registered() {
        let (folder, installation) = installation();
        let revoked = report(&chain_of("revoked"), Some(&installation), clock::now());
        assert!(!revoked.good && revoked.text.contains("refused: revoked, in the handshake"), "{}", revoked.text);
        let mut other = installation;
        let unlisted = load_config(Some(&folder.path().join("facade.toml"))).unwrap();
        let mut callers = unlisted.callers;
        callers.trust.roots = vec![PKI.0.path().join("ca/server-ca/cert.pem")];
        callers.trust.issuing.clear();
        other.tls = Tls::load(&callers).unwrap();
        let unknown = report(&chain_of("system"), Some(&other), clock::now());
        assert!(
            !unknown.good && unknown.text.contains("refused: unknown_issuer, in the handshake"),
            "{}",
            unknown.text
        );
    }

    #[test]
    fn a_publisher_is_named_as_such_and_may_deliver_when_there_is_an_intake() {
        let (folder, mut installation) = installation();
        let shown = |installation: &Installation| report(&chain_of("organisation"), Some(installation), clock::now());
        let report = shown(&installation);
        let expected = "registered    wsb, a publisher; contact wsb-drift\n\
                        verdict       refused: there is no intake to deliver to: intake.enabled is false\n";
        assert!(!report.good && report.text.ends_with(expected), "{}", report.text);
        installation.intake = true;
        let report = shown(&installation);
        assert!(report.good && report.text.contains("verdict       may deliver messages"), "{}", report.text);
        let clients = folder.path().join("clients.toml");
        let ended = std::fs::read_to_string(&clients).unwrap().replace("2999", "2025");
        installation.registry = Registry::parse("clients.toml", &ended).unwrap();
        let report = shown(&installation);
        assert!(report.text.contains("registered    wsb, a publisher, not valid today; contact"), "{}", report.text);
        assert!(!report.good && report.text.ends_with("refused: registration not valid today\n"), "{}", report.text);
    }

    #[test]
    fn an_unregistered_holder_may_not_and_gets_the_line_to_register() {
        let (_folder, installation) = installation();
        let report = report(&chain_of("unregistered"), Some(&installation), clock::now());
        assert!(!report.good);
        assert!(report.text.contains("verdict       refused: certificate not registered\n"), "{}", report.text);
        assert!(
            report
                .text
                .contains("clients.toml  { cvr = \"90000009\", uuid = \"dfd90000-0000-4000-8000-000000000009\" }\n")
        );
    }

    #[test]
    fn without_settings_the_holder_is_shown_and_the_registry_is_left_out() {
        let report = report(&chain_of("organisation"), None, clock::now());
        assert!(report.good && report.text.contains("kind          organisation certificate\n"), "{}", report.text);
    }

    #[test]
    fn an_expired_certificate_is_refused_before_the_registry_is_asked() {
        let later = clock::now() + TimeDelta::days(4 * 365);
        let report = report(&chain_of("system"), None, later);
        assert!(!report.good && report.text.contains("refused: it is outside its validity"), "{}", report.text);
    }

    #[test]
    fn an_employee_certificate_is_refused_with_label_and_advice_and_no_name() {
        let report = report(&chain_of("employee"), None, clock::now());
        assert!(
            !report.good && report.text.starts_with("verdict       refused: employee-certificate: "),
            "{}",
            report.text
        );
        assert!(!report.text.contains("Medarbejder"));
    }

    #[test]
    fn a_p12_is_told_as_such_with_the_command_that_helps() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("holder.p12");
        std::fs::write(&file, [0x30, 0x82, 0x0b, 0x77, 0x02, 0x01, 0x03, 0x30, 0x82, 0x0b]).unwrap();
        let error = chain(&file).unwrap_err().to_string();
        assert!(error.contains("holder.p12: it is a PKCS#12 file") && error.contains("openssl pkcs12 -in"), "{error}");
    }

    #[test]
    fn a_file_without_a_certificate_says_so() {
        let key = PKI.1.client("system").unwrap().key(PKI.0.path());
        let error = chain(&key).unwrap_err().to_string();
        assert!(error.contains("holds no certificate in PEM"), "{error}");
        let folder = TempDir::new().unwrap();
        let notes = folder.path().join("README.md");
        std::fs::write(&notes, "# Notes").unwrap();
        let error = chain(&notes).unwrap_err().to_string();
        assert!(
            error.ends_with("README.md: holds no certificate: neither PEM, a \"BEGIN CERTIFICATE\" block, nor DER"),
            "{error}"
        );
        assert!(chain(Path::new("nowhere.pem")).unwrap_err().to_string().contains("nowhere.pem"));
    }
}
