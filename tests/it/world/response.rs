//! Responses, and what every one of them must be.

use uuid::Uuid;

use super::assert_nothing_of_a_person;

/// An HTTP response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// A SOAP fault.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// `Client`, `Server`, `MustUnderstand` or `VersionMismatch`.
    pub(crate) code: String,
    /// The number in its details, when it has details.
    pub(crate) number: Option<u32>,
    pub(crate) text: String,
}

impl Response {
    pub(super) fn read_head(head: &str) -> Self {
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
        Self { status, headers: lines.map(header).collect(), body: String::new() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The id the journal knows it by.
    pub(crate) fn request_id(&self) -> Uuid {
        let id = self.header("X-Request-Id").unwrap_or_else(|| panic!("X-Request-Id is missing: {self:?}"));
        id.parse().unwrap()
    }

    /// The reply, which it must be.
    pub(crate) fn reply(&self) -> &str {
        assert_eq!(self.status, 200, "{self:?}");
        self.assert_soap();
        &self.body
    }

    /// The fault, which it must be.
    pub(crate) fn fault(&self) -> Fault {
        assert_eq!(self.status, 500, "{self:?}");
        self.assert_soap();
        assert_nothing_of_a_person(&self.body);
        let text = self.text("faultstring");
        let number = self.find("ErrorCode").map(|number| number.parse().unwrap());
        assert_eq!(self.find("Message"), number.map(|_| text), "{self:?}");
        Fault { code: self.text("faultcode").trim_start_matches("s:").to_owned(), number, text: text.to_owned() }
    }

    fn assert_soap(&self) {
        assert_eq!(self.header("Content-Type"), Some("text/xml; charset=utf-8"), "{self:?}");
        self.request_id();
    }

    /// The text of the element with this local name, which must be there.
    pub(crate) fn text(&self, local: &str) -> &str {
        self.find(local).unwrap_or_else(|| panic!("{local} is missing: {self:?}"))
    }

    /// The text of the first element with this local name.
    pub(crate) fn find(&self, local: &str) -> Option<&str> {
        let mut starts = self.body.split('<').skip(1);
        let inside = starts.find_map(|piece| {
            let (tag, text) = piece.split_once('>')?;
            let name = tag.split(' ').next()?;
            (name.rsplit(':').next()? == local).then_some(text)
        });
        inside.map(str::trim)
    }
}

impl Fault {
    /// Asserts number and text.
    pub(crate) fn is(&self, number: u32, text: &str) {
        assert_eq!(self.number, Some(number), "{self:?}");
        assert!(self.text.contains(text), "{text}: {self:?}");
    }
}
