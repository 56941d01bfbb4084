//! Why no identity is read from a certificate.

use thiserror::Error;

use super::MAX_CERTIFICATE_BYTES;

/// Why a certificate is not accepted as the identity of a caller. The text says what the holder
/// can do about it and holds nothing of the certificate's own values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Refusal {
    /// Is raised when the bytes are more than [`MAX_CERTIFICATE_BYTES`].
    #[error("the certificate is larger than {MAX_CERTIFICATE_BYTES} bytes; present the certificate as it was issued")]
    TooLarge,
    /// Is raised when the bytes are not one whole X.509 certificate, or hold an extension that
    /// is malformed or given twice.
    #[error("the certificate cannot be read ({0}); present the certificate as it was issued")]
    Unreadable(&'static str),
    /// Is raised when the subject has a serialNumber in the form of OCES2
    /// (`CVR:…-FID:…`, `-UID:`, `-RID:`, `PID:…`).
    #[error(
        "this is an OCES2 certificate, and OCES2 ended on 31 October 2023; order an OCES3 system or organisation \
         certificate in MitID Erhverv"
    )]
    Oces2,
    /// Is raised when neither the policies nor the subject are those of OCES3.
    #[error("this is not an OCES3 certificate; order an OCES3 system or organisation certificate in MitID Erhverv")]
    NotOces3,
    /// Is raised when policy or serialNumber (`UI:DK-E:…`) are those of an employee.
    #[error(
        "this is an employee certificate, which cannot call a service; use the organisation's system or organisation \
         certificate"
    )]
    EmployeeCertificate,
    /// Is raised when the subject is that of OCES3 but no policy of the arc
    /// 1.2.208.169.1.1.1.3.7 is there.
    #[error(
        "the certificate lacks the policy of OCES3 organisation and system certificates (1.2.208.169.1.1.1.3.7); order \
         one in MitID Erhverv"
    )]
    PolicyMissing,
    /// Is raised when policies of organisation and of employee stand side by side.
    #[error(
        "the certificate has policies of both organisation and employee certificates; order a system or organisation \
         certificate in MitID Erhverv"
    )]
    PolicyConflict,
    /// Is raised when key usage is absent or lacks digitalSignature.
    #[error("the certificate's key may not make digital signatures; order an OCES3 system or organisation certificate")]
    KeyUsage,
    /// Is raised when an attribute of the subject is not there exactly once as readable text.
    #[error("the certificate's subject attribute {name} {problem}; present an OCES3 certificate as it was issued")]
    SubjectAttribute {
        /// The attribute, as it is called in certificates.
        name: &'static str,
        /// What is wrong with it.
        problem: AttributeProblem,
    },
    /// Is raised when organizationIdentifier is not `NTRDK-` and eight digits.
    #[error(
        "the certificate's organizationIdentifier is not NTRDK- and a CVR number of eight digits; use a certificate of a Danish organisation"
    )]
    CvrFormat,
    /// Is raised when serialNumber is not `UI:DK-O:G:` and a UUID.
    #[error(
        "the certificate's serialNumber is not UI:DK-O:G: and a UUID; use an OCES3 system or organisation certificate"
    )]
    SerialNumberFormat,
}

/// What is wrong with an attribute of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum AttributeProblem {
    /// Is raised when it is not there.
    #[error("is missing")]
    Missing,
    /// Is raised when it is there more than once.
    #[error("is given more than once")]
    Repeated,
    /// Is raised when it is blank, holds control characters or is of a type other than
    /// UTF8String and PrintableString.
    #[error("is not readable text")]
    NotText,
    /// Is raised when it has a value that OCES3 does not allow there.
    #[error("is not DK")]
    NotDenmark,
}

impl Refusal {
    /// A short label from a closed set, for metrics and the journal.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Unreadable(_) => "unreadable",
            Self::Oces2 => "oces2",
            Self::NotOces3 => "not-oces3",
            Self::EmployeeCertificate => "employee-certificate",
            Self::PolicyMissing => "policy-missing",
            Self::PolicyConflict => "policy-conflict",
            Self::KeyUsage => "key-usage",
            Self::SubjectAttribute { .. } => "subject-attribute",
            Self::CvrFormat => "cvr-format",
            Self::SerialNumberFormat => "serial-number-format",
        }
    }
}
