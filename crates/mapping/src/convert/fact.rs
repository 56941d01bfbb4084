//! `fact = "now" | "today" | "request-id" | "organisation-type" | "organisation-code" |
//! "setting:<name>"`: what the facade knows about the call. Facts are given to an exchange, never looked up: nothing here reads a clock.

use super::Conversion;

pub(super) const FACT: Conversion = Conversion {
    key: "fact",
    name: "",
    signature: "-> value",
    about: "What the facade knows: `now` (date-time), `today` (date in Denmark), `request-id`, `organisation-type` and `organisation-code` (the organisation called for), `setting:<name>` (a setting of it, may be absent).",
    examples: &[
        ("fact = \"now\"", "2026-01-31T09:00:00+01:00"),
        ("fact = \"organisation-code\"", "10100"),
        ("fact = \"setting:digital-meeting-link\"", "https://meet.example.dk/42"),
    ],
    run: None,
};
