//! For whom a push is: the two last parts of its path.

use thiserror::Error;

use crate::store::Recipient;

/// The longest code of an organisation.
const LONGEST_CODE: usize = 20;
/// A code with so many digits would be a civil registration number, which belongs neither into a path nor into a log.
const TOO_MANY_DIGITS: usize = 10;

/// Why a path names no recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecipientProblem {
    /// Is raised when the type of organisation is no number, or none of the code list.
    #[error("the type of organisation in the path is not one of the code list")]
    Type,
    /// Is raised when the code of the organisation is not well-formed.
    #[error(
        "the code of the organisation in the path must be 1 to 20 letters, digits or hyphens, of them at most 9 digits"
    )]
    Code,
}

impl RecipientProblem {
    /// A short label for metrics and the journal.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Type => "organisation_type",
            Self::Code => "organisation_code",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Type => {
                "the types are those of mappings/codelists/organisationstype.toml, such as 8 for a job centre"
            }
            Self::Code => "the path is /wsb/{organisationType}/{organisationCode}, such as /wsb/8/10100",
        }
    }
}

/// The recipient, if the path names one.
pub(super) fn read(kind: &str, code: &str, known_types: &[u32]) -> Result<Recipient, RecipientProblem> {
    let number = kind.parse::<u32>().ok().filter(|number| number.to_string() == kind && known_types.contains(number));
    let kind = number.ok_or(RecipientProblem::Type)?;
    let letters = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    if !letters || !(1..=LONGEST_CODE).contains(&code.len()) || digits >= TOO_MANY_DIGITS {
        return Err(RecipientProblem::Code);
    }
    Ok(Recipient { kind, code: code.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_a_known_type_and_a_well_formed_code() {
        for (kind, code) in [("8", "10100"), ("2", "29"), ("8", "-1"), ("2", "Abc-9"), ("8", "00101")] {
            let recipient = read(kind, code, &[2, 8]).unwrap();
            assert_eq!(recipient.to_string(), format!("{kind}/{code}"));
        }
        for kind in ["", "9", "08", "+8", "8.0", "x", "99999999999"] {
            assert_eq!(read(kind, "10100", &[2, 8]), Err(RecipientProblem::Type), "{kind}");
        }
        for code in ["", "101 00", "%31", "a/b", "æ", "..", "123456789012345678901", "0101575001", "010157-5001"] {
            assert_eq!(read("8", code, &[2, 8]), Err(RecipientProblem::Code), "{code}");
        }
    }
}
