//! Mutual TLS from PEM files.

use std::any::Any;
use std::io;
use std::path::Path;
use std::sync::Arc;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use x509_parser::prelude::{FromDer, X509Certificate};

use crate::settings::TlsFiles;

/// The subject of the certificate the other end of a connection has shown, such as `C=DK, …, CN=…`.
#[derive(Debug)]
pub(crate) struct Client(pub(crate) String);

/// Takes note of who is at the other end of a connection.
pub(crate) fn note_client(connection: &dyn Any, of_connection: &mut Extensions) {
    let stream = connection.downcast_ref::<TlsStream<TcpStream>>();
    let shown = stream.and_then(|stream| stream.get_ref().1.peer_certificates()?.first());
    let read = shown.and_then(|shown| X509Certificate::from_der(shown).ok());
    if let Some((_, certificate)) = read {
        of_connection.insert(Client(certificate.subject().to_string()));
    }
}

/// A TLS server that cuts off every client without a certificate from the roots.
///
/// # Errors
/// When a file cannot be read, holds nothing of its kind, or key and certificate do not belong together; the message
/// names the file.
pub(crate) fn server_config(files: &TlsFiles) -> io::Result<ServerConfig> {
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| broken(&files.key, &error))?;
    let versions =
        ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let builder = versions.map_err(io::Error::other)?;
    let builder = builder.with_client_cert_verifier(client_verifier(&files.client_roots)?);
    builder.with_single_cert(chain, key).map_err(|error| broken(&files.certificate, &error))
}

fn client_verifier(file: &Path) -> io::Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| broken(file, &error))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    builder.build().map_err(|error| broken(file, &error))
}

fn certificates(file: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|error| broken(file, &error))?;
    if certificates.is_empty() { Err(broken(file, &"no certificate in it")) } else { Ok(certificates) }
}

fn broken(file: &Path, why: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {why}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_is_named() {
        let problem = certificates(Path::new("no-such-file.pem")).unwrap_err();
        assert!(problem.to_string().starts_with("no-such-file.pem: "), "{problem}");
    }

    #[test]
    fn a_file_without_certificates_is_named() {
        let problem = certificates(Path::new("Cargo.toml")).unwrap_err();
        assert_eq!(problem.to_string(), "Cargo.toml: no certificate in it");
    }
}
