//! From an effect of a mapping to an HTTP request.

use super::BackendError;
use dfdg_mapping::{Effect, Method, Repeat};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Url};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-requestid");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What of an effect goes to the backend, under which identity, and how often it may.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing<'e> {
    pub(super) method: Method,
    pub(super) path: &'e str,
    pub(super) headers: &'e [(String, String)],
    pub(super) body: Option<&'e [u8]>,
    pub(super) repeat: Repeat,
    /// `None` is the facade's own.
    pub(super) identity: Option<&'e str>,
}

impl<'e> Outgoing<'e> {
    pub(super) fn new(effect: &'e Effect, identity: Option<&'e str>) -> Self {
        let Effect { method, path, headers, body, repeat, .. } = effect;
        Self { method: *method, path, headers, body: body.as_deref(), repeat: *repeat, identity }
    }

    /// The request that is sent, the same at every try.
    pub(super) fn request(&self, base: &Url, id: &str) -> Result<Request, BackendError> {
        let mut request = Request::new(method(self.method), url(base, self.path)?);
        *request.headers_mut() = self.header_fields(id)?;
        *request.body_mut() = self.body.map(|body| body.to_vec().into());
        Ok(request)
    }

    fn header_fields(&self, id: &str) -> Result<HeaderMap, BackendError> {
        let mut fields = HeaderMap::with_capacity(self.headers.len() + 3);
        fields.insert(ACCEPT, JSON);
        if self.body.is_some() {
            fields.insert(CONTENT_TYPE, JSON);
        }
        for (name, value) in self.headers {
            let (name, value) = header_field(name, value).ok_or_else(|| BackendError::Unsendable(name.clone()))?;
            fields.insert(name, value);
        }
        let id = HeaderValue::from_str(id).map_err(|_| BackendError::Unsendable(REQUEST_ID.to_string()))?;
        fields.insert(REQUEST_ID, id);
        Ok(fields)
    }
}

/// A header field in ASCII; anything else arrives as something else, depending on who reads it.
fn header_field(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(Some(value).filter(|value| value.is_ascii())?).ok()?;
    value.set_sensitive(true); // never printed: it may be a civil registration number
    Some((name.parse().ok()?, value))
}

/// The base URL with the path of the effect behind it. A path value such as `..` that would
/// lead elsewhere is refused.
fn url(base: &Url, path: &str) -> Result<Url, BackendError> {
    let (place, query) = path.split_once('?').map_or((path, None), |(place, query)| (place, Some(query)));
    let place = [base.path().trim_end_matches('/'), place].concat();
    let mut url = base.clone();
    url.set_path(&place);
    url.set_query(query);
    let kept = path.starts_with('/') && url.path() == place && url.query() == query;
    kept.then_some(url).ok_or_else(|| BackendError::Unsendable("path".to_owned()))
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_kept_as_it_is_or_refused() {
        let base = Url::parse("https://host.example/base").unwrap();
        for good in ["/v1/Indkaldelse/7", "/v1/a%2Fb", "/v1/a?q=%C3%A6&r=1", "/", "/v1/a?"] {
            assert_eq!(url(&base, good).map(String::from), Ok(format!("{base}{good}")));
        }
        for wrong in [
            "/v1/../admin",
            "/v1/%2e%2e/admin",
            "/v1/.",
            "v1",
            "",
            "/v1/a b",
            "/v1/#x",
            "/v1\n",
            "/v1/æ",
            "/a\\b",
            "/v1/a?b#c",
            "/v1/a?b c",
        ] {
            assert_eq!(url(&base, wrong), Err(BackendError::Unsendable("path".to_owned())), "{wrong:?}");
        }
    }
}
