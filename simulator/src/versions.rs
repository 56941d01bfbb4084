//! Versions of an indkaldelse in HTTP's way. That the new services have them was not seen, so none are told until a
//! test asks for it.

use actix_web::http::header::HeaderValue;
use serde::Deserialize;

use crate::call::Call;
use crate::refusal::Refusal;

/// Which kind of `ETag` a read of one indkaldelse has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Versions {
    /// None.
    #[default]
    None,
    /// One that `If-Match` can name.
    Strong,
    /// One that it cannot.
    Weak,
}

impl Versions {
    pub(crate) fn etag(self, version: usize) -> Option<HeaderValue> {
        let text = match self {
            Self::None => return None,
            Self::Strong => format!("\"{version}\""),
            Self::Weak => format!("W/\"{version}\""),
        };
        HeaderValue::try_from(text).ok()
    }
}

/// # Errors
/// [`Refusal::Changed`] when the call is meant for another version than this one.
pub(crate) fn check(call: &Call, version: usize) -> Result<(), Refusal> {
    match call.header("if-match") {
        None | Some("*") => Ok(()),
        Some(wanted) if wanted == format!("\"{version}\"") => Ok(()),
        Some(_) => Err(Refusal::Changed),
    }
}
