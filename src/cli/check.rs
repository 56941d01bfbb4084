//! `check`: is everything in order, and how much of it is assumed?
#![allow(clippy::print_stderr, reason = "commands speak to people on standard output")]

mod installed;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use dfdg_contract::{Problem, Problems};
use serde::Serialize;

use self::installed::Installed;
use crate::catalogue::Catalogue;
use crate::facade::load_config;
use crate::installation;

/// Compile every contract, mapping, code list and setting, and tell all problems at once
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade check                         the files compiled in
  dfdg-facade check --folder .              those of a folder, such as a checkout being worked on
  dfdg-facade check --config facade.toml    those and all that an installation needs to start
  dfdg-facade check --config facade.toml --fetch
                                            and its revocation lists are fetched
  dfdg-facade check --evidence              what is assumed, and why")]
pub(super) struct Check {
    /// The settings of an installation: also its certificates, keys, clients and revocation lists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask the addresses of revocation lists too; else only the lists that are files are read
    #[arg(long, requires = "config")]
    fetch: bool,
    /// A folder with contracts and mappings of your own, on top of those compiled in
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    folder: Option<PathBuf>,
    /// List every line that is assumed, with the reason
    #[arg(long)]
    evidence: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// A mark of evidence as it is printed.
#[derive(Serialize)]
struct Line {
    file: String,
    line: u32,
    what: String,
    evidence: String,
}

/// What was found, as JSON.
#[derive(Serialize)]
struct Report {
    good: bool,
    problems: Vec<String>,
    operations: usize,
    evidenced: usize,
    assumed: usize,
    unmarked: usize,
    dropped: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    installation: Option<Installed>,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let report = match self.try_all() {
            Ok((catalogue, installation)) => self.report(&catalogue, installation),
            Err(problems) => failed(&problems),
        };
        match self.json {
            true => say!("{}", serde_json::to_string_pretty(&report)?),
            false => print(&report),
        }
        Ok(if report.good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn try_all(&self) -> Result<(Catalogue, Option<Installed>), Problems> {
        match &self.config {
            None => Catalogue::load(self.folder.as_deref()).map(|catalogue| (catalogue, None)),
            Some(file) => {
                let config = load_config(Some(file))?;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| Problem::new("check", 0, error.to_string()))?;
                let found = runtime.block_on(installation::check(&config, self.fetch))?;
                let installed = Installed::of(&found);
                Ok((found.catalogue, Some(installed)))
            }
        }
    }

    fn report(&self, catalogue: &Catalogue, installation: Option<Installed>) -> Report {
        let mapping = catalogue.mapping();
        let counts = mapping.evidence_counts();
        let marks = if self.evidence { mapping.evidence() } else { Vec::new() };
        let assumed = marks.into_iter().filter(|(.., mark)| matches!(mark, dfdg_mapping::Evidence::Assumed(_)));
        Report {
            good: true,
            problems: Vec::new(),
            operations: mapping.plans().count(),
            evidenced: counts.evidenced,
            assumed: counts.assumed,
            unmarked: counts.unmarked,
            dropped: mapping.plans().map(|plan| plan.info().drops.len()).sum(),
            assumptions: assumed
                .map(|(what, file, line, mark)| Line { file, line, what, evidence: mark.to_string() })
                .collect(),
            installation,
        }
    }
}

fn failed(problems: &Problems) -> Report {
    let problems = problems.list().iter().map(ToString::to_string).collect();
    Report {
        good: false,
        problems,
        operations: 0,
        evidenced: 0,
        assumed: 0,
        unmarked: 0,
        dropped: 0,
        assumptions: Vec::new(),
        installation: None,
    }
}

fn print(report: &Report) {
    for problem in &report.problems {
        eprintln!("{problem}");
    }
    if !report.good {
        let count = report.problems.len();
        eprintln!("\n{count} problem{}", if count == 1 { "" } else { "s" });
        return;
    }
    for line in &report.assumptions {
        say!("{}:{}: {}: {}", line.file, line.line, line.what, line.evidence);
    }
    if let Some(installation) = &report.installation {
        installation.print();
    }
    let Report { operations, evidenced, assumed, unmarked, dropped, .. } = report;
    say!(
        "{operations} operations in order: {evidenced} lines with evidence, {assumed} assumed, {unmarked} without a mark; {dropped} elements dropped with a reason"
    );
}
