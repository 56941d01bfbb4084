//! The side of who calls or delivers: HTTP over mutual TLS.

use anyhow::{Context, bail};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::folder::{Folder, SERVER_CA};

/// A client with a certificate of the demo.
pub(super) struct Client(reqwest::Client);

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: String,
    pub(super) body: String,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "this client is a caller, not the way to a backend")]
    pub(super) fn new(folder: &Folder, certificate: &str, key: &str) -> anyhow::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in certificates(folder, SERVER_CA)? {
            roots.add(certificate)?;
        }
        let key = PrivateKeyDer::from_pem_slice(&folder.read(key)?).context("the client's key cannot be read")?;
        let config = rustls::ClientConfig::builder()
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(folder, certificate)?, key)?;
        Ok(Self(reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build()?))
    }

    /// Sends a SOAP request as the old clients do.
    pub(super) async fn call(&self, url: &str, action: &str, envelope: &str) -> anyhow::Result<Answer> {
        let request = self.0.post(url).header("Content-Type", "text/xml; charset=utf-8");
        answer(request.header("SOAPAction", format!("\"{action}\"")).body(envelope.to_owned())).await
    }

    /// Delivers a push as a publisher does.
    pub(super) async fn push(&self, url: &str, json: &str) -> anyhow::Result<Answer> {
        answer(self.0.post(url).header("Content-Type", "application/json").body(json.to_owned())).await
    }

    /// Reads JSON, as the demo does from the simulator.
    pub(super) async fn json(&self, url: &str) -> anyhow::Result<serde_json::Value> {
        let response = self.0.get(url).send().await?;
        if !response.status().is_success() {
            bail!("{url} answered {}", response.status());
        }
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}

async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
    let response = request.send().await?;
    let request_id =
        response.headers().get("X-Request-Id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    Ok(Answer { status: response.status().as_u16(), request_id, body: response.text().await? })
}

fn certificates(folder: &Folder, name: &str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = folder.read(name)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    certificates.with_context(|| format!("{name}: no certificates"))
}
