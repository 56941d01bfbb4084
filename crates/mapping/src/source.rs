//! How a source is written: one short text, read here and nowhere else.

/// A source, not yet resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceText<'t> {
    /// `Booking/BookingStartTime`: below the element in the request's body.
    Body(&'t str),
    /// `header:ActiveOrganisationHeader/OrganisationCode`.
    Header { block: &'t str, path: &'t str },
    /// `list:/indkaldelser`: a pointer into the answer of a call.
    Answer { call: &'t str, pointer: &'t str },
    /// `./member`: below the item of the list the value stands in; `.` is the item itself.
    Item(&'t str),
    /// `path:indkaldelseId`: a path value of a call.
    PathValue(&'t str),
    /// `setting:digital-meeting-link`: of the organisation called for.
    Setting(&'t str),
    /// `organisation-type`: of the organisation called for.
    OrganisationType,
    /// `organisation-code`.
    OrganisationCode,
    /// `caller-identifier`: `CVR:<number>-UUID:<uuid>` of the caller's certificate.
    CallerIdentifier,
    /// `now`.
    Now,
    /// `today`: in Denmark.
    Today,
    /// `request-id`.
    RequestId,
    /// `new-guid`.
    NewGuid,
}

impl<'t> SourceText<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        match (text, text.split_once(':')) {
            ("now", _) => Self::Now,
            ("today", _) => Self::Today,
            ("request-id", _) => Self::RequestId,
            ("new-guid", _) => Self::NewGuid,
            ("organisation-type", _) => Self::OrganisationType,
            ("organisation-code", _) => Self::OrganisationCode,
            ("caller-identifier", _) => Self::CallerIdentifier,
            (".", _) => Self::Item(""),
            (_, Some(("header", path))) => {
                let (block, path) = path.split_once('/').unwrap_or((path, ""));
                Self::Header { block, path }
            }
            (_, Some(("path", name))) => Self::PathValue(name),
            (_, Some(("setting", name))) => Self::Setting(name),
            (_, Some((call, pointer))) => Self::Answer { call, pointer },
            (text, None) => match text.strip_prefix("./") {
                Some(path) => Self::Item(path),
                None => Self::Body(text),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_told_from_the_others() {
        let read = SourceText::read;
        assert_eq!(read("Booking/SelfBooked"), SourceText::Body("Booking/SelfBooked"));
        assert_eq!(read("header:H/A/B"), SourceText::Header { block: "H", path: "A/B" });
        assert_eq!(read("list:/a/b"), SourceText::Answer { call: "list", pointer: "/a/b" });
        assert_eq!(read("./a/b"), SourceText::Item("a/b"));
        assert_eq!(read("."), SourceText::Item(""));
        assert_eq!(read("path:id"), SourceText::PathValue("id"));
        assert_eq!(read("setting:x"), SourceText::Setting("x"));
        assert_eq!(read("now"), SourceText::Now);
        assert_eq!(read("organisation-type"), SourceText::OrganisationType);
        assert_eq!(read("organisation-code"), SourceText::OrganisationCode);
    }
}
