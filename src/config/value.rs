//! What a single setting may be: durations, sizes, addresses, URLs.

use reqwest::Url;
use std::time::Duration;

/// A value as it stands in a file or in the environment.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A string in a file.
    Text(String),
    /// An integer in a file.
    Number(i64),
    /// A truth value in a file.
    Truth(bool),
    /// A list of strings in a file.
    List(Vec<String>),
    /// Text from the environment, which may mean any of the others; a list has commas.
    Environment(String),
}

/// Why a value will not do, to be put after the name of the setting. Never the value itself:
/// somebody may have pasted a secret where a path belongs.
pub(super) type Refused = &'static str;

impl Value {
    pub(super) fn text(&self) -> Result<&str, Refused> {
        match self {
            Self::Text(text) | Self::Environment(text) => Ok(text),
            Self::Number(_) | Self::Truth(_) | Self::List(_) => Err("must be a text in quotes"),
        }
    }

    pub(super) fn number(&self) -> Result<u64, Refused> {
        const WRONG: Refused = "must be a whole number";
        match self {
            Self::Number(number) => u64::try_from(*number).map_err(|_| WRONG),
            Self::Environment(text) => text.trim().parse().map_err(|_| WRONG),
            Self::Text(_) | Self::Truth(_) | Self::List(_) => Err(WRONG),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<String>, Refused> {
        match self {
            Self::List(items) => Ok(items.clone()),
            Self::Environment(text) => Ok(split_list(text)),
            Self::Text(_) | Self::Number(_) | Self::Truth(_) => Err("must be a list of texts, such as [\"a\", \"b\"]"),
        }
    }

    pub(super) fn truth(&self) -> Result<bool, Refused> {
        match self {
            Self::Truth(truth) => Ok(*truth),
            Self::Environment(text) if text == "true" => Ok(true),
            Self::Environment(text) if text == "false" => Ok(false),
            _ => Err("must be true or false, without quotes"),
        }
    }

    /// A duration that may be nothing at all.
    pub(super) fn duration_or_none(&self) -> Result<Duration, Refused> {
        match self.text().ok().and_then(number_and_unit) {
            Some((0, "ms" | "s" | "m" | "h")) => Ok(Duration::ZERO),
            _ => self.duration(),
        }
    }

    pub(super) fn duration(&self) -> Result<Duration, Refused> {
        const WRONG: Refused = "must be a duration with its unit, such as \"250ms\", \"50s\", \"2m\" or \"1h\"";
        let (number, unit) = number_and_unit(self.text().map_err(|_| WRONG)?).ok_or(WRONG)?;
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(WRONG),
        };
        match number.checked_mul(milliseconds) {
            Some(0) | None => Err("must be longer than nothing and shorter than for ever"),
            Some(total) => Ok(Duration::from_millis(total)),
        }
    }

    pub(super) fn size(&self) -> Result<usize, Refused> {
        const WRONG: Refused = "must be a number of bytes, or a size such as \"64 KiB\" or \"5 MiB\"";
        let bytes = match self.number() {
            Ok(bytes) => Some(bytes),
            Err(_) => {
                let (number, unit) = number_and_unit(self.text().map_err(|_| WRONG)?).ok_or(WRONG)?;
                number.checked_mul(size_unit(unit).ok_or(WRONG)?)
            }
        };
        bytes.filter(|&bytes| bytes > 0).and_then(|bytes| usize::try_from(bytes).ok()).ok_or(WRONG)
    }
}

fn size_unit(unit: &str) -> Option<u64> {
    match unit {
        "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    }
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A base URL without its last slash: `https`, or `http` where the address is loopback.
pub(super) fn base_url(text: &str) -> Result<String, Refused> {
    let url = Url::parse(text).map_err(|_| "must be an address such as \"https://host.example/path\"")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry a user name or password; the facade shows who it is by its certificate");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its path, without ? or #");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => return Err("must begin with https:// (http:// is for loopback addresses only)"),
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Where a revocation list is fetched. Over http: it is signed, and https would need the trust it is to serve.
pub(super) fn list_url(text: &str) -> Result<String, Refused> {
    let url = Url::parse(text).map_err(|_| "must be an address such as \"http://host.example/list.crl\"")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry a user name or password");
    }
    Ok(text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn durations_need_a_unit_and_must_be_longer_than_nothing() {
        assert_eq!(text("250ms").duration(), Ok(Duration::from_millis(250)));
        assert_eq!(text("50 s").duration(), Ok(Duration::from_secs(50)));
        assert_eq!(text("2m").duration(), Ok(Duration::from_secs(120)));
        for wrong in ["50", "", "s", "-1s", "1.5s", "0s", "5 sec", "99999999999999999999s", "9999999999999999999h"] {
            assert!(text(wrong).duration().is_err(), "{wrong}");
        }
        assert!(Value::Number(50).duration().is_err());
    }

    #[test]
    fn sizes_are_bytes_or_have_a_binary_unit() {
        assert_eq!(text("5 MiB").size(), Ok(5 << 20));
        assert_eq!(Value::Number(17).size(), Ok(17));
        assert_eq!(Value::Environment("64KiB".to_owned()).size(), Ok(64 << 10));
        assert_eq!(Value::Environment("4096".to_owned()).size(), Ok(4096));
        for wrong in [text("5 MB"), text("lots"), Value::Number(0), Value::Number(-1), text("17179869184 GiB")] {
            assert!(wrong.size().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_list_in_the_environment_has_commas() {
        assert_eq!(Value::Environment("a.pem, b.pem,".to_owned()).list().unwrap(), ["a.pem", "b.pem"]);
        assert!(text("a.pem").list().is_err());
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert_eq!(base_url("https://host.example/a/"), Ok("https://host.example/a".to_owned()));
        for good in ["http://127.0.0.1:9000", "http://[::1]:9000", "http://localhost:9000"] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for wrong in [
            "http://host.example",
            "http://127.0.0.1.host.example",
            "ftp://127.0.0.1",
            "host.example",
            "",
            "https://a:b@host.example",
            "https://host.example/?a=b",
            "https://host.example/#a",
        ] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }
}
