//! Foreign clients against the built binary, and libxml2 as the judge of our judgements.

mod drop_in;
mod old_clients;
mod oracle;
mod zeep;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::Profile;
use crate::binary::Binary;
use crate::command::headline;
use crate::facade::Demo;
use crate::needs::{Python, in_ci};
use crate::workspace::Workspace;

/// What to run, and against what.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Use the debug binary, which `cargo test` has built
    #[arg(long)]
    debug: bool,
    /// Leave the demo running afterwards, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// Only this client, without the comparison with libxml2
    #[arg(long)]
    client: Option<Client>,
}

/// A SOAP client that is not ours.
#[derive(Clone, Copy, ValueEnum)]
enum Client {
    /// Python's zeep
    Zeep,
}

impl Options {
    /// Everything, with the binary that is there.
    pub(crate) fn for_ci() -> Self {
        Self { debug: true, ..Self::default() }
    }
}

/// What every part of it needs.
struct Setup<'a> {
    workspace: &'a Workspace,
    python: Python,
    binary: Binary,
}

/// Runs every part, whatever the one before it did; an error names those that failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    headline("foreign clients and oracle");
    let python = match Python::install(workspace) {
        Ok(python) => python,
        Err(problem) if !in_ci() => {
            println!("SKIPPED interop: {problem:#}");
            return Ok(());
        }
        Err(problem) => return Err(problem),
    };
    let binary = Binary::build(workspace, if options.debug { Profile::Debug } else { Profile::Release })?;
    parts(&Setup { workspace, python, binary }, options)
}

fn parts(setup: &Setup<'_>, options: &Options) -> Result<()> {
    let mut failed = Vec::new();
    let mut note = |name: &'static str, result: Result<()>| {
        if let Err(problem) = result {
            println!("FAILED  {name}: {problem:#}");
            failed.push(name);
        }
    };
    if options.client.is_none() {
        note("oracle", oracle::compare(setup));
    }
    let (demo, mut process) = Demo::start(&setup.binary, &setup.workspace.target.join("interop/demo"))?;
    note("zeep", zeep::call_demo(setup, &demo));
    note("drop-in", drop_in::call(setup, &demo));
    note("old clients", old_clients::call(setup, &demo));
    if options.keep {
        println!("\nthe demo runs on at {}; Ctrl-C ends it", demo.service("BookingService")?);
        process.wait()?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}
