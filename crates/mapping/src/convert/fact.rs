//! `fact = "now" | "today" | "request-id" | "setting:<name>"`: what the facade knows about
//! the call. Facts are given to an exchange, never looked up: nothing here reads a clock.

use super::Conversion;

pub(super) const FACT: Conversion = Conversion {
    key: "fact",
    name: "",
    signature: "-> value",
    about: "What the facade knows: `now` (date-time), `today` (date in Denmark), `request-id`, `setting:<name>` (a setting of the organisation called for, may be absent).",
    examples: &[
        ("fact = \"now\"", "2026-01-31T09:00:00+01:00"),
        ("fact = \"setting:digital-meeting-link\"", "https://meet.example.dk/42"),
    ],
    run: None,
};
