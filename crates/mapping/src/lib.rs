//! Mapping files compiled to plans; plans run as effects and answers.
//!
//! A mapping says in TOML what becomes of one operation of an old contract: which calls of
//! the new services it turns into, and what the reply is made of. [`compile`] checks every
//! line against both contracts and makes a [`Plan`], or says everything that is wrong, with
//! file, line and hint. An [`Exchange`] runs a plan: it hands out calls that can be made,
//! takes their answers, and writes the reply. Nothing here does I/O, reads a clock or makes
//! an id; a plan is plain data, and a field of a DFDG service is never Rust.
//!
//! The vocabulary is described in `docs/mapping.md`; every conversion is listed in [`CONVERSIONS`].

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
mod push;
mod reading;
mod report;
mod shape;
mod source;
mod suggest;
mod target;
mod time;

pub use catalogue::{Backend, Catalogue, Gone, Served, Service};
pub use codelist::{Code, CodeList};
pub use compile::compile;
pub use convert::{CONVERSIONS, Conversion};
pub use evidence::Evidence;
pub use exchange::{Answer, CallId, Effect, Entity, Exchange, Facts, Refusal, ReplyError};
pub use faults::{Blame, FaultEntry, Faults};
pub use info::{CallInfo, EvidenceCounts, LineInfo, PlanInfo, ReasonInfo, RuleInfo};
pub use plan::{Method, Plan, Repeat};
pub use push::{PushField, PushFormat, PushProblem, Pushed, PushedChange};
