//! Foreign clients against the built binary, and libxml2 as the judge of our judgements.

mod bundle;
mod drop_in;
mod gsoap;
mod node;
mod old_clients;
mod oracle;
mod php;
mod stage;
mod zeep;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use self::stage::Stage;
use crate::Profile;
use crate::binary::Binary;
use crate::command::headline;
use crate::facade::Demo;
use crate::needs::{Python, or_skip};
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
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    /// Python's zeep
    Zeep,
    /// Node's soap
    Node,
    /// gSOAP, compiled C++
    Gsoap,
    /// PHP's ext-soap
    Php,
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

impl Setup<'_> {
    /// Where everything it writes is kept.
    fn folder(&self) -> PathBuf {
        self.workspace.target.join("interop")
    }
}

/// Runs every part, whatever the one before it did; an error names those that failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    headline("foreign clients and oracle");
    let Some(python) = or_skip("interop", Python::install(workspace))? else { return Ok(()) };
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
    let all = options.client.is_none();
    if all {
        note("oracle", oracle::compare(setup));
    }
    let (demo, mut process) = Demo::start(&setup.binary, &setup.folder().join("demo"))?;
    let stage = Stage::set(setup, demo)?;
    if all || options.client == Some(Client::Zeep) {
        note("zeep", zeep::call(&stage));
        note("drop-in", drop_in::call(&stage));
    }
    if all || options.client == Some(Client::Node) {
        note("node", node::call(&stage));
    }
    if all || options.client == Some(Client::Gsoap) {
        note("gsoap", gsoap::call(&stage));
    }
    if all || options.client == Some(Client::Php) {
        note("php", php::call(&stage));
    }
    if all {
        note("old clients", old_clients::call(setup, &stage.demo));
        note("bundle", bundle::read(&stage.demo));
    }
    if options.keep {
        println!("\nthe demo runs on at {}; Ctrl-C ends it", stage.demo.service("BookingService")?);
        process.wait()?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}
