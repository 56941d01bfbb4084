//! The TLS side of the listener: own certificate, trust, versions, resumption.
//!
//! Everything one reload can change is one [`Snapshot`], replaced whole; revocation lists, which
//! change on their own, outlive it. Session tickets are
//! sealed with keys of the snapshot: after a change of trust nobody resumes a session that the
//! old trust let in, because resumption does not verify the certificate again.

use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use dfdg_contract::Problem;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ServerSessionMemoryCache;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};

use super::environment::mixed;
use super::proxy::{Proxies, validity};
use super::reason::Reason;
use super::role::{Role, TlsSettings};
use super::verifier::{CallerVerifier, Standing, VerifierError};
use crate::clock;
use crate::config::{CertificateFiles, ClientCertificate, Proxy};
use crate::pkcs12;
use crate::revocation::{Authorities, Refusal, Revocation, Trail};

/// The only protocol on top of TLS.
const ALPN: &[u8] = b"http/1.1";

/// Sessions kept in memory for TLS 1.2 clients that know no tickets, such as SChannel of
/// Windows 7. The others carry their session in the ticket.
const SESSIONS_WITHOUT_TICKET: usize = 1024;

/// The certificates in use; reloading replaces them for new handshakes.
#[derive(Debug)]
pub struct Tls {
    snapshot: ArcSwap<Snapshot>,
    revocation: Arc<Revocation>,
}

/// The certificates of one load.
#[derive(Debug)]
pub(crate) struct Snapshot {
    config: Arc<ServerConfig>,
    /// For connections from the addresses of proxies; sessions of the two are never mixed.
    for_proxies: Arc<ServerConfig>,
    verifier: Arc<CallerVerifier>,
    proxies: Arc<Proxies>,
    /// First and last second of the server certificate's validity, counted from 1970.
    validity: RangeInclusive<i64>,
}

/// Why the certificates of the listener cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Is raised when a file is missing, not readable or not PEM.
    #[error("{setting}: cannot read {file}: {source}")]
    File {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        source: FileError,
    },
    /// Is raised when a file that should hold certificates holds none.
    #[error("{setting}: {file} holds no certificate; it must hold at least one \"BEGIN CERTIFICATE\" block")]
    Empty {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        file: PathBuf,
    },
    /// Is raised when the key is not that of the certificate, or of a kind TLS cannot use.
    #[error("{}: cannot be used with the certificate of {}: {source}", role.key(), role.certificate())]
    Key {
        /// The listener they are of.
        role: Role,
        /// What is wrong with them.
        source: rustls::Error,
    },
    /// Is raised when no root is configured; then no caller could be trusted.
    #[error("callers.trust.roots: names no certificate; no caller could be let in")]
    NoRoot,
    /// Is raised when authorities of production and others would be believed side by side.
    #[error(
        "callers.trust.roots: {production} is of production, and {other} is not; one of them would open the door of the other"
    )]
    Mixed {
        /// The subject of one.
        production: String,
        /// The subject of another.
        other: String,
    },
    /// Is raised when a trusted certificate cannot serve as an authority.
    #[error("{setting}: a certificate cannot be used as an authority: {source}")]
    Authority {
        /// The setting that names its file.
        setting: &'static str,
        /// What is wrong with it.
        source: rustls::Error,
    },
    /// Is raised when the TLS library refuses the whole: no randomness, no common version.
    #[error("{}: TLS cannot be set up: {source}", role.label())]
    Setup {
        /// The listener.
        role: Role,
        /// What the library says.
        source: rustls::Error,
    },
}

impl TlsError {
    /// For the operator, with what to do about it.
    fn problem(&self) -> Problem {
        let text = self.to_string();
        let (setting, message) = text.split_once(": ").unwrap_or(("callers", &text));
        let hint = match self {
            Self::File { source: FileError::Pkcs12, .. } => return Problem::new(setting, 0, message),
            Self::File { .. } => "it must be PEM and readable for this user; a key must not be encrypted",
            Self::Empty { .. } => "it must be PEM: dfdg-facade certificate show FILE tells what is in a certificate",
            Self::Key { .. } => "certificate and key are made together; the certificate must be the first in its file",
            Self::NoRoot => "name the file of the OCES3 root",
            Self::Mixed { .. } => "believe one environment only, or set callers.trust.mixed_environments = true",
            Self::Authority { .. } => "roots and issuing certificates are those of authorities, not of holders",
            Self::Setup { .. } => "see docs/onboarding.md",
        };
        Problem::new(setting, 0, message).hint(hint)
    }
}

/// Why a PEM file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Is raised when the file cannot be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Is raised when its content is not what the setting asks for.
    #[error("{0}")]
    Pem(pem::Error),
    /// Is raised when it is PKCS#12, which must be converted.
    #[error("{}", pkcs12::HINT)]
    Pkcs12,
}

impl From<pem::Error> for FileError {
    fn from(error: pem::Error) -> Self {
        match error {
            pem::Error::Io(error) => Self::Io(error),
            error => Self::Pem(error),
        }
    }
}

impl From<VerifierError> for TlsError {
    fn from(error: VerifierError) -> Self {
        match error {
            VerifierError::NoRoot => Self::NoRoot,
            VerifierError::Root(source) => Self::Authority { setting: ROOTS, source },
            VerifierError::Issuing(source) => Self::Authority { setting: ISSUING, source },
        }
    }
}

const ROOTS: &str = "callers.trust.roots";
const ISSUING: &str = "callers.trust.issuing";
const PROXIES: &str = "callers.proxy.certificates";

impl Tls {
    /// Reads all certificates and the revocation lists that are files.
    ///
    /// # Errors
    /// When a file is missing or unusable; the error names the setting.
    pub fn load<'c>(settings: impl Into<TlsSettings<'c>>) -> Result<Self, TlsError> {
        let tls = Self::load_unread(settings)?;
        tls.revocation.read_files(&tls.authorities(), clock::now());
        Ok(tls)
    }

    /// Reads all certificates and no list.
    ///
    /// # Errors
    /// As [`Tls::load`].
    pub fn load_unread<'c>(settings: impl Into<TlsSettings<'c>>) -> Result<Self, TlsError> {
        let settings = settings.into();
        Self::load_with(settings, Arc::new(Revocation::new(&settings.trust.revocation)))
    }

    /// Reads the certificates of another listener that believes the same authorities. What is known of revoked
    /// certificates is one for both.
    ///
    /// # Errors
    /// As [`Tls::load`].
    pub fn load_beside(&self, settings: TlsSettings<'_>) -> Result<Self, TlsError> {
        Self::load_with(settings, Arc::clone(&self.revocation))
    }

    fn load_with(settings: TlsSettings<'_>, revocation: Arc<Revocation>) -> Result<Self, TlsError> {
        let snapshot = Snapshot::load(settings, &revocation)?;
        Ok(Self { snapshot: ArcSwap::from_pointee(snapshot), revocation })
    }

    /// Everything that keeps [`Tls::load`] from succeeding, file by file.
    #[must_use]
    pub fn problems<'c>(settings: impl Into<TlsSettings<'c>>) -> Vec<Problem> {
        let provider = aws_lc_rs::default_provider();
        let settings = settings.into();
        let TlsSettings { role, server, trust, .. } = settings;
        let each = [
            own_certificate(role, server, &provider).err(),
            certificates(ROOTS, &trust.roots).err(),
            certificates(ISSUING, &trust.issuing).err(),
            proxies(settings.proxy, &provider).err(),
        ];
        let mut found: Vec<TlsError> = each.into_iter().flatten().collect();
        if found.is_empty() {
            found.extend(Self::load_unread(settings).err()); // what shows only when all is put together
        }
        found.iter().map(TlsError::problem).collect()
    }

    /// Reads all certificates again and uses them from the next handshake on. Open connections
    /// whose certificate the new trust does not accept count as having none.
    ///
    /// # Errors
    /// As [`Tls::load`]; then everything stays as it was.
    pub fn reload<'c>(&self, settings: impl Into<TlsSettings<'c>>) -> Result<(), TlsError> {
        self.snapshot.store(Arc::new(Snapshot::load(settings.into(), &self.revocation)?));
        Ok(())
    }

    /// Whether the server certificate is valid at `moment`, both ends included.
    #[must_use]
    pub fn valid_at(&self, moment: DateTime<Utc>) -> bool {
        self.snapshot.load().validity.contains(&moment.timestamp())
    }

    /// Whether a handshake would let in who presents this chain, its own certificate first.
    ///
    /// # Errors
    /// The reason, as the journal has it.
    pub fn judge(&self, chain: &[CertificateDer<'_>]) -> Result<(), &'static str> {
        let current = self.snapshot.load();
        current.verify(chain).map_err(|error| Reason::of_tls(&error).label())?;
        chain.first().map_or(Ok(()), |own| current.trail(own).check(clock::now())).map_err(Refusal::reason)
    }

    /// The certificates in use.
    pub(crate) fn current(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Whether `snapshot` is what is in use.
    pub(crate) fn is_current(&self, snapshot: &Arc<Snapshot>) -> bool {
        Arc::ptr_eq(&self.snapshot.load(), snapshot)
    }

    /// The revocation lists in use.
    #[must_use]
    pub fn revocation(&self) -> &Arc<Revocation> {
        &self.revocation
    }

    /// The authorities whose lists are needed.
    #[must_use]
    pub fn authorities(&self) -> Arc<Authorities> {
        Arc::clone(self.snapshot.load().authorities())
    }

    /// Whether there is a list of every authority that can be relied upon at `moment`.
    ///
    /// # Errors
    /// Which there is not, in a sentence for the operator.
    pub fn revocation_known_at(&self, moment: DateTime<Utc>) -> Result<(), String> {
        self.revocation.ready(&self.authorities(), moment)
    }
}

impl Snapshot {
    fn load(settings: TlsSettings<'_>, revocation: &Arc<Revocation>) -> Result<Self, TlsError> {
        let TlsSettings { role, server, client_certificate, trust, proxy } = settings;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let own = own_certificate(role, server, &provider)?;
        let validity = own.cert.first().map_or(RangeInclusive::new(1, 0), validity);
        let roots = certificates(ROOTS, &trust.roots)?;
        let issuing = certificates(ISSUING, &trust.issuing)?;
        if let (false, Some((production, other))) = (trust.mixed_environments, mixed(&[&*roots, &*issuing].concat())) {
            return Err(TlsError::Mixed { production, other });
        }
        let required = client_certificate == ClientCertificate::Required;
        let standing = Standing::new(Arc::clone(revocation), &roots, &issuing);
        let verifier = Arc::new(CallerVerifier::new(Arc::clone(&provider), &roots, issuing, required, standing)?);
        let own = Arc::new(SingleCertAndKey::from(own));
        let config = |verifier| {
            let config = server_config(Arc::clone(&provider), verifier, Arc::clone(&own));
            config.map(Arc::new).map_err(|source| TlsError::Setup { role, source })
        };
        let proxies = proxies(proxy, &provider)?;
        let (for_callers, for_proxies) = (config(Arc::clone(&verifier) as _)?, config(Arc::clone(&proxies) as _)?);
        Ok(Self { config: for_callers, for_proxies, verifier, proxies, validity })
    }

    /// What a handshake with this address needs.
    pub(crate) fn config(&self, address: IpAddr) -> Arc<ServerConfig> {
        Arc::clone(if self.is_proxy(address) { &self.for_proxies } else { &self.config })
    }

    /// Whether connections from this address are a proxy's.
    pub(crate) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.include(address)
    }

    /// Whether the certificate of a proxy is accepted now.
    pub(crate) fn accepts_proxy(&self, address: IpAddr, certificate: Option<&CertificateDer<'_>>) -> bool {
        let second = clock::now().timestamp();
        self.is_proxy(address) && certificate.is_some_and(|own| self.proxies.check(own, second).is_ok())
    }

    /// Verifies the chain of a caller, its own certificate first; revocation is not looked at.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub(crate) fn verify(&self, chain: &[CertificateDer<'_>]) -> Result<(), rustls::Error> {
        let (end_entity, intermediates) = chain.split_first().ok_or(rustls::Error::NoCertificatesPresented)?;
        self.verifier.verify_chain(end_entity, intermediates, now()).map(drop)
    }

    /// Where a certificate would stand if it were revoked.
    pub(crate) fn trail(&self, certificate: &CertificateDer<'_>) -> Trail {
        self.verifier.standing().trail(certificate)
    }

    fn authorities(&self) -> &Arc<Authorities> {
        self.verifier.standing().authorities()
    }
}

/// Now, as the TLS library takes it.
fn now() -> UnixTime {
    let seconds = u64::try_from(clock::now().timestamp()).unwrap_or_default();
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn server_config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ClientCertVerifier>,
    own: Arc<SingleCertAndKey>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(own);
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS_WITHOUT_TICKET);
    Ok(config)
}

fn own_certificate(role: Role, files: &CertificateFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let chain = read_certificates(role.certificate(), &files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| file_error(role.key(), &files.key, error))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|source| TlsError::Key { role, source })
}

/// A proxy shows one certificate, the first of its file; what is above it plays no part.
fn proxies(settings: Option<&Proxy>, provider: &CryptoProvider) -> Result<Arc<Proxies>, TlsError> {
    let none = Proxy::default();
    let settings = settings.unwrap_or(&none);
    let first = |file: &PathBuf| read_certificates(PROXIES, file).map(|chain| chain.into_iter().take(1));
    let certificates = settings.certificates.iter().map(first).collect::<Result<Vec<_>, _>>()?;
    let certificates = certificates.into_iter().flatten().collect();
    Ok(Proxies::new(&settings.addresses, certificates, provider.signature_verification_algorithms))
}

fn certificates(setting: &'static str, files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let mut all = Vec::new();
    for file in files {
        all.extend(read_certificates(setting, file)?);
    }
    Ok(all)
}

fn read_certificates(setting: &'static str, file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| file_error(setting, file, error))?;
    if certificates.is_empty() && pkcs12::is_file(file) {
        return Err(TlsError::File { setting, file: file.to_owned(), source: FileError::Pkcs12 });
    }
    if certificates.is_empty() {
        return Err(TlsError::Empty { setting, file: file.to_owned() });
    }
    Ok(certificates)
}

fn file_error(setting: &'static str, file: &Path, error: pem::Error) -> TlsError {
    let source = if pkcs12::is_file(file) { FileError::Pkcs12 } else { error.into() };
    TlsError::File { setting, file: file.to_owned(), source }
}
