//! `certificate show`: a certificate as the facade reads it, and whether its holder may call.
#![allow(clippy::print_stdout, reason = "commands speak to people on standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::access;
use crate::clients::{ClientSystem, Registry};
use crate::clock;
use crate::facade::load_config;
use crate::identity::Identity;
use crate::pkcs12;

const PEM_BEGIN: &[u8] = b"-----BEGIN ";

/// Read a certificate as the facade does
#[derive(Debug, Args)]
pub(super) struct Certificate {
    #[command(subcommand)]
    command: CertificateCommand,
}

#[derive(Debug, Subcommand)]
enum CertificateCommand {
    /// The identity in a certificate, whether its holder may call, and if not, why
    Show(Show),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade certificate show client.pem
  dfdg-facade certificate show client.pem --config facade.toml

Signatures and revocation are judged in the handshake, not here. Exit code 1: the holder may not call.")]
struct Show {
    /// The certificate, PEM or DER; of a chain the first is read
    file: PathBuf,
    /// The settings, to look the holder up among the registered clients
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
        let registry = self.config.as_deref().map(registry).transpose()?;
        let report = report(&first_certificate(&self.file)?, registry.as_ref(), now);
        say!("{}", report.text.trim_end());
        Ok(if report.good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What is said of a certificate, and whether its holder may call as far as is known.
struct Report {
    text: String,
    good: bool,
}

fn report(der: &[u8], registry: Option<&Registry>, now: DateTime<Utc>) -> Report {
    let identity = match Identity::from_der(der) {
        Ok(identity) => identity,
        Err(refusal) => return refused(String::new(), &format!("{}: {refusal}", refusal.reason())),
    };
    let text = describe(&identity, now);
    if !identity.valid_at(now) {
        return refused(text, "it is outside its validity; renew it, CVR number and UUID stay the same");
    }
    let Some(registry) = registry else {
        let verdict = "verdict       may call when registered; --config FILE looks it up\n";
        return Report { text: text + verdict, good: true };
    };
    match access::admit(registry, &identity, clock::in_denmark(now)) {
        Ok(client) => Report { text: text + &registration(&client) + "verdict       may call\n", good: true },
        Err(error) => refused(text, &error.to_string()),
    }
}

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

fn registration(client: &ClientSystem) -> String {
    let organisations = client.organisations().len();
    format!("registered    {}, acts for {organisations} organisation(s); contact {}\n", client.name(), client.contact())
}

/// Who may call, by the settings of an installation.
fn registry(config: &Path) -> anyhow::Result<Registry> {
    let config = load_config(Some(config))?;
    Ok(Registry::load(&config.catalogue.clients)?)
}

/// The first certificate of a file in DER, whichever of the two forms it has.
fn first_certificate(file: &Path) -> anyhow::Result<Vec<u8>> {
    let octets = std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    anyhow::ensure!(!pkcs12::is(&octets), "{}: {}", file.display(), pkcs12::HINT);
    let is_pem = octets.windows(PEM_BEGIN.len()).any(|window| window == PEM_BEGIN);
    if !is_pem {
        return Ok(octets);
    }
    let certificate = CertificateDer::from_pem_slice(&octets)
        .map_err(|error| anyhow::anyhow!("{}: holds no certificate in PEM ({error})", file.display()))?;
    Ok(certificate.to_vec())
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

    fn der(name: &str) -> Vec<u8> {
        first_certificate(&PKI.1.client(name).unwrap().chain(PKI.0.path())).unwrap()
    }

    fn clients() -> Registry {
        let system = PKI.1.client("system").unwrap();
        let (cvr, uuid) = (system.cvr.as_ref().unwrap(), system.uuid.unwrap());
        let text = format!(
            "[[client]]\nname = \"fagsystem\"\ncontact = \"drift\"\ncertificates = [{{ cvr = \"{cvr}\", uuid = \"{uuid}\" }}]\n\
             services = [\"BookingService\"]\norganisations = [{{ type = 8, code = \"10100\" }}]\n"
        );
        Registry::parse("clients.toml", &text).unwrap()
    }

    #[test]
    fn a_registered_holder_may_call() {
        let report = report(&der("system"), Some(&clients()), clock::now());
        assert!(report.good, "{}", report.text);
        assert!(report.text.contains("registered    fagsystem, acts for 1 organisation(s); contact drift\n"));
        assert!(report.text.ends_with("verdict       may call\n"));
    }

    #[test]
    fn an_unregistered_holder_may_not_and_gets_the_line_to_register() {
        let report = report(&der("unregistered"), Some(&clients()), clock::now());
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
        let report = report(&der("organisation"), None, clock::now());
        assert!(report.good && report.text.contains("kind          organisation certificate\n"), "{}", report.text);
    }

    #[test]
    fn an_expired_certificate_is_refused_before_the_registry_is_asked() {
        let later = clock::now() + TimeDelta::days(4 * 365);
        let report = report(&der("system"), Some(&clients()), later);
        assert!(!report.good && report.text.contains("refused: it is outside its validity"), "{}", report.text);
    }

    #[test]
    fn an_employee_certificate_is_refused_with_label_and_advice_and_no_name() {
        let report = report(&der("employee"), None, clock::now());
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
        let error = first_certificate(&file).unwrap_err().to_string();
        assert!(error.contains("holder.p12: it is a PKCS#12 file") && error.contains("openssl pkcs12 -in"), "{error}");
    }

    #[test]
    fn a_file_without_a_certificate_says_so() {
        let key = PKI.1.client("system").unwrap().key(PKI.0.path());
        let error = first_certificate(&key).unwrap_err().to_string();
        assert!(error.contains("holds no certificate in PEM"), "{error}");
        assert!(first_certificate(Path::new("nowhere.pem")).unwrap_err().to_string().contains("nowhere.pem"));
    }
}
