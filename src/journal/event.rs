//! The events of the journal: ids, codes, counts and closed labels.

use super::label::{Label, OrganisationLabel};
use super::person::Person;
use crate::clients::{ClientSystem, Organisation};
use crate::error::{Blame, CallError};
use crate::identity::{Certificate, Cvr};
use crate::peer::Peer;
use chrono::{DateTime, Utc};
use dfdg_contract::Operation;
use dfdg_mapping::{Refusal, Service};
use serde::{Serialize, Serializer};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use uuid::Uuid;

/// One SOAP call. It is filled in as the call goes on; what was not found out when the call
/// ended is `null` in its line.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CallEvent {
    request_id: Uuid,
    address: Option<IpAddr>,
    pub(super) service: Option<Label>,
    pub(super) operation: Option<Label>,
    pub(super) client: Option<Label>,
    #[serde(serialize_with = "display")]
    cvr: Option<Cvr>,
    uuid: Option<Uuid>,
    certificate: Option<Certificate>,
    organisation: Option<OrganisationLabel>,
    user_type: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Person>,
    pub(super) outcome: Outcome,
    pub(super) fault: Option<i64>,
    #[serde(serialize_with = "blame")]
    pub(super) blame: Option<Blame>,
    error: Option<&'static str>,
    /// Place and rule, for the operator: made of closed errors, which never hold a value that was sent.
    detail: Option<String>,
    pub(super) reason: Option<&'static str>,
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub(super) duration: Duration,
    backend_calls: u32,
    pub(super) dropped: u32,
    bytes_in: usize,
    bytes_out: usize,
}

impl CallEvent {
    /// The service at its path.
    pub fn service(&mut self, service: &Service) {
        self.service = Some(service.into());
    }

    /// The operation its body asks for.
    pub fn operation(&mut self, operation: &Operation) {
        self.operation = Some(operation.into());
    }

    /// The certificate it came with, whether it lets the caller in or not.
    pub fn peer(&mut self, peer: &Peer) {
        self.address = Some(peer.address.ip());
        self.certificate.clone_from(&peer.certificate);
        if let Ok(identity) = &peer.identity {
            (self.cvr, self.uuid) = (Some(identity.cvr), Some(identity.uuid));
        }
    }

    /// The client system its certificate is registered for.
    pub fn client(&mut self, client: &ClientSystem) {
        self.client = Some(client.into());
    }

    /// The organisation it acts for, as registered.
    pub fn organisation(&mut self, organisation: &Organisation) {
        self.organisation = Some(organisation.into());
    }

    /// The user it is said to be made for: of which type, and a hash of the identifier.
    pub fn user(&mut self, kind: Option<u32>, user: Option<Person>) {
        (self.user_type, self.user) = (kind, user);
    }

    /// The citizen it is about.
    pub fn person(&mut self, person: Option<Person>) {
        self.person = person;
    }

    /// Bytes of its body.
    pub fn bytes_in(&mut self, bytes: usize) {
        self.bytes_in = bytes;
    }

    /// Values it carries that the mapping drops.
    pub fn dropped(&mut self, values: u32) {
        self.dropped = values;
    }

    /// A call to a backend begins; its number within the SOAP call, from 1.
    pub fn backend_call(&mut self) -> u32 {
        self.backend_calls += 1;
        self.backend_calls
    }

    /// It ends in a fault; `number` is the DFDG error code the caller is told.
    pub fn fault(&mut self, error: &CallError, number: Option<i64>) {
        self.outcome = Outcome::Fault;
        (self.blame, self.fault, self.error) = (Some(error.blame()), number, Some(error_label(error)));
        self.detail = Some(error.to_string());
        if let CallError::Access(refusal) = error {
            self.reason = Some(refusal.reason());
        }
    }

    /// Who called what: client system, service, and operation, which is empty where the call named none. `None` when no client
    /// system is known.
    #[must_use]
    pub fn line(&self) -> Option<[Label; 3]> {
        let operation = self.operation.clone().unwrap_or_else(|| "".into());
        Some([self.client.clone()?, self.service.clone()?, operation])
    }

    /// Whether it ends in a fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.outcome == Outcome::Fault
    }

    /// It has ended: its id in the caller's `X-Request-Id`, the time from the end of the request
    /// to the reply, and the bytes of the reply.
    pub fn finish(&mut self, request_id: Uuid, duration: Duration, bytes_out: usize) {
        (self.request_id, self.duration, self.bytes_out) = (request_id, duration, bytes_out);
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With the reply of its operation.
    #[default]
    Reply,
    /// With a SOAP fault.
    Fault,
}

impl Outcome {
    /// Its name in log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Fault => "fault",
        }
    }
}

/// A TLS handshake that failed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HandshakeFailed<'a> {
    /// At which listener: `callers` or `intake`.
    pub listener: &'static str,
    /// Who tried.
    pub address: SocketAddr,
    /// Why, as a closed label.
    pub reason: &'static str,
    /// What the TLS library said; no value of a person passes through it.
    pub detail: &'a str,
}

/// A request that was refused before it was a call: no SOAP, no such path, or another method; with status 500, a call
/// that broke off inside.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HttpRefused {
    /// At which listener: `callers` or `intake`.
    pub listener: &'static str,
    /// As in the caller's `X-Request-Id`; none where the HTTP library has answered.
    pub request_id: Option<Uuid>,
    /// Who sent it.
    pub address: Option<IpAddr>,
    /// The HTTP status it was answered with.
    pub status: u16,
}

/// One call to a backend with all its tries.
#[derive(Clone, Debug, Serialize)]
pub struct BackendCall {
    /// The SOAP call it belongs to.
    pub request_id: Uuid,
    /// Its number within the SOAP call, as in `x-requestId: <request_id>.<number>`.
    pub number: u32,
    /// The backend.
    pub backend: Label,
    /// How it ended, as a closed label.
    pub outcome: &'static str,
    /// The HTTP status of the last try, when it was answered.
    pub status: Option<u16>,
    /// How often it was tried.
    pub tries: u32,
    /// All tries together.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub duration: Duration,
}

/// A backend's circuit opened, half-opened or closed.
#[derive(Clone, Debug, Serialize)]
pub struct CircuitChanged {
    /// The backend.
    pub backend: Label,
    /// `open`, `half_open` or `closed`.
    pub state: &'static str,
}

/// Files were read again.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reloaded {
    /// `catalogue`, `clients`, `certificates`.
    pub what: &'static str,
    /// Whether the new state is in force; else the old one stays.
    pub accepted: bool,
    /// How many problems the files have.
    pub problems: usize,
}

/// A revocation list came into use.
#[derive(Clone, Debug, Serialize)]
pub struct RevocationList<'a> {
    /// The authority that signed it.
    pub issuer: &'a str,
    /// Its number; 0 when it has none.
    #[serde(serialize_with = "whole")]
    pub number: f64,
    /// When it was made.
    pub this_update: DateTime<Utc>,
    /// When the next one is due at the latest.
    pub next_update: DateTime<Utc>,
    /// How many certificates are on it.
    pub entries: usize,
}

/// A revocation list was not taken into use; the former one stays.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RevocationListRefused<'a> {
    /// The file or address of the settings.
    pub source: &'a str,
    /// Why, as a closed label.
    pub reason: &'static str,
    /// Why, in words.
    pub detail: &'a str,
}

/// Something on which calls depend ends soon, or has ended.
#[derive(Clone, Debug, Serialize)]
pub struct EndsSoon<'a> {
    /// `server_certificate`, `authority`, `proxy_certificate`, `backend_certificate` or `revocation_list`.
    pub what: &'static str,
    /// The file of the settings, or the authority whose list it is.
    pub name: &'a str,
    /// Its last moment.
    pub ends: DateTime<Utc>,
    /// Whole hours until then; negative when it is past.
    pub hours_left: i64,
}

/// The facade takes no new calls and lets the running ones end.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Draining {
    /// Calls still running.
    pub running: usize,
}

pub(super) fn display<T: std::fmt::Display, S: Serializer>(value: &Option<T>, out: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(out)
}

pub(super) fn milliseconds<S: Serializer>(duration: &Duration, out: S) -> Result<S::Ok, S::Error> {
    const PER_MILLISECOND: f64 = 1_000.0;
    let microseconds = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    out.serialize_f64(f64::from(microseconds) / PER_MILLISECOND)
}

/// A whole number without a point, as long as it is one.
fn whole<S: Serializer>(number: &f64, out: S) -> Result<S::Ok, S::Error> {
    match format!("{number}").parse::<u64>() {
        Ok(whole) => out.serialize_u64(whole),
        Err(_) => out.serialize_f64(*number),
    }
}

fn blame<S: Serializer>(blame: &Option<Blame>, out: S) -> Result<S::Ok, S::Error> {
    blame.map(blame_label).serialize(out)
}

/// The name of the one to blame in log lines and metrics.
pub(super) fn blame_label(blame: Blame) -> &'static str {
    match blame {
        Blame::Caller => "caller",
        Blame::Facade => "facade",
        Blame::Backend => "backend",
    }
}

/// What went wrong, in a word.
fn error_label(error: &CallError) -> &'static str {
    match error {
        CallError::Body(_) => "body",
        CallError::Encoding(_) => "encoding",
        CallError::Envelope(_) => "envelope",
        CallError::WrongAction { .. } => "soap_action",
        CallError::Access(_) => "access",
        CallError::Refused(Refusal::Changed { .. }) => "changed_by_others",
        CallError::Refused(_) => "refused",
        CallError::Busy => "busy",
        CallError::Backend(error) => error.label(),
        CallError::Reply(_) => "reply",
        CallError::NotServed { .. } => "not_served",
        CallError::Gone { .. } => "service_gone",
        CallError::NoService => "no_service",
        CallError::Broken => "broken",
        CallError::Journal => "journal",
    }
}
