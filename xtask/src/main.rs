//! `cargo xtask …`: what CI runs, foreign SOAP clients, fuzzing, licences, benchmarks.
//!
//! It links no product code: it drives cargo and the built binary, as a user would.

#![expect(clippy::print_stdout, reason = "a command line tool")]
#![expect(
    clippy::disallowed_methods,
    reason = "a tool of its own, without the server's clock, configuration and event loop"
)]

mod bench;
mod binary;
mod ci;
mod command;
mod facade;
mod fuzz;
mod http;
mod interop;
mod licences;
mod needs;
mod ports;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::binary::Profile;
use crate::workspace::Workspace;

/// Tooling of dfdg-facade
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything CI runs besides `cargo test`: format, lints, documentation, licences, fuzzing, interop
    Ci,
    /// Licences, bans and sources of all packages (deny.toml)
    Licences,
    /// Foreign SOAP clients against the built binary, and libxml2 as the judge of our judgements
    Interop(interop::Options),
    /// Random inputs against the readers, for a while each (fuzz/README.md)
    Fuzz(fuzz::Options),
    /// Measurements that need the whole machine
    Bench(BenchArguments),
}

#[derive(Args)]
struct BenchArguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Whole calls over mutual TLS: the facade beside nginx as a plain reverse proxy
    Throughput(bench::Throughput),
    /// Reading, validating and translating a request beside libxml2 parsing and validating it; needs libxml2-dev
    Reading(bench::reading::Options),
    /// Full handshakes with client certificates: the facade beside nginx
    Handshakes(bench::Options),
}

fn main() -> ExitCode {
    match Arguments::parse().task.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("\nFAILED  {problem:#}");
            ExitCode::FAILURE
        }
    }
}

impl Task {
    fn run(self) -> Result<()> {
        let workspace = Workspace::find()?;
        match self {
            Self::Ci => ci::run(&workspace),
            Self::Licences => licences::check(&workspace),
            Self::Interop(options) => interop::run(&workspace, &options),
            Self::Fuzz(options) => fuzz::fuzz(&workspace, &options),
            Self::Bench(BenchArguments { bench }) => match bench {
                Bench::Throughput(options) => bench::throughput(&workspace, &options),
                Bench::Reading(options) => bench::reading::reading(&workspace, &options),
                Bench::Handshakes(options) => bench::handshakes(&workspace, &options),
            },
        }
    }
}
