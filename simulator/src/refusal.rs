//! Everything the simulator refuses, with the number and text the published error tables give it.
//!
//! Of the numbers 90000 to 90036 of this domain, eleven are published with a text: 90000, 90001, 90002, 90004 to 90007,
//! 90009, 90010, 90014 and 90036. Each has its rule here. Of the rest, 90003, 90008, 90011 to 90013 and 90015 to 90035,
//! only the gap was seen. A rule that is published without its number got one of that gap; the others stay unused, and
//! what they mean in the real service the simulator cannot know.

use std::borrow::Cow;

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Is raised when the civil registration number is missing or does not fit its pattern.
    CprInvalid,
    /// Is raised when no citizen has the number.
    CprUnknown,
    /// Is raised when a write names a citizen by a former number (RN-CPR-02).
    CprFormer,
    /// Is raised when a write names a citizen who is dead.
    CitizenDead,
    /// Is raised when a citizen is summoned, or makes a choice, who is not enrolled.
    NotEnrolled,
    /// Is raised when the named header with organisation or user metadata is missing or malformed.
    Metadata(&'static str),
    /// Is raised when no organisation has the type the call is made for.
    OrganisationTypeUnknown,
    /// Is raised when the user type is not on its code list.
    UserTypeUnknown,
    /// Is raised when the organisation the call is made for is unknown.
    OrganisationUnknown,
    /// Is raised when the citizen is none of the organisation's own, and only those are its business.
    NotOwnCitizen,
    /// Is raised when the request does not fit the contract; the text says where, without the value.
    Message(String),
    /// Is raised when the x-requestId was seen within the last 7 days.
    RequestRepeated,
    /// Is raised when `If-Match` names another version than the present one.
    Changed,
    /// Is raised when the service has no such path, or not with that verb.
    NoSuchPath,
    /// Is raised when the citizen has no choice with this id.
    NoSuchElement,
    /// Is raised when the id of the indkaldelse is in use.
    IdInUse,
    /// Is raised when the citizen has no indkaldelse with this id, or it is cancelled.
    IndkaldelseUnknown,
    /// Is raised when an indkaldelse with an owner system is changed by another one.
    OtherSystem,
    /// Is raised when deltagelsesvalgType is not on its code list.
    Deltagelsesvalg,
    /// Is raised when the citizen has no such participant.
    DeltagerUnknown,
    /// Is raised when samtaleformType is not on its code list or retired (RN-BK-03).
    Samtaleform,
    /// Is raised when samtaleType is not on its code list.
    Samtaletype,
    /// Is raised when moedeGruppeType is not on its code list.
    Moedegruppe,
    /// Is raised when a group meeting has no gruppemoedeId.
    GroupMissing,
    /// Is raised when the meeting starts before today.
    StartBeforeToday,
    /// Is raised when the meeting ends before it starts.
    EndBeforeStart,
    /// Is raised when an a-kasse summons a citizen who is in none.
    NoAKasse,
    /// Is raised when an a-kasse summons a member of another one.
    OtherAKasse,
    /// Is raised when ombookingFrist is given though ombookingMulig is false.
    RebookingDeadlineForbidden,
    /// Is raised when ombookingFrist is absent though ombookingMulig is true.
    RebookingDeadlineMissing,
    /// Is raised when aflysningsfrist is given though aflysningMulig is false.
    CancellationDeadlineForbidden,
    /// Is raised when a digital meeting has no digitaltMoedelink (RN-BK-04).
    LinkMissing,
    /// Is raised when selvbooket is true and the user is not the citizen.
    NotSelfBooked,
    /// Is raised when selvbooket is true and the talk is one that citizens do not book themselves.
    NotSelfBookable,
    /// Is raised when there is no job advert with this id, or it is deleted.
    JobannonceUnknown,
    /// Is raised when the id of the job advert is or was in use.
    JobannonceIdInUse,
    /// Is raised when the status of the job advert does not allow what is asked.
    JobannonceStatus,
    /// Is raised when part time has no hours from 1 to 36 (RN-JA-03).
    Timetal,
    /// Is raised when the named member has a code that is not on its list.
    CodeUnknown(&'static str),
}

impl Refusal {
    /// Status, fejlkode (`None`: no body) and fejltekst. The status is assumed throughout, a number where said so.
    pub(crate) fn entry(&self) -> (u16, Option<i32>, Cow<'static, str>) {
        let (status, number, text) = match self {
            Self::CprInvalid => (400, 1001, CPR_INVALID),
            Self::CprUnknown => (404, 1010, "The submitted cpr is unknown to the system"),
            Self::CprFormer => (422, 9460, CPR_FORMER),
            // assumed: 60007 is its number in another domain
            Self::CitizenDead => (422, 60007, "Borger med det angivne personnummer er død"),
            // assumed: its number on the new side was not seen, the old one is in the booking table
            Self::NotEnrolled => (422, 4367, "Borger er ikke tilmeldt"),
            Self::Metadata(header) => return (403, Some(1100), format!("An error has occurred ({header})").into()),
            Self::OrganisationTypeUnknown => (403, 8173, ORGANISATION_TYPE),
            Self::UserTypeUnknown => (403, 8174, USER_TYPE),
            Self::OrganisationUnknown | Self::NotOwnCitizen => (403, 4575, NOT_AUTHORISED),
            Self::Message(rule) => return (400, Some(1014), format!("Beskeden kunne ikke valideres: {rule}").into()),
            // assumed for Changed: the status is HTTP's own, and no body was seen with it
            Self::RequestRepeated | Self::Changed => return (412, None, Cow::Borrowed("")),
            Self::NoSuchPath | Self::NoSuchElement => (404, 3, "Elementet findes ikke"),
            // assumed: a number of the published gap 90015 to 90035
            Self::IdInUse => (409, 90035, "Det angivne IndkaldelseId er allerede i brug"),
            Self::IndkaldelseUnknown => (404, 90036, "Det angivne BookingId er ikke kendt i systemet"),
            // assumed: more numbers of the published gaps
            // of a neighbouring service [wiki]
            Self::JobannonceUnknown => (404, 130_000, "Ulovligt jobannonceid"),
            // assumed: none of these numbers was seen
            Self::JobannonceIdInUse => (409, 130_001, "Det angivne jobannonceid er allerede i brug"),
            Self::JobannonceStatus => (422, 130_002, "Jobannoncens status tillader ikke handlingen"),
            Self::Timetal => (422, 130_003, "Ved deltid skal der angives et timetal mellem 1 og 36 pr. uge"),
            Self::CodeUnknown(member) => {
                return (422, Some(2002), format!("Invalid CodeList value ({member})").into());
            }
            Self::GroupMissing => (422, 90017, "Gruppemødets id skal angives for gruppemøder"),
            Self::NotSelfBookable => (422, 90018, "Den angivne samtaletype kan ikke selvbookes"),
            Self::OtherSystem => (403, 90013, "Indkaldelsen kan kun ændres af det system, der ejer den"),
            Self::Deltagelsesvalg => (422, 90015, "Det angivne deltagelsesvalg er ugyldigt"),
            Self::DeltagerUnknown => (404, 90016, "Den angivne myndighedsdeltager er ikke kendt i systemet"),
            Self::Samtaleform => (422, 90000, "Den angivne samtaleform er ugyldig"),
            Self::Samtaletype => (422, 90001, "Den angivne samtaletype er ugyldig"),
            Self::StartBeforeToday => (422, 90002, "MoedeStarttidspunkt kan ikke være tidligere end dags dato"),
            Self::EndBeforeStart => {
                (422, 90004, "MoedeSluttidspunkt kan ikke være tidligere end moedestarttidspunktet")
            }
            Self::Moedegruppe => (422, 90005, "Den angivne MoedeGruppeType er ugyldig"),
            Self::NoAKasse => (422, 90006, "Borgeren er ikke medlem af en a-kasse"),
            Self::OtherAKasse => (422, 90007, "Borgeren er medlem af en anden a-kasse"),
            Self::RebookingDeadlineForbidden => {
                (422, 90009, "OmbookingFrist kan ikke sættes når ombook ikke er muligt")
            }
            Self::RebookingDeadlineMissing => (422, 90010, "OmbookingFrist er påkrævet når ombook er muligt"),
            // assumed: two numbers of the published gap 90011 to 90013
            Self::LinkMissing => (422, 90011, "Link til digitalt møde skal være angivet"),
            Self::NotSelfBooked => (422, 90012, NOT_SELF_BOOKED),
            Self::CancellationDeadlineForbidden => {
                (422, 90014, "Aflysningsfrist kan ikke sættes når aflysning ikke er mulig")
            }
        };
        (status, Some(number), Cow::Borrowed(text))
    }
}

const CPR_INVALID: &str = "The submitted cpr is either to long or short or contains data not interpretable as a date";
const CPR_FORMER: &str = "Det er ikke tilladt at registrere oplysninger på borgers ikke-aktuelle personnummer";
const NOT_AUTHORISED: &str = "Du har ikke rettigheder til at gennemføre denne handling";
const ORGANISATION_TYPE: &str = "OrganisationType is invalid according to the organisationTypeIdentifierCodeList.";
const USER_TYPE: &str = "UserType is invalid according to the requestUserTypeIdentifierCodeList.";
const NOT_SELF_BOOKED: &str = "Ved selvbooket skal brugeren være borgeren selv (brugertype 1)";
