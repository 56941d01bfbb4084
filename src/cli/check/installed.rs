//! What `check --config` says of an installation that is in order.
#![allow(clippy::print_stderr, reason = "commands speak to people")]

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::installation::{Installation, Unset};

/// An installation, as JSON and for people.
#[derive(Serialize)]
pub(super) struct Installed {
    /// Settings client systems lack, in words.
    unset: Vec<String>,
    /// Backends of the settings that no mapping knows.
    uncalled: Vec<String>,
    /// How many client systems are registered.
    clients: usize,
    /// How many publishers are registered.
    publishers: usize,
    /// Whether there is a listener for them.
    intake: bool,
    certificates: Vec<Certificate>,
    /// One for each authority; none when revocation is not checked.
    revocation_lists: Vec<List>,
}

#[derive(Serialize)]
struct Certificate {
    what: String,
    file: String,
    ends: DateTime<Utc>,
}

#[derive(Serialize)]
struct List {
    issuer: String,
    /// `None` when it is one of an address that was not asked.
    next_update: Option<DateTime<Utc>>,
}

impl Installed {
    pub(super) fn of(found: &Installation) -> Self {
        let certificates = found.certificates.iter().map(|end| Certificate {
            what: end.what.replace('_', " "),
            file: end.name.clone(),
            ends: end.at,
        });
        let lists = found.lists.iter().map(|standing| List {
            issuer: standing.issuer.clone(),
            next_update: standing.list.as_ref().map(|list| list.next_update),
        });
        let Installation { clients, publishers, intake, .. } = *found;
        let unset = found.unset.iter().map(|Unset { client, service, setting }| {
            format!("{client} may call {service} and has no setting {setting}, which goes with every call")
        });
        Self {
            unset: unset.collect(),
            uncalled: found.uncalled.clone(),
            clients,
            publishers,
            intake,
            certificates: certificates.collect(),
            revocation_lists: lists.collect(),
        }
    }

    /// A line for each thing; what is allowed and seldom meant is warned of.
    pub(super) fn print(&self) {
        say!("client systems       {}", self.clients);
        if self.intake || self.publishers > 0 {
            say!("publishers           {}", self.publishers);
        }
        for Certificate { what, file, ends } in &self.certificates {
            say!("{what:<20} until {}  {file}", ends.date_naive());
        }
        for List { issuer, next_update } in &self.revocation_lists {
            let state = next_update.map_or_else(
                || "not read; --fetch asks its address".to_owned(),
                |next| format!("next update {}", next.format("%Y-%m-%d %H:%M UTC")),
            );
            say!("revocation list      {state}  {issuer}");
        }
        if self.clients == 0 {
            eprintln!("warning: no client system is registered, so that every call is refused; docs/onboarding.md");
        }
        for unset in &self.unset {
            eprintln!("warning: {unset}; the domain service may refuse it");
        }
        for name in &self.uncalled {
            eprintln!(
                "warning: nothing is sent to [backends.{name}]: mappings/services.toml has no backend of that name"
            );
        }
        match (self.intake, self.publishers) {
            (true, 0) => {
                eprintln!("warning: intake.enabled, and no publisher is registered, so that every push is refused");
            }
            (false, 1..) => {
                eprintln!("warning: publishers are registered, and there is no intake: intake.enabled is false");
            }
            _ => {}
        }
        if self.revocation_lists.is_empty() {
            eprintln!("warning: revoked certificates are accepted, as callers.trust.accept_revoked_certificates says");
        }
    }
}
