//! The facade as a whole, as its callers and its operator see it: real sockets, mutual TLS, the
//! simulator behind it. Read `world/mod.rs` for what a test starts from, then any other file.
#![cfg(feature = "demo")] // the simulator
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]

mod access;
mod added;
mod backend;
mod booking;
mod circuit;
mod drain;
mod drop_in;
mod hang_up;
mod http;
mod identity;
mod intake;
mod jobad;
mod journal;
mod message;
mod mistakes;
mod organisation;
mod process;
mod proxy;
mod queue;
mod reload;
mod soap;
mod updates;
mod usage;
mod witness;
mod world;
mod wsdl;
