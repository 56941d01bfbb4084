//! SOAP 1.1: the envelope of a request, read in stages, and the fault that answers a bad one.
//!
//! The stages are the order in which a caller is told what is wrong: the XML and the
//! envelope, then the operation and its header blocks, then (elsewhere) access, and only
//! then the message in the body. All of it is one pass over the text.

mod body;
mod envelope;
mod error;
mod fault;

pub use envelope::Envelope;
pub use error::EnvelopeError;
pub use fault::{Detail, FaultCode, fault};

/// Reads any message of the contract without an envelope, as a test or a tool needs it.
///
/// # Errors
/// As [`Envelope::message`].
pub use body::read_bare;

/// The namespace of SOAP 1.1 envelopes.
pub const ENVELOPE_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
