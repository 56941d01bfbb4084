//! The command line: one file for each command.
//!
//! Exit codes: 0 good, 1 the answer is no, 2 wrong usage.
#![allow(clippy::print_stderr, reason = "commands speak to people")]

/// Writes a line to standard output; see [`write_line`].
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::write_line(format_args!($($text)*)) };
}

mod certificate;
mod check;
mod contract;
#[cfg(feature = "demo")]
mod demo;
mod explain;
mod identifiers;
#[cfg(feature = "demo")]
mod pki;
mod queue;
mod serve;
#[cfg(feature = "demo")]
mod simulator;
mod translate;
mod usage;

use std::fmt::Arguments;
use std::io::{Write, stdout};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Serves DFDG's old SOAP services on top of the new REST domain services.
#[derive(Debug, Parser)]
#[command(name = "dfdg-facade", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  dfdg-facade demo --once                         one call, shown from end to end
  dfdg-facade serve --config facade.toml          run
  dfdg-facade check --config facade.toml          is everything in order?
  dfdg-facade explain BookingService CreateBooking
  dfdg-facade contract show wsdl/BookingService.wsdl
  dfdg-facade certificate show client.pem
  dfdg-facade usage --config facade.toml           who still calls what?";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the facade
    Serve(serve::Serve),
    /// Show one call from end to end on this machine, then stay up to be tried
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Compile every contract, mapping, code list and setting, and tell all problems at once
    Check(check::Check),
    /// Show what an operation reads, writes, drops and assumes
    Explain(explain::Explain),
    /// Read a WSDL
    Contract(contract::Contract),
    /// Show, without sending anything, what a request becomes
    Translate(translate::Translate),
    /// Take over the numbers old callers know, or write them out
    Identifiers(identifiers::Identifiers),
    /// Read a certificate as the facade does
    Certificate(certificate::Certificate),
    /// Make and keep a development PKI in the shape of OCES3
    #[cfg(feature = "demo")]
    Pki(pki::Pki),
    /// See what the store holds of what publishers pushed
    Queue(queue::Queue),
    /// Show who still calls what, and who has fallen silent
    Usage(usage::Usage),
    /// Run the stand-in for the new domain services alone
    #[cfg(feature = "demo")]
    Simulator(simulator::Simulator),
}

/// Runs the command line; the process ends with what it returns.
#[must_use]
pub fn main() -> ExitCode {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default(); // the only provider; set once
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(command) => command.run(),
            #[cfg(feature = "demo")]
            Command::Demo(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Contract(command) => command.run(),
            Command::Translate(command) => command.run(),
            Command::Identifiers(command) => command.run(),
            Command::Certificate(command) => command.run(),
            #[cfg(feature = "demo")]
            Command::Pki(command) => command.run(),
            Command::Queue(command) => command.run(),
            Command::Usage(command) => command.run(),
            #[cfg(feature = "demo")]
            Command::Simulator(command) => command.run(),
        }
    }
}

/// Writes a line to standard output. When whoever reads it has stopped reading, as `head` does,
/// there is nothing left to do and the command ends.
#[expect(clippy::disallowed_methods, reason = "an end without fuss is what a pipe's writer owes its reader")]
fn write_line(text: Arguments<'_>) {
    let mut out = stdout().lock();
    if writeln!(out, "{text}").is_err() {
        std::process::exit(0);
    }
}
