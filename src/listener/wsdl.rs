//! Descriptions by GET: `?wsdl`, `?singleWsdl`, `?xsd=NAME`, or a short page that names them.

use std::borrow::Cow;

use dfdg_contract::Contract;

use crate::config::PublicUrl;

/// What the query asks for. Keys match without regard to case, as the old servers did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// `?wsdl`: the WSDL, its schemas as references.
    Wsdl,
    /// `?singleWsdl`: the WSDL with its schemas inside.
    SingleWsdl,
    /// `?xsd=NAME`: one schema the WSDL refers to.
    Xsd(Cow<'a, str>),
    /// Anything else: a page that says what there is.
    Page,
}

impl<'a> Wanted<'a> {
    pub(crate) fn read(query: Option<&'a str>) -> Self {
        query.unwrap_or_default().split('&').find_map(Self::read_parameter).unwrap_or(Self::Page)
    }

    fn read_parameter(parameter: &'a str) -> Option<Self> {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match () {
            () if key.eq_ignore_ascii_case("wsdl") => Some(Self::Wsdl),
            () if key.eq_ignore_ascii_case("singleWsdl") => Some(Self::SingleWsdl),
            () if key.eq_ignore_ascii_case("xsd") => Some(Self::Xsd(percent_decode(value))),
            () => None,
        }
    }

    pub(crate) fn content_type(&self) -> &'static str {
        match self {
            Self::Page => "text/plain; charset=utf-8",
            _ => "text/xml; charset=utf-8",
        }
    }

    /// The description of a contract served at `address`; `None` for a schema it does not have.
    pub(crate) fn of(&self, contract: &Contract, address: &str) -> Option<String> {
        match self {
            Self::Wsdl => Some(contract.wsdl(address)),
            Self::SingleWsdl => Some(contract.single_wsdl(address)),
            Self::Xsd(name) => contract.xsd(name, address),
            Self::Page => Some(page(contract.name(), address)),
        }
    }
}

fn page(name: &str, address: &str) -> String {
    format!(
        "{name}\n\n\
         WSDL:              {address}?wsdl\n\
         WSDL in one file:  {address}?singleWsdl\n\
         Calls:             POST to {address} as SOAP 1.1, Content-Type: text/xml; charset=utf-8\n"
    )
}

/// The public URL of this facade before the path, without a slash at its end. `None` when it
/// is to come from the `Host` header and that is missing or not a host.
pub(crate) fn base<'a>(url: &'a PublicUrl, host: Option<&str>) -> Option<Cow<'a, str>> {
    match url {
        PublicUrl::Fixed(url) => Some(url.into()),
        PublicUrl::FromHost => host.filter(|host| is_host(host)).map(|host| format!("https://{host}").into()),
    }
}

/// Only what a host and port consist of: the text goes into XML.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

/// Resolves `%XX`. What is no valid escape, or not UTF-8 after it, stays as it is: then it
/// names no file.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.split_first_chunk()).flatten();
        let escaped = escaped.and_then(|(digits, after)| Some((hex(*digits)?, after)));
        let (byte, after) = escaped.unwrap_or((first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_or(text.into(), Cow::Owned)
}

fn hex([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_without_regard_to_case() {
        for (query, wanted) in [
            ("wsdl", Wanted::Wsdl),
            ("WSDL", Wanted::Wsdl),
            ("wsdl=", Wanted::Wsdl),
            ("singlewsdl", Wanted::SingleWsdl),
            ("x=1&singleWsdl", Wanted::SingleWsdl),
            ("xsd=xsd0", Wanted::Xsd("xsd0".into())),
            ("XSD=a%2Fb%20c.xsd", Wanted::Xsd("a/b c.xsd".into())),
            ("xsd=50%", Wanted::Xsd("50%".into())),
            ("xsd=%zz%C3%98", Wanted::Xsd("%zz\u{d8}".into())),
            ("xsd=%ff", Wanted::Xsd("%ff".into())),
            ("", Wanted::Page),
            ("wsdl2", Wanted::Page),
        ] {
            assert_eq!(Wanted::read(Some(query)), wanted, "{query}");
        }
        assert_eq!(Wanted::read(None), Wanted::Page);
    }

    #[test]
    fn the_public_url_wins_over_the_host() {
        let fixed = PublicUrl::Fixed("https://dfdg.example".to_owned());
        assert_eq!(base(&fixed, Some("evil.example")).as_deref(), Some("https://dfdg.example"));
    }

    #[test]
    fn the_host_is_used_where_the_setting_says_so() {
        let from_host = PublicUrl::FromHost;
        assert_eq!(base(&from_host, Some("localhost:8443")).as_deref(), Some("https://localhost:8443"));
        assert_eq!(base(&from_host, Some("[::1]:8443")).as_deref(), Some("https://[::1]:8443"));
        assert_eq!(base(&from_host, None), None);
    }

    #[test]
    fn a_host_that_could_break_out_of_the_document_is_refused() {
        for host in ["", "a\"><x", "a/b", "a b", "user@host"] {
            assert_eq!(base(&PublicUrl::FromHost, Some(host)), None, "{host}");
        }
    }
}
