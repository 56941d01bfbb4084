//! From an error to what the caller is told: one exhaustive road. Numbers are DFDG's; the
//! texts that belong to them are data (`mappings/faults.toml`).
//!
//! What a caller is told names the place and the rule, never a value that was sent and never
//! anything of the inside: that is for the journal.

use dfdg_contract::Contract;
use dfdg_contract::soap::{self, Detail, EnvelopeError, FaultCode};
use dfdg_mapping::{Faults, Refusal};

use crate::error::{AccessError, BodyProblem, CallError};

/// The number for a message that is not valid.
pub const INVALID_MESSAGE: u32 = 1014;
/// The number for what a caller may not do.
pub const NOT_ALLOWED: u32 = 4575;
/// The number for an error inside.
pub const INTERNAL: u32 = 1011;

/// What is told when others update the same at the same time.
const BUSY: &str = "others are changing the same at the moment; nothing was changed, send it again";

/// Numbers the facade itself answers with; each must have its text in `mappings/faults.toml`.
pub const NUMBERS: [u32; 12] = [1011, 1012, 1013, 1014, 1101, 4413, 4575, 8173, 8232, 8233, 8234, 8235];

/// A fault as the caller gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The SOAP fault code.
    pub code: FaultCode,
    /// The number in `FaultDetails/ErrorCode`; `None` for faults of the envelope itself, which have no details.
    pub number: Option<i64>,
    /// The text in `faultstring` and `FaultDetails/Message`.
    pub text: String,
}

/// What the caller is told about an error.
#[must_use]
pub fn tell(error: &CallError, faults: &Faults) -> Told {
    let teller = Teller { faults };
    match error {
        CallError::Body(problem) => teller.body(*problem),
        CallError::Encoding(problem) => teller.invalid(problem),
        CallError::Envelope(problem) => teller.envelope(problem),
        CallError::WrongAction { operation, expected } => {
            teller.invalid(&format!("the body asks for {operation}, whose SOAPAction is \"{expected}\""))
        }
        CallError::Access(problem) => teller.access(problem),
        CallError::Refused(refusal) => teller.refused(refusal),
        CallError::NotServed { fault, reason } => {
            teller.known_with(FaultCode::Client, fault.unwrap_or(NOT_ALLOWED), reason)
        }
        CallError::Gone { fault, text } => Told { text: text.clone(), ..teller.known(FaultCode::Client, *fault) },
        CallError::Busy => teller.busy(),
        CallError::Backend(_) | CallError::Reply(_) | CallError::Broken | CallError::Journal | CallError::NoService => {
            teller.known(FaultCode::Server, INTERNAL)
        }
    }
}

/// The envelope of a fault, with the details the service's contract declares; without a
/// contract, or for a fault without a number, there are none.
#[must_use]
pub fn envelope(told: &Told, contract: Option<&Contract>) -> String {
    let number = told.number.map(|number| number.to_string());
    let values: Vec<(&str, &str)> = match &number {
        Some(number) => vec![("ErrorCode", number), ("Message", &told.text)],
        None => Vec::new(),
    };
    let contract = contract.filter(|_| number.is_some());
    let declared =
        contract.and_then(|contract| Some((contract.schema(), *contract.operations().first()?.faults.first()?)));
    let detail = declared.map(|(schema, element)| Detail { schema, element, values: &values });
    soap::fault(told.code, &told.text, detail)
}

struct Teller<'f> {
    faults: &'f Faults,
}

impl Teller<'_> {
    /// A number with its text.
    fn known(&self, code: FaultCode, number: u32) -> Told {
        let text = self.faults.by_old(number).map_or("An error has occurred", |entry| &entry.text).to_owned();
        Told { code, number: Some(i64::from(number)), text }
    }

    /// A number with its text and something behind it.
    fn known_with(&self, code: FaultCode, number: u32, more: &dyn std::fmt::Display) -> Told {
        let told = self.known(code, number);
        Told { text: format!("{}: {more}", told.text.trim_end_matches('.')), ..told }
    }

    fn invalid(&self, what: &dyn std::fmt::Display) -> Told {
        self.known_with(FaultCode::Client, INVALID_MESSAGE, what)
    }

    /// Worth another try, unlike other errors inside, so the caller is told.
    fn busy(&self) -> Told {
        self.known_with(FaultCode::Server, INTERNAL, &BUSY)
    }

    fn body(&self, problem: BodyProblem) -> Told {
        self.invalid(&problem)
    }

    fn envelope(&self, error: &EnvelopeError) -> Told {
        match error {
            EnvelopeError::Version => bare(FaultCode::VersionMismatch, error.to_string()),
            EnvelopeError::MustUnderstand(_) => bare(FaultCode::MustUnderstand, error.to_string()),
            EnvelopeError::HeaderMissing(header) => self.header(header, [8232, 8233], "is missing"),
            EnvelopeError::HeaderElsewhere { header, expected } => {
                let told = self.header(header, [8232, 8233], "is missing");
                Told { text: format!("{} (it must be {expected}, and was sent in another)", told.text), ..told }
            }
            EnvelopeError::HeaderUnreadable { header, violation } => {
                let told = self.header(header, [8234, 8235], "cannot be read");
                Told { text: format!("{} ({violation})", told.text), ..told }
            }
            EnvelopeError::Xml(_)
            | EnvelopeError::NotAnEnvelope(_)
            | EnvelopeError::EmptyBody
            | EnvelopeError::UnknownOperation(_)
            | EnvelopeError::RequestElsewhere { .. }
            | EnvelopeError::Invalid(_) => self.invalid(error),
        }
    }

    /// The numbers belong to the two header blocks every DFDG service has; another one is an invalid message.
    fn header(&self, header: &str, [organisation, user]: [u32; 2], what: &str) -> Told {
        match header {
            "ActiveOrganisationHeader" => self.known(FaultCode::Client, organisation),
            "RequestUserMetadataHeader" => self.known(FaultCode::Client, user),
            other => self.invalid(&format!("the header block {other} {what}")),
        }
    }

    fn access(&self, error: &AccessError) -> Told {
        let number = match error {
            AccessError::Forwarded(refusal) => return self.known_with(FaultCode::Client, 1012, refusal),
            AccessError::OrganisationTypeUnknown(element) => return self.known_with(FaultCode::Client, 8173, element),
            AccessError::OrganisationNotNamed => return self.known_with(FaultCode::Client, NOT_ALLOWED, error),
            AccessError::NoCertificate => 1101,
            AccessError::CertificateRefused(_)
            | AccessError::CertificateNotValid
            | AccessError::Revocation(_)
            | AccessError::NotRegistered
            | AccessError::RegisteredAsPublisher
            | AccessError::RegisteredAsClient
            | AccessError::RegistrationNotValid => 1012,
            AccessError::OperationNotAllowed => 1013,
            AccessError::OrganisationTypeNotPermitted => 4413,
            AccessError::OrganisationNotAllowed(_) => NOT_ALLOWED,
        };
        self.known(FaultCode::Client, number)
    }

    fn refused(&self, refusal: &Refusal) -> Told {
        match refusal {
            Refusal::Rule { fault, text: None } => self.known(FaultCode::Client, *fault),
            Refusal::Rule { fault, text: Some(text) } => {
                Told { text: text.clone(), ..self.known(FaultCode::Client, *fault) }
            }
            Refusal::CodeList { path, fault, listed: Some(code), .. } => {
                self.known_with(FaultCode::Client, *fault, &format_args!("{path}, {code}"))
            }
            Refusal::CodeList { path, fault, .. } => self.known_with(FaultCode::Client, *fault, path),
            Refusal::Conversion { .. } => self.invalid(refusal),
            Refusal::Backend { code: Some(code), text, .. } => self.turned_back(*code, text.as_deref()),
            Refusal::Backend { fault: Some(fault), .. } => self.known(FaultCode::Client, *fault),
            Refusal::Changed { .. } => self.busy(),
            Refusal::Backend { .. } | Refusal::BackendUnreadable { .. } | Refusal::Setting { .. } => {
                self.known(FaultCode::Server, INTERNAL)
            }
        }
    }

    /// A code of the new services: its old partner, or itself with its own text.
    fn turned_back(&self, code: i64, text: Option<&str>) -> Told {
        let (number, text) = self.faults.turn_back(code, text);
        let text = if text.is_empty() { "An error has occurred".into() } else { text };
        Told { code: FaultCode::Client, number: Some(number), text: text.into_owned() }
    }
}

fn bare(code: FaultCode, text: String) -> Told {
    Told { code, number: None, text }
}
