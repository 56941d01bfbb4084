//! The headers every method reads: who the call is about, for whom and by whom it is made.

use crate::call::Call;
use crate::cpr::Cpr;
use crate::percent;
use crate::population::Population;
use crate::refusal::Refusal;
use crate::value::Moment;

/// Longest x-requestId, in characters [wiki].
const REQUEST_ID: usize = 46;

/// The headers of a call, read and checked against the population's organisations.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The citizen's number as sent, current or former.
    pub(crate) number: Cpr,
    /// Type and code of the organisation the call is made for.
    pub(crate) organisation: (i32, String),
    /// Type and identification of the user.
    pub(crate) user: (i32, String),
}

impl Caller {
    /// # Errors
    /// [`Refusal::CprInvalid`], [`Refusal::Metadata`], then what the organisation and the user are refused for.
    pub(crate) fn read(call: &Call, population: &Population) -> Result<Self, Refusal> {
        let number = call.header("x-civilregistrationidentifier").and_then(Cpr::parse).ok_or(Refusal::CprInvalid)?;
        let kind = metadata(call, "x-aktivorganisationtype", |text| number_of(text, 1..=100))?;
        let code = metadata(call, "x-aktivorganisationkode", organisation_code)?;
        let user_type = metadata(call, "x-brugertype", |text| number_of(text, 0..=100_000_000))?;
        let user = metadata(call, "x-brugeridentifikation", |text| free_text(text, 255))?;
        check_unused(call)?;
        if !population.codelists.brugertype.contains(&user_type) {
            return Err(Refusal::UserTypeUnknown);
        }
        if !population.has_organisation_type(kind) {
            return Err(Refusal::OrganisationTypeUnknown);
        }
        if !population.has_organisation(kind, &code) {
            return Err(Refusal::OrganisationUnknown);
        }
        Ok(Self { number, organisation: (kind, code), user: (user_type, user) })
    }
}

/// The id of a write.
///
/// # Errors
/// [`Refusal::Message`] when it is missing or too long.
pub(crate) fn request_id(call: &Call) -> Result<&str, Refusal> {
    let id = call.header("x-requestid").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::Message("x-requestId is missing".to_owned()))?;
    if id.chars().count() > REQUEST_ID {
        return Err(Refusal::Message(format!("x-requestId is longer than {REQUEST_ID} characters")));
    }
    Ok(id)
}

/// Metadata that must be right though no rule uses it.
fn check_unused(call: &Call) -> Result<(), Refusal> {
    metadata(call, "x-brugernavn", |text| free_text(text, 140))?;
    metadata(call, "x-brugerorganisationtype", |text| number_of(text, 0..=100_000_000))?;
    metadata(call, "x-brugerorganisationkode", user_organisation_code)?;
    metadata(call, "x-registreringstidspunkt", Moment::parse)?;
    if call.headers.iter().any(|(name, _)| name == "x-brugeremail") {
        metadata(call, "x-brugeremail", |text| free_text(text, 256))?;
    }
    Ok(())
}

pub(crate) fn metadata<T>(call: &Call, name: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Refusal> {
    call.header(name).and_then(read).ok_or(Refusal::Metadata(name))
}

/// An integer in digits only.
pub(crate) fn number_of(text: &str, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && range.contains(number))
}

pub(crate) fn organisation_code(text: &str) -> Option<String> {
    let good = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    good.then(|| text.to_owned())
}

fn user_organisation_code(text: &str) -> Option<()> {
    let digits = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits || text == "-1").then_some(())
}

pub(crate) fn free_text(text: &str, longest: usize) -> Option<String> {
    percent::decode(text).filter(|text| (1..=longest).contains(&text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{population, read};

    #[test]
    fn complete_headers_are_read() {
        let call = read().with("x-brugeridentifikation", "S%C3%B8ren").call();
        let caller = Caller::read(&call, &population()).map_err(|refusal| refusal.entry()).unwrap();
        assert_eq!(caller.organisation, (8, "10100".to_owned()));
        assert_eq!(caller.user, (3, "Søren".to_owned()));
    }

    #[test]
    fn each_missing_header_is_refused() {
        let names: Vec<_> = read().call().headers.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 9);
        for name in names {
            let refusal = Caller::read(&read().without(&name).call(), &population()).err().unwrap();
            let expected = if name.contains("civil") { 1001 } else { 1100 };
            assert_eq!(refusal.entry().1, Some(expected), "{name}");
        }
    }

    #[test]
    fn each_malformed_header_is_refused() {
        let wrong = [
            ("x-civilregistrationidentifier", "010157-5001", 1001),
            ("x-aktivorganisationtype", "0", 1100),
            ("x-aktivorganisationtype", "+8", 1100),
            ("x-aktivorganisationtype", "9", 8173),
            ("x-aktivorganisationkode", "101 00", 1100),
            ("x-aktivorganisationkode", "99900", 4575),
            ("x-brugertype", "x", 1100),
            ("x-brugertype", "5", 8174),
            ("x-brugernavn", "Søren", 1100),
            ("x-brugernavn", "%F8", 1100),
            ("x-brugeremail", "", 1100),
            ("x-brugerorganisationkode", "123456789", 1100),
            ("x-registreringstidspunkt", "2024-06-01T09:00:00", 1100),
        ];
        for (name, value, number) in wrong {
            let refusal = Caller::read(&read().with(name, value).call(), &population()).err().unwrap();
            assert_eq!(refusal.entry().1, Some(number), "{name}: {value}");
        }
    }

    #[test]
    fn lengths_count_decoded_characters() {
        let call = |count| read().with("x-brugernavn", &"%C3%B8".repeat(count)).call();
        assert!(Caller::read(&call(140), &population()).is_ok());
        assert!(Caller::read(&call(141), &population()).is_err());
    }

    #[test]
    fn a_request_id_has_at_most_46_characters() {
        let call = |length| read().with("x-requestid", &"a".repeat(length)).call();
        assert!(request_id(&call(46)).is_ok());
        assert!(request_id(&call(47)).is_err());
        assert!(request_id(&read().call()).is_err());
    }
}
