//! Where lists come from: files and http addresses of the settings, never an address out of a
//! certificate somebody presents.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use rustls::crypto::aws_lc_rs;

use super::refusal::ListError;
use crate::error::with_causes;

/// The largest list that is read, in bytes. One of 100,000 certificates has about 4 MiB.
pub(super) const MAX_LIST_BYTES: usize = 64 << 20;
const CONNECT: Duration = Duration::from_secs(10);
/// From the request to the last byte; another one is given by tests only.
pub(super) const FETCH: Duration = Duration::from_secs(60);

/// Reads a list from a file.
pub(super) fn read_limited(path: &Path) -> Result<Vec<u8>, ListError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_LIST_BYTES).unwrap_or(u64::MAX);
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_LIST_BYTES { Err(ListError::TooLarge(MAX_LIST_BYTES)) } else { Ok(bytes) }
}

/// Fetches lists over http. What they say is signed, so that the way there need not be.
#[derive(Debug)]
pub(super) struct Fetcher(Client);

/// What the server said of the list it sent last, to be asked for a newer one only.
#[derive(Debug, Default)]
pub(super) struct Known {
    etag: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
}

impl Fetcher {
    #[expect(clippy::disallowed_methods, reason = "it calls no backend")]
    pub(super) fn new(time: Duration) -> Result<Self, ListError> {
        let provider = std::sync::Arc::new(aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = tls.map_err(|error| ListError::Fetch(error.to_string()))?;
        let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth(); // never used
        let builder = Client::builder().http1_only().no_proxy().redirect(Policy::none()).referer(false);
        let builder = builder.connect_timeout(CONNECT).timeout(time).tls_backend_preconfigured(tls);
        builder.build().map(Self).map_err(|error| failed(&error))
    }

    /// The list at `url`; `None` when the server says it is the one it sent last.
    pub(super) async fn fetch(&self, url: &str, known: &mut Known) -> Result<Option<Vec<u8>>, ListError> {
        let response = self.0.get(url).headers(known.conditions()).send().await.map_err(|error| failed(&error))?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(None),
            StatusCode::OK => {}
            other => return Err(ListError::Status(other.as_u16())),
        }
        if response
            .content_length()
            .is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > MAX_LIST_BYTES))
        {
            return Err(ListError::TooLarge(MAX_LIST_BYTES));
        }
        let next = Known::of(response.headers());
        let list = body(response).await?;
        *known = next;
        Ok(Some(list))
    }
}

/// The list at `url`, asked for once.
pub(super) async fn fetch_once(url: &str) -> Result<Vec<u8>, ListError> {
    let list = Fetcher::new(FETCH)?.fetch(url, &mut Known::default()).await?;
    list.ok_or(ListError::Status(StatusCode::NOT_MODIFIED.as_u16()))
}

impl Known {
    fn of(headers: &HeaderMap) -> Self {
        Self { etag: headers.get(ETAG).cloned(), last_modified: headers.get(LAST_MODIFIED).cloned() }
    }

    fn conditions(&self) -> HeaderMap {
        let etag = self.etag.iter().map(|value| (IF_NONE_MATCH, value.clone()));
        etag.chain(self.last_modified.iter().map(|value| (IF_MODIFIED_SINCE, value.clone()))).collect()
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, ListError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if bytes.len() + chunk.len() > MAX_LIST_BYTES {
            return Err(ListError::TooLarge(MAX_LIST_BYTES));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn failed(error: &reqwest::Error) -> ListError {
    ListError::Fetch(with_causes(error))
}
