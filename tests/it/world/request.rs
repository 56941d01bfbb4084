//! Requests: good ones, from the scenarios, and what a test makes of them.

use std::path::Path;

/// Where BookingService is.
pub(crate) const PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";
/// The citizen all good requests are about; the simulator knows it.
pub(crate) const CITIZEN: &str = "0101575001";
/// The user in the header block of all good requests.
pub(crate) const USER: &str = "Test Sagsbehandler";

/// An HTTP request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    start: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A file of a scenario of BookingService, such as `create_everything/request.xml`.
pub(crate) fn scenario(file: &str) -> String {
    scenario_of("booking", file)
}

fn scenario_of(service: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(service).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Request {
    /// A good CreateBooking with no more than it must have.
    pub(crate) fn create_booking() -> Self {
        Self::soap(scenario("create_minimal/request.xml"))
    }

    /// A good GetBookings.
    pub(crate) fn get_bookings() -> Self {
        Self::soap(scenario("get_none/request.xml"))
    }

    /// The request of a scenario of JobAdService, such as `add_minimal`.
    pub(crate) fn job_ad(scenario: &str) -> Self {
        let body = scenario_of("jobad", &format!("{scenario}/request.xml"));
        Self::soap(body).start("POST", "/JobAdService/3/JobAdService.svc")
    }

    /// A body as SOAP to BookingService, without a SOAPAction.
    pub(crate) fn soap(body: impl Into<Vec<u8>>) -> Self {
        let request = Self { start: format!("POST {PATH}"), headers: Vec::new(), body: body.into() };
        request.header("Content-Type", "text/xml; charset=utf-8")
    }

    /// A GET of BookingService with a query, such as `?wsdl`.
    pub(crate) fn get(query: &str) -> Self {
        Self { start: format!("GET {PATH}{query}"), headers: Vec::new(), body: Vec::new() }
    }

    /// With another method and target.
    pub(crate) fn start(mut self, method: &str, target: &str) -> Self {
        self.start = format!("{method} {target}");
        self
    }

    /// With a header, in place of one of that name.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// With something else in the body, which must be in it exactly once.
    pub(crate) fn with(self, is: &str, shall_be: &str) -> Self {
        let text = String::from_utf8(self.body).unwrap();
        assert_eq!(text.matches(is).count(), 1, "{is}\n{text}");
        Self { body: text.replace(is, shall_be).into_bytes(), ..self }
    }

    /// With everything from one text to another, both included, replaced in the body.
    pub(crate) fn with_part(self, from: &str, to: &str, shall_be: &str) -> Self {
        let text = String::from_utf8(self.body.clone()).unwrap();
        let start = text.find(from).unwrap_or_else(|| panic!("{from}\n{text}"));
        let length = text[start..].find(to).unwrap_or_else(|| panic!("{to}\n{text}")) + to.len();
        self.with(&text[start..start + length], shall_be)
    }

    /// With another body.
    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Its body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// As it goes over the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head().into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The same without the body.
    pub(crate) fn head(&self) -> String {
        let header = |(name, value): &(String, String)| format!("{name}: {value}\r\n");
        let headers: String = self.headers.iter().map(header).collect();
        format!(
            "{} HTTP/1.1\r\nHost: facade.example\r\nContent-Length: {}\r\n{headers}\r\n",
            self.start,
            self.body.len()
        )
    }
}
