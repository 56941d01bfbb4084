//! The HTTP client of one backend: HTTP/1.1 over mutual TLS, no redirects, no proxy, no
//! compression, and no retries but our own.

use super::identities::ByIdentity;
use crate::config::{Backend, CertificateFiles};
use crate::pkcs12;
use dfdg_contract::{Problem, Problems};
use reqwest::redirect::Policy;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// Makes the client.
#[expect(clippy::disallowed_methods, reason = "the one place that makes clients of backends")]
pub(super) fn client(settings: &Backend, tls: &ClientConfig) -> Result<reqwest::Client, Problems> {
    let builder = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_idle_timeout(settings.pool_idle)
        .connect_timeout(settings.connect_timeout);
    let cannot = |error: reqwest::Error| problem(settings, "url", format!("no client can be made: {error}"));
    builder.tls_backend_preconfigured(tls.clone()).build().map_err(|error| cannot(error).into())
}

/// Reads its roots, and every certificate it may be shown with its key.
pub(super) fn tls(settings: &Backend) -> Result<ByIdentity<ClientConfig>, Problems> {
    let (roots, wrong) = match roots(settings) {
        Ok(roots) => (roots, Vec::new()),
        Err(found) => (RootCertStore::empty(), found.into_list()), // a stand-in, so that all problems are told at once
    };
    let roots = Arc::new(roots);
    match ByIdentity::make(settings, |identity, files| config(settings, &roots, identity, files)) {
        Ok(made) => Problems::none(wrong).map(|()| made),
        Err(found) => Err(found.with(wrong)),
    }
}

/// The configuration that shows one certificate.
fn config(
    settings: &Backend,
    roots: &Arc<RootCertStore>,
    identity: Option<&str>,
    files: Option<&CertificateFiles>,
) -> Result<ClientConfig, Problems> {
    let setting = |key: &str| identity.map_or_else(|| key.to_owned(), |name| format!("identities.{name}.{key}"));
    let wrong = |error: rustls::Error| Problems::from(problem(settings, &setting("certificate"), error.to_string()));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(wrong)?;
    let builder = builder.with_root_certificates(Arc::clone(roots));
    match files {
        None => Ok(builder.with_no_client_auth()),
        Some(files) => {
            let chain = certificates(settings, &setting("certificate"), &files.certificate)?;
            let key = private_key(settings, &setting("key"), &files.key)?;
            builder.with_client_auth_cert(chain, key).map_err(wrong)
        }
    }
}

fn roots(settings: &Backend) -> Result<RootCertStore, Problems> {
    let mut store = RootCertStore::empty();
    for file in &settings.roots {
        let (added, _) = store.add_parsable_certificates(certificates(settings, "roots", file)?);
        if added == 0 {
            return Err(problem(settings, "roots", format!("{} has no usable certificate", file.display())).into());
        }
    }
    Ok(store)
}

fn private_key(settings: &Backend, setting: &str, file: &Path) -> Result<PrivateKeyDer<'static>, Problem> {
    PrivateKeyDer::from_pem_file(file).map_err(|_| {
        let message = format!("{} has no private key that can be read", file.display());
        let hint = if pkcs12::is_file(file) { pkcs12::HINT } else { "it must be PEM and not encrypted" };
        problem(settings, setting, message).hint(hint)
    })
}

fn certificates(settings: &Backend, setting: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        _ if pkcs12::is_file(file) => {
            Err(problem(settings, setting, format!("{} is not PEM", file.display())).hint(pkcs12::HINT))
        }
        Ok(_) => Err(problem(settings, setting, format!("{} has no certificate", file.display()))),
        Err(error) => Err(problem(settings, setting, format!("{} cannot be read: {error}", file.display()))),
    }
}

fn problem(settings: &Backend, setting: &str, message: String) -> Problem {
    Problem::new(format!("backends.{}.{setting}", settings.name), 0, message)
}
