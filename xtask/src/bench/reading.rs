//! Reading beside libxml2: the facade reads, validates and translates a request; libxml2 parses the same bytes and
//! validates them by the same schemas.
//!
//! The rounds are short and take turns, so that a busy neighbour hits both or hits few; what counts is the median of the
//! ratios.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use super::paced::Paced;
use super::statistics::{median, quartiles};
use crate::command::{headline, output, run, works};
use crate::workspace::Workspace;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// Rounds of each
    #[arg(long, default_value_t = 1000)]
    rounds: u32,
    /// Messages read in a round, few enough to be read before another process gets the core
    #[arg(long, default_value_t = 100)]
    messages: u32,
    /// The request, an envelope of any operation, from the root of the repository
    #[arg(long, default_value = "tests/scenarios/booking/create_minimal/request.xml")]
    request: PathBuf,
}

const ASSETS: &str = "xtask/assets/reading";

/// Both in turns, then the table.
pub(crate) fn reading(workspace: &Workspace, options: &Options) -> Result<()> {
    headline("reading");
    let request = workspace.root.join(&options.request);
    let bytes = std::fs::metadata(&request).with_context(|| format!("reading {}", request.display()))?.len();
    let mut theirs = Paced::start(libxml2(workspace)?.arg(&request))?;
    let mut ours = Paced::start(facade(workspace).arg(&request))?;
    let mut round = || Ok::<_, anyhow::Error>((theirs.round(options.messages)?, ours.round(options.messages)?));
    round()?; // a first round does not count
    let rounds = (0..options.rounds).map(|_| round()).collect::<Result<Vec<_>>>()?;
    print(bytes, &rounds, options);
    Ok(())
}

/// Its program, compiled against the library that is installed.
fn libxml2(workspace: &Workspace) -> Result<Command> {
    if !works(Command::new("xml2-config").arg("--version")) {
        anyhow::bail!("libxml2 is missing; with Debian, as root: apt-get install libxml2-dev");
    }
    let work = workspace.target.join("bench");
    std::fs::create_dir_all(&work)?;
    let (assets, program) = (workspace.root.join(ASSETS), work.join("libxml2"));
    let flags = output(Command::new("xml2-config").args(["--cflags", "--libs"]))?;
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-Wall", "-Werror", "-o"]).arg(&program).arg(assets.join("libxml2.c"));
    run(compiler.args(flags.split_whitespace()))?;
    let mut command = Command::new(program);
    command.arg(assets.join("envelope.xsd"));
    Ok(command)
}

/// The product is not linked here: its own benchmark keeps the same pace.
fn facade(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["bench", "--locked", "--bench", "translate", "--", "--paced"]);
    cargo
}

/// Rounds are pairs of nanoseconds: libxml2, the facade.
fn print(bytes: u64, rounds: &[(f64, f64)], Options { messages, .. }: &Options) {
    let row = |name: &str, values: Vec<f64>| {
        let (low, high) = quartiles(&values);
        println!("| {name} | {:.2} | {low:.2} to {high:.2} |", median(&values));
    };
    let microseconds = |nanoseconds: f64| nanoseconds / 1000.0 / f64::from(*messages);
    println!("\nA request of {bytes} bytes; {} rounds of {messages} messages in turns.\n", rounds.len());
    println!("| | median | middle half of the rounds |\n|---|---|---|");
    row("libxml2 parses and validates, µs", rounds.iter().map(|round| microseconds(round.0)).collect());
    row("the facade reads, validates and translates, µs", rounds.iter().map(|round| microseconds(round.1)).collect());
    row("so many times as fast", rounds.iter().map(|round| round.0 / round.1).collect());
}
