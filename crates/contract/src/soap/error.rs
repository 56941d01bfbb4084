//! Why a request was refused before it was understood. What a caller is told about it, and
//! under which number, is decided by the server.

use thiserror::Error;

use crate::violation::Violation;
use crate::xml::XmlError;

/// Why an envelope or its message was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// Is raised when the document is no XML we accept.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Is raised when the envelope is not of SOAP 1.1.
    #[error("the envelope is not a SOAP 1.1 envelope")]
    Version,
    /// Is raised when the document is XML, but no envelope.
    #[error("the root element is not a SOAP envelope, or Header and Body are not as SOAP 1.1 has them: {0}")]
    NotAnEnvelope(&'static str),
    /// Is raised when a header block the contract does not know must be understood: its name with its namespace.
    #[error("the header block {0} must be understood, and is not")]
    MustUnderstand(String),
    /// Is raised when a required header block was not sent.
    #[error("the header block {0} is missing")]
    HeaderMissing(String),
    /// Is raised when a required header block was sent, but in another namespace.
    #[error("the header block {header} must be {expected}, and was sent in another")]
    HeaderElsewhere {
        /// Local name of the header block.
        header: String,
        /// The contract's namespace, such as `in the namespace urn:x`.
        expected: String,
    },
    /// Is raised when a header block breaks the contract.
    #[error("the header block {header} cannot be read: {violation}")]
    HeaderUnreadable {
        /// Local name of the header block.
        header: String,
        /// What it breaks.
        violation: Violation,
    },
    /// Is raised when the body is empty.
    #[error("the body is empty")]
    EmptyBody,
    /// Is raised when no operation of the contract has the element in the body.
    #[error("the element {0} in the body belongs to no operation of this service")]
    UnknownOperation(String),
    /// Is raised when the element in the body has the name of a request of the contract, but another namespace.
    #[error("the element {request} in the body must be {expected}, and is in another")]
    RequestElsewhere {
        /// Local name of the request element.
        request: String,
        /// The contract's namespace, such as `in the namespace urn:x`.
        expected: String,
    },
    /// Is raised when the message breaks the contract.
    #[error(transparent)]
    Invalid(#[from] Violation),
}
