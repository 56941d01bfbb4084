//! How surely a line of a mapping is known.

use std::fmt;

use serde::Serialize;

/// Where a line comes from. A line without a mark of its own has that of the table around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// `evidence = "…"`: where it was read, such as `wiki` or `release note`.
    Source(String),
    /// `assumed = "…"`: it was read nowhere; why it is thought to be so.
    Assumed(String),
    /// No mark anywhere.
    #[default]
    None,
}

impl Evidence {
    /// This mark, or the outer one where there is none.
    #[must_use]
    pub(crate) fn or(self, outer: &Self) -> Self {
        match self {
            Self::None => outer.clone(),
            own => own,
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => write!(out, "[{source}]"),
            Self::Assumed(why) => write!(out, "assumed: {why}"),
            Self::None => write!(out, "no evidence given"),
        }
    }
}
