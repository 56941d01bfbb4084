//! A received call.

use actix_web::HttpRequest;
use actix_web::web::Bytes;
use serde::{Deserialize, Serialize};

use crate::tls::Client;

/// The methods that are simulated: of Kontaktforloeb.IndkaldelseService, then of Virksomhedsindsats.JobannonceService.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Operation {
    CreateIndkaldelse,
    GetIndkaldelse,
    GetIndkaldelser,
    UpdateIndkaldelse,
    DeleteIndkaldelse,
    GetIndkaldelseshistorik,
    /// Its later form, with the last segments the other way round.
    GetIndkaldelseshistorik2024,
    GetIndkaldelseshistorikForBorger,
    GetSoegning,
    SaveDeltagelsesvalg,
    GetDeltagelsesvalg,
    GetSpecifiktDeltagelsesvalg,
    GetDeltagelsesvalgshistorik,
    CreateMyndighedsdeltager,
    UpdateMyndighedsdeltager,
    DeleteMyndighedsdeltager,
    CreateJobannonce,
    SaveJobannonceAsDraft,
    GetJobannonce,
    UpdateJobannonce,
    DeleteJobannonce,
    PublishJobannonce,
    CloseJobannonce,
    GetJobannonceHistory,
    IsValidJobannonce,
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
    /// The subject of the certificate it came with; none over plain HTTP.
    pub(crate) client: Option<String>,
}

impl Call {
    pub(crate) fn read(request: &HttpRequest, body: Bytes) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers =
            request.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        let client = request.conn_data::<Client>().map(|Client(subject)| subject.clone());
        Self { method: request.method().to_string(), path: request.uri().to_string(), headers, body, client }
    }

    /// The method meant, with the id in its path; `None` when the service has no such path with that verb.
    /// Paths match to the letter.
    pub(crate) fn operation(&self) -> Option<(Operation, &str)> {
        let path = self.path.split('?').next().unwrap_or_default();
        let segments: Vec<_> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["v1", "Indkaldelse", "deltagelsesvalg", rest @ ..] => self.about_choices(rest),
            ["v1" | "v2", "Indkaldelse", "myndighedsdeltager", id] => Some((self.about_participants()?, *id)),
            ["v1", "Indkaldelse", rest @ ..] => self.about_indkaldelser(rest),
            ["v1", "Jobannonce", rest @ ..] => self.about_adverts(rest),
            _ => None,
        }
    }

    fn about_adverts<'p>(&self, rest: &[&'p str]) -> Option<(Operation, &'p str)> {
        Some(match (self.method.as_str(), rest) {
            ("POST", ["validering"]) => (Operation::IsValidJobannonce, ""),
            ("POST", [id]) => (Operation::CreateJobannonce, *id),
            ("GET", [id]) => (Operation::GetJobannonce, *id),
            ("PUT", [id]) => (Operation::UpdateJobannonce, *id),
            ("DELETE", [id]) => (Operation::DeleteJobannonce, *id),
            ("POST", [id, "kladde"]) => (Operation::SaveJobannonceAsDraft, *id),
            ("POST", [id, "publicer"]) => (Operation::PublishJobannonce, *id),
            ("POST", [id, "luk"]) => (Operation::CloseJobannonce, *id),
            ("GET", [id, "historik"]) => (Operation::GetJobannonceHistory, *id),
            _ => return None,
        })
    }

    fn about_indkaldelser<'p>(&self, rest: &[&'p str]) -> Option<(Operation, &'p str)> {
        Some(match (self.method.as_str(), rest) {
            ("GET", []) => (Operation::GetIndkaldelser, ""),
            ("GET", ["historik"]) => (Operation::GetIndkaldelseshistorikForBorger, ""),
            ("GET", ["soegning"]) => (Operation::GetSoegning, ""),
            ("GET", ["historik", id]) => (Operation::GetIndkaldelseshistorik2024, *id),
            ("GET", [id, "historik"]) => (Operation::GetIndkaldelseshistorik, *id),
            ("POST", [id]) => (Operation::CreateIndkaldelse, *id),
            ("GET", [id]) => (Operation::GetIndkaldelse, *id),
            ("PUT", [id]) => (Operation::UpdateIndkaldelse, *id),
            ("DELETE", [id]) => (Operation::DeleteIndkaldelse, *id),
            _ => return None,
        })
    }

    fn about_choices<'p>(&self, rest: &[&'p str]) -> Option<(Operation, &'p str)> {
        Some(match (self.method.as_str(), rest) {
            ("PUT", []) => (Operation::SaveDeltagelsesvalg, ""),
            ("GET", []) => (Operation::GetDeltagelsesvalg, ""),
            ("GET", ["historik"]) => (Operation::GetDeltagelsesvalgshistorik, ""),
            ("GET", [id]) => (Operation::GetSpecifiktDeltagelsesvalg, *id),
            _ => return None,
        })
    }

    fn about_participants(&self) -> Option<Operation> {
        Some(match self.method.as_str() {
            "POST" => Operation::CreateMyndighedsdeltager,
            "PUT" => Operation::UpdateMyndighedsdeltager,
            "DELETE" => Operation::DeleteMyndighedsdeltager,
            _ => return None,
        })
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
        Call { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Bytes::new(), client: None }
    }

    #[test]
    fn verb_and_path_choose_the_method() {
        assert_eq!(call("POST", "/v1/Indkaldelse/7").operation(), Some((Operation::CreateIndkaldelse, "7")));
        assert_eq!(call("GET", "/v1/Indkaldelse?x=y").operation(), Some((Operation::GetIndkaldelser, "")));
    }

    #[test]
    fn a_literal_segment_goes_before_an_id() {
        let of = |method, path| call(method, path).operation().map(|(operation, _)| operation);
        assert_eq!(of("GET", "/v1/Indkaldelse/historik"), Some(Operation::GetIndkaldelseshistorikForBorger));
        assert_eq!(of("GET", "/v1/Indkaldelse/7/historik"), Some(Operation::GetIndkaldelseshistorik));
        assert_eq!(of("PUT", "/v1/Indkaldelse/deltagelsesvalg"), Some(Operation::SaveDeltagelsesvalg));
        assert_eq!(of("PUT", "/v1/Indkaldelse/7"), Some(Operation::UpdateIndkaldelse));
        assert_eq!(of("GET", "/v1/Indkaldelse/soegning?fraDato=x"), Some(Operation::GetSoegning));
        assert_eq!(of("GET", "/v1/Indkaldelse/deltagelsesvalg/historik"), Some(Operation::GetDeltagelsesvalgshistorik));
    }

    #[test]
    fn the_two_forms_of_a_history_are_told_apart_by_their_segments() {
        let former = (Operation::GetIndkaldelseshistorik, "7");
        assert_eq!(call("GET", "/v1/Indkaldelse/7/historik").operation(), Some(former));
        let later = (Operation::GetIndkaldelseshistorik2024, "7");
        assert_eq!(call("GET", "/v1/Indkaldelse/historik/7").operation(), Some(later));
    }

    #[test]
    fn other_verbs_and_paths_have_none() {
        let others =
            [("PATCH", "/v1/Indkaldelse/7"), ("POST", "/v1/Indkaldelse"), ("GET", "/v1/indkaldelse"), ("GET", "/")];
        for (method, path) in
            others.into_iter().chain([("PUT", "/v1/Indkaldelse/7/historik"), ("GET", "/v2/Indkaldelse")]).chain([
                ("GET", "/v2/Indkaldelse/myndighedsdeltager/7"),
                ("PUT", "/v1/Indkaldelse/deltagelsesvalg/7"),
                ("POST", "/v3/Indkaldelse/myndighedsdeltager/7"),
            ])
        {
            assert_eq!(call(method, path).operation(), None, "{method} {path}");
        }
    }

    #[test]
    fn a_header_that_came_twice_counts_as_missing() {
        let twice = vec![("a".to_owned(), "1".to_owned()), ("a".to_owned(), "1".to_owned())];
        assert_eq!(Call { headers: twice, ..call("GET", "/") }.header("a"), None);
    }
}
