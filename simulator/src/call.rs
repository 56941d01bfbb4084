//! A received call.

use actix_web::HttpRequest;
use actix_web::web::Bytes;
use serde::{Deserialize, Serialize};

/// The methods of Kontaktforloeb.IndkaldelseService that are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Operation {
    CreateIndkaldelse,
    GetIndkaldelser,
}

/// A call as it came, nothing checked.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Path with query, as sent.
    pub(crate) path: String,
    /// Names in lower case, in the order received.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn read(request: &HttpRequest, body: Bytes) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers =
            request.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        Self { method: request.method().to_string(), path: request.uri().to_string(), headers, body }
    }

    /// The method meant, with the id in its path; `None` when the service has no such path with that verb.
    /// Paths match to the letter.
    pub(crate) fn operation(&self) -> Option<(Operation, &str)> {
        let path = self.path.split('?').next().unwrap_or_default();
        let segments: Vec<_> = path.split('/').skip(1).collect();
        match (self.method.as_str(), segments.as_slice()) {
            ("POST", ["v1", "Indkaldelse", id]) => Some((Operation::CreateIndkaldelse, id)),
            ("GET", ["v1", "Indkaldelse"]) => Some((Operation::GetIndkaldelser, "")),
            _ => None,
        }
    }

    /// The value of a header that came exactly once; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        values.next().filter(|_| values.next().is_none()).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, path: &str) -> Call {
        Call { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Bytes::new() }
    }

    #[test]
    fn verb_and_path_choose_the_method() {
        assert_eq!(call("POST", "/v1/Indkaldelse/7").operation(), Some((Operation::CreateIndkaldelse, "7")));
        assert_eq!(call("GET", "/v1/Indkaldelse?x=y").operation(), Some((Operation::GetIndkaldelser, "")));
    }

    #[test]
    fn other_verbs_and_paths_have_none() {
        let others =
            [("PUT", "/v1/Indkaldelse/7"), ("POST", "/v1/Indkaldelse"), ("GET", "/v1/indkaldelse"), ("GET", "/")];
        for (method, path) in others.into_iter().chain([("GET", "/v1/Indkaldelse/"), ("GET", "/v2/Indkaldelse")]) {
            assert_eq!(call(method, path).operation(), None, "{method} {path}");
        }
    }

    #[test]
    fn a_header_that_came_twice_counts_as_missing() {
        let twice = vec![("a".to_owned(), "1".to_owned()), ("a".to_owned(), "1".to_owned())];
        assert_eq!(Call { headers: twice, ..call("GET", "/") }.header("a"), None);
    }
}
