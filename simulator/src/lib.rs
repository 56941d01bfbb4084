//! The new domain services of DFDG as an independent witness.
//!
//! The simulator answers `openapi/kontaktforloeb.indkaldelse.json` and `openapi/virksomhedsindsats.jobannonce.json` over HTTP, with mutual TLS or plain. It shares no
//! code with the facade: its types are written by hand from the contract, its rules from the published error tables.
//! Where the two understand a rule differently, a test sees it.
//!
//! Its people and organisations are in `population.toml`; trouble is scripted over HTTP, see `README.md`.

mod answer;
mod call;
mod caller;
mod change_indkaldelse;
mod contact;
#[cfg(test)]
mod contract_tests;
mod control;
mod cpr;
mod create_indkaldelse;
mod deltagelsesvalg;
mod dto;
mod get_history;
mod get_indkaldelse;
mod get_indkaldelser;
mod get_soegning;
mod jobannonce;
mod myndighedsdeltager;
mod percent;
mod population;
mod read;
mod refusal;
mod request_ids;
mod rules;
mod serve;
mod server;
mod settings;
mod simulator;
mod store;
#[cfg(test)]
mod testing;
mod tls;
mod trouble;
mod value;
mod versions;
mod write;

pub use server::{Running, start};
pub use settings::{Now, Settings, TlsFiles};
