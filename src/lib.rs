//! The facade: serves DFDG's old SOAP services on top of the new REST domain services.
//!
//! Read [`call`] first: it is the life of a call. Everything with I/O, time and ids lives
//! in this package; what a contract allows and how it maps is decided in the pure packages
//! `dfdg-contract` and `dfdg-mapping`.

pub mod access;
pub mod admin;
pub mod backend;
pub mod call;
pub mod catalogue;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod digest;
pub mod error;
pub mod expiry;
pub mod facade;
pub mod fault;
pub mod forwarded;
pub mod identity;
pub mod installation;
pub mod intake;
pub mod journal;
pub mod listener;
pub mod offline;
pub mod peer;
pub mod pkcs12;
pub mod revocation;
pub mod server;
pub mod store;
pub mod turns;
pub mod usage;
pub mod watch;
