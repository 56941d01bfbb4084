//! Mapping files compiled to plans; plans run as effects and answers.
//!
//! A mapping says in TOML what becomes of one operation of an old contract: which calls of
//! the new services it turns into, and what the reply is made of. [`compile`] checks every
//! line against both contracts and makes a [`Plan`], or says everything that is wrong, with
//! file, line and hint. An [`Exchange`] runs a plan: it hands out calls that can be made,
//! takes their answers, and writes the reply. Nothing here does I/O, reads a clock or makes
//! an id; a plan is plain data, and a field of a DFDG service is never Rust.
//!
//! # The files
//!
//! | file | holds |
//! |---|---|
//! | `mappings/services.toml` | the old services with contract, paths and mappings; the backends with contract, error pointers and the headers they get with every call |
//! | `mappings/faults.toml` | the fault numbers callers know, and their partners on the new side |
//! | `mappings/codelists/<name>.toml` | the codes of one list on both sides |
//! | `mappings/<service>/<operation>.toml` | one operation |
//! | `openapi/*.json` | the new contracts, OpenAPI 3.0 |
//!
//! # A mapping
//!
//! ```toml
//! operation = "CreateBooking"
//! evidence  = "wiki"
//!
//! [[refuse]]                       # all conditions hold: this fault, before any call
//! when  = { path = "Booking/ReBookingDeadline", is = "absent" }
//! and   = { path = "Booking/ReBookingPossible", is = "equals", value = true }
//! fault = 8126                     # and `text`, where the fault's own text does not say enough
//!
//! [[call]]
//! name    = "create"
//! backend = "kontaktforloeb"
//! method  = "POST"
//! path    = "/v1/Indkaldelse/{indkaldelseId}"
//! repeat  = "keyed"                # read: again at will; keyed: again with the same x-requestId; once: never
//! [call.faults]                    # an answer without a code of its own: HTTP status = fault
//! 404 = 4768
//! [call.path_values]
//! indkaldelseId = { from = "Booking/BookingIdentifier", else = "new-guid" }
//! [call.query]
//! [call.headers]
//! x-civilregistrationIdentifier = "PersonCivilRegistrationIdentifier"
//! [call.body]                      # members of JSON; objects are tables
//! ombookingFrist  = { from = "Booking/ReBookingDeadline", to = "date" }
//! samtaleformType = { from = "Booking/InterviewContactTypeIdentifier", code = "moedeform", assumed = "why" }
//! deltagere       = { each = "Booking/Participant", item = { navn = "./Name" } }
//!
//! [reply]                          # path in the reply = value
//! "ServiceReceipt/MessageIdentifier" = { from = "create:/registreringsId", else = "path:indkaldelseId" }
//!
//! [drop]                           # what goes nowhere, and why nothing is lost
//! "Booking/PrintDetail"      = "withdrawn in 2022-3"
//! "reply:Booking/PrintDetail" = "an element of the reply that is never written"
//!
//! [ignore]                         # members of answers that are not read, and why
//! "create:/ejersystemType" = "the old contract has no such element"
//! ```
//!
//! Calls that do not read each other's answers are made side by side. A list in a reply is
//! `"BookingCollection/Booking" = { each = "list:/indkaldelser" }`; paths below it are lines
//! of their own and read the item with `./member`. A list of plain values has `item = "."`.
//!
//! # Sources
//!
//! | source | is |
//! |---|---|
//! | `Booking/BookingStartTime` | local names below the element in the request's body |
//! | `header:ActiveOrganisationHeader/OrganisationCode` | below a header block of the request |
//! | `create:/registreringsId` | JSON pointer into the answer of a call |
//! | `./member`, `.` | below the item of the list the value stands in, or the item itself |
//! | `path:indkaldelseId` | a path value of the call, or of any call for the reply |
//! | `now`, `today`, `request-id`, `new-guid`, `setting:<name>` | facts |
//!
//! Paths are local names, so other namespaces change no mapping. A path to an element whose
//! only content is one simple element (`<XTypeIdentifier><CodeListItemIdentifier>7</…>`) means
//! that inner value. A value of `null`, `xsi:nil` and a missing one are the same: absent.
//!
//! # Values
//!
//! A value is a source as plain text, or a table with one of `from`, `fact`, `const`,
//! `first-of`, and any of:
//!
//! | key | does |
//! |---|---|
//! | `when = { … }` | there is a value only if the condition holds |
//! | `empty = "omit"` | blank text counts as absent |
//! | `code = "<list>"` | the code of the other side |
//! | `to = "…"` | `date`, `day-start`, `day-end`, `number`, `not`; a list is done in order |
//! | `truncate = N` | the first N characters |
//! | `encode = "percent"` | for a header whose contract says `x-encoding: percent` |
//! | `else = …` | another value, when this one is absent |
//! | `evidence = "…"` or `assumed = "why"` | how surely the line is known; without one, the mark of the table around it holds |
//!
//! They are done in this order. Every conversion is listed in [`CONVERSIONS`].
//!
//! # Conditions
//!
//! `{ path = "<source>", is = "…" }` with `present`, `absent`, `equals` and `not-equals` (`value`
//! or `other`, another source), `one-of` (`values`), `before` and `after` (`value` or `other`),
//! `between` (`low`, `high`), `longer-than` (`characters`, or `other` and `days`). What is absent
//! equals nothing. `and` takes one more condition, or a list of them. There is no `or`: write a
//! second rule.
//!
//! # Code lists
//!
//! ```toml
//! name   = "moedeform"
//! others = "fault"                 # or "pass": a code that is not listed goes through as it is
//! fault  = 4708
//! [[code]]
//! old = 4
//! new = 8
//! write_only = true                # requests only; read_only: replies only
//! [[code]]
//! old = 6
//! refuse = 2003                    # a caller who sends it gets this fault
//! ```
//!
//! # What is refused
//!
//! Unknown keys, sources, targets, code lists, faults, backends, paths, methods; an element of
//! the request that is neither mapped nor weighed nor dropped; an element of the reply without
//! a source, unless optional and dropped; a member of an answer neither read nor ignored; a
//! required target whose source may be missing and has no `else`; what repeats without `each`
//! and `each` on what does not; a value that cannot be what its target is; a code that can
//! come and has no partner; text that may be too long or empty for its target; calls that wait
//! for each other; an operation without mapping; `assumed` without a reason or beside evidence.
//!
//! # What was rejected
//!
//! The vocabulary is closed, and stays a list rather than a language:
//!
//! * **arithmetic**: a derived number is a decision about meaning; it belongs to one of the sides;
//! * **regular expressions**: they decide about form, which both contracts already do;
//! * **user functions, expressions**: a mapping must be readable by who knows the contracts and not Rust;
//! * **includes, one mapping calling another**: a file says all about its operation;
//! * **clock, network, randomness**: they are facts handed in, so that the same input gives the same output;
//! * **silent degradation**: a bad number, an unmapped code, a header that cannot be encoded is an
//!   error or an explicit line, never a guess.

mod absence;
mod catalogue;
mod codelist;
mod compile;
mod convert;
mod decimal;
mod evidence;
mod exchange;
mod faults;
mod format;
mod info;
mod json;
mod kind;
mod openapi;
mod path;
mod plan;
mod report;
mod shape;
mod source;
mod suggest;
mod target;
mod time;

pub use catalogue::{Backend, Catalogue, Served, Service};
pub use codelist::{Code, CodeList};
pub use compile::compile;
pub use convert::{CONVERSIONS, Conversion};
pub use evidence::Evidence;
pub use exchange::{Answer, CallId, Effect, Exchange, Facts, Refusal, ReplyError};
pub use faults::{Blame, FaultEntry, Faults};
pub use info::{CallInfo, EvidenceCounts, LineInfo, PlanInfo, ReasonInfo, RuleInfo};
pub use plan::{Method, Plan, Repeat};
