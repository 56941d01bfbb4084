//! A typed client of the old BookingService, as a case system has one: structs with the names
//! and namespaces of the contract, nothing of the facade.

use yaserde::ser::Config;
use yaserde::{YaDeserialize, YaSerialize};

/// A SOAP 1.1 envelope with the two header blocks DFDG asks for.
#[derive(Debug, Default, YaSerialize)]
#[yaserde(rename = "Envelope", prefix = "s", namespaces = {"s" = "http://schemas.xmlsoap.org/soap/envelope/"})]
pub(super) struct Envelope {
    #[yaserde(rename = "Header", prefix = "s")]
    pub(super) header: Header,
    #[yaserde(rename = "Body", prefix = "s")]
    pub(super) body: Body,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(
    prefix = "s",
    namespaces = {
        "s" = "http://schemas.xmlsoap.org/soap/envelope/",
        "m" = "http://service.bm.dk/RequestUserMetadata/2015/01/21/",
        "a" = "http://rep.oio.dk/ams.dk/xml/schemas/2005/09/01/"
    }
)]
pub(super) struct Header {
    #[yaserde(rename = "RequestUserMetadataHeader", prefix = "m")]
    pub(super) metadata: RequestUserMetadata,
    #[yaserde(rename = "ActiveOrganisationHeader", prefix = "a")]
    pub(super) organisation: ActiveOrganisation,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "a", namespaces = {"a" = "http://rep.oio.dk/ams.dk/xml/schemas/2005/09/01/"})]
pub(super) struct ActiveOrganisation {
    #[yaserde(rename = "OrganisationTypeIdentifier", prefix = "a")]
    pub(super) kind: u32,
    #[yaserde(rename = "OrganisationCode", prefix = "a")]
    pub(super) code: String,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(
    prefix = "m",
    namespaces = {
        "m" = "http://service.bm.dk/RequestUserMetadata/2015/01/21/",
        "u" = "http://service.bm.dk/pjaktass/2015/01/21/RequestUserStructure/",
        "o" = "http://service.bm.dk/pjaktass/2015/01/21/RequestOrganisationStructure/"
    }
)]
pub(super) struct RequestUserMetadata {
    #[yaserde(rename = "RequestUserStructure", prefix = "u")]
    pub(super) user: RequestUser,
    #[yaserde(rename = "RequestOrganisationStructure", prefix = "o")]
    pub(super) organisation: RequestOrganisation,
    #[yaserde(rename = "RegistrationDateTime", prefix = "m")]
    pub(super) registered: String,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(
    prefix = "u",
    namespaces = {
        "u" = "http://service.bm.dk/pjaktass/2015/01/21/RequestUserStructure/",
        "t" = "http://service.bm.dk/pjaktass/2015/01/21/RequestUserTypeIdentifierCodeList/"
    }
)]
pub(super) struct RequestUser {
    #[yaserde(rename = "UserFullName", prefix = "u")]
    pub(super) name: String,
    #[yaserde(rename = "RequestUserTypeIdentifier", prefix = "t")]
    pub(super) kind: Code,
    #[yaserde(rename = "UserIdentifier", prefix = "u")]
    pub(super) identifier: String,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "o", namespaces = {"o" = "http://service.bm.dk/pjaktass/2015/01/21/RequestOrganisationStructure/"})]
pub(super) struct RequestOrganisation {
    #[yaserde(rename = "OrganisationTypeIdentifier", prefix = "o")]
    pub(super) kind: Code,
    #[yaserde(rename = "OrganisationCode", prefix = "o")]
    pub(super) code: String,
}

/// DFDG's wrapper of a code.
#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "c", namespaces = {"c" = "http://service.bm.dk/pjaktass/2013/06/07/CodeListBase/"})]
pub(super) struct Code {
    #[yaserde(rename = "CodeListItemIdentifier", prefix = "c")]
    pub(super) value: u32,
}

impl From<u32> for Code {
    fn from(value: u32) -> Self {
        Self { value }
    }
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(
    prefix = "s",
    namespaces = {
        "s" = "http://schemas.xmlsoap.org/soap/envelope/",
        "b" = "http://service.bm.dk/BookingService/2015/01/21/"
    }
)]
pub(super) struct Body {
    #[yaserde(rename = "CreateBookingRequest", prefix = "b")]
    pub(super) create: Option<CreateBooking>,
    #[yaserde(rename = "GetBookingsRequest", prefix = "b")]
    pub(super) get: Option<GetBookings>,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct GetBookings {
    #[yaserde(rename = "PersonCivilRegistrationIdentifier", prefix = "b")]
    pub(super) person: String,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct CreateBooking {
    #[yaserde(rename = "PersonCivilRegistrationIdentifier", prefix = "b")]
    pub(super) person: String,
    #[yaserde(rename = "Booking", prefix = "b")]
    pub(super) booking: Booking,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct Booking {
    #[yaserde(rename = "BookingIdentifier", prefix = "b")]
    pub(super) id: String,
    #[yaserde(rename = "BookingOriginator", prefix = "b")]
    pub(super) originator: Originator,
    #[yaserde(rename = "CitizenShouldAcceptBooking", prefix = "b")]
    pub(super) should_accept: bool,
    #[yaserde(rename = "AcceptedBooking", prefix = "b")]
    pub(super) accepted: bool,
    #[yaserde(rename = "ReBookingPossible", prefix = "b")]
    pub(super) rebooking: bool,
    #[yaserde(rename = "ReBookingDeadline", prefix = "b")]
    pub(super) rebooking_deadline: Option<String>,
    #[yaserde(rename = "CancellationPossible", prefix = "b")]
    pub(super) cancellation: bool,
    #[yaserde(rename = "SelfBooked", prefix = "b")]
    pub(super) self_booked: bool,
    #[yaserde(rename = "CompulsoryAttendance", prefix = "b")]
    pub(super) compulsory: bool,
    #[yaserde(rename = "BookingStartTime", prefix = "b")]
    pub(super) start: String,
    #[yaserde(rename = "BookingEndTime", prefix = "b")]
    pub(super) end: Option<String>,
    #[yaserde(rename = "InterviewTypeIdentifier", prefix = "b")]
    pub(super) interview: Code,
    #[yaserde(rename = "InterviewContactTypeIdentifier", prefix = "b")]
    pub(super) contact: Code,
    #[yaserde(rename = "InterviewFormTypeIdentifier", prefix = "b")]
    pub(super) form: Code,
    #[yaserde(rename = "InterviewLocationDescription", prefix = "b")]
    pub(super) location: Option<String>,
    #[yaserde(rename = "InterviewWithMoreAuthorities", prefix = "b")]
    pub(super) more_authorities: Option<bool>,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct Originator {
    #[yaserde(rename = "OrganisationCode", prefix = "b")]
    pub(super) code: u32,
    #[yaserde(rename = "OrganisationTypeIdentifier", prefix = "b")]
    pub(super) kind: Code,
}

impl Envelope {
    /// The envelope as text, indented.
    pub(super) fn text(&self) -> Result<String, String> {
        let config = Config { perform_indent: true, write_document_declaration: false, ..Config::default() };
        yaserde::ser::to_string_with_config(self, &config).map_err(|error| error.to_string())
    }
}

/// The part of a reply the client looks at.
#[derive(Debug, Default, YaDeserialize)]
#[yaserde(rename = "Envelope", prefix = "s", namespaces = {"s" = "http://schemas.xmlsoap.org/soap/envelope/"})]
pub(super) struct ReplyEnvelope {
    #[yaserde(rename = "Body", prefix = "s")]
    pub(super) body: ReplyBody,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(
    prefix = "s",
    namespaces = {
        "s" = "http://schemas.xmlsoap.org/soap/envelope/",
        "b" = "http://service.bm.dk/BookingService/2015/01/21/"
    }
)]
pub(super) struct ReplyBody {
    #[yaserde(rename = "CreateBookingResponse", prefix = "b")]
    pub(super) created: Option<Created>,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct Created {
    #[yaserde(rename = "ServiceReceipt", prefix = "b")]
    pub(super) receipt: Receipt,
}

#[derive(Debug, Default, YaDeserialize)]
#[yaserde(prefix = "b", namespaces = {"b" = "http://service.bm.dk/BookingService/2015/01/21/"})]
pub(super) struct Receipt {
    #[yaserde(rename = "MessageIdentifier", prefix = "b")]
    pub(super) id: String,
    #[yaserde(rename = "EventDate", prefix = "b")]
    pub(super) date: String,
}
