//! Fuzzing: each target of fuzz/src/bin for a while, from the inputs that are kept in fuzz/corpus.
//!
//! The code has no `unsafe`, so there is nothing for a sanitizer to see; what is looked for is panics,
//! overflows, inputs that take long, and promises that are broken. Without one, several times as many
//! inputs are tried in the same time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::command::{headline, output, run, shown};
use crate::needs::cargo_tool;
use crate::workspace::Workspace;

const CARGO_FUZZ: &str = "0.13.2";
/// Longer than any request of the scenarios.
const MAX_BYTES: u32 = 16 * 1024;
/// An input that takes longer is a finding.
const MAX_SECONDS: u32 = 5;
const MAX_MEGABYTES: u32 = 1024;

#[derive(Args)]
pub(crate) struct Options {
    /// The targets, files of fuzz/src/bin; all of them when none is named
    targets: Vec<String>,
    /// How long each of them runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

impl Options {
    pub(crate) fn for_ci() -> Self {
        Self { targets: Vec::new(), seconds: 60 }
    }
}

/// Where a target's files are.
struct Target<'w> {
    name: String,
    workspace: &'w Workspace,
    program: PathBuf,
}

/// Builds all targets, then runs those that are wanted, as many at a time as there are cores.
pub(crate) fn fuzz(workspace: &Workspace, options: &Options) -> Result<()> {
    headline("fuzzing");
    let names = wanted(workspace, &options.targets)?;
    let folder = build(workspace)?;
    let target = |name: String| Target { program: folder.join(&name), name, workspace };
    let waiting = Mutex::new(names.into_iter().map(target));
    let next = || waiting.lock().ok()?.next();
    let worker = || std::iter::from_fn(next).map(|target| target.run(options.seconds)).collect::<Vec<_>>();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let results = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|_| vec![Ok(false)])).collect::<Vec<_>>()
    });
    let passed = results.into_iter().collect::<Result<Vec<_>>>()?;
    ensure!(passed.into_iter().all(|passed| passed), "an input breaks what a target promises; see above");
    Ok(())
}

fn wanted(workspace: &Workspace, named: &[String]) -> Result<Vec<String>> {
    let folder = workspace.root.join("fuzz/src/bin");
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        all.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    all.sort();
    match named.iter().find(|name| !all.contains(name)) {
        Some(unknown) => bail!("there is no target {unknown}; there are {}", all.join(", ")),
        None if named.is_empty() => Ok(all),
        None => Ok(named.to_vec()),
    }
}

/// The folder of the programs. Their instrumentation is an unstable option of rustc, hence the variable.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let tool = cargo_tool(workspace, "cargo-fuzz", CARGO_FUZZ)?;
    let host = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let target = workspace.target.join("fuzz");
    let mut build = Command::new(tool);
    build.args(["fuzz", "build", "--sanitizer", "none", "--target", host.trim(), "--target-dir"]).arg(&target);
    run(build.env("RUSTC_BOOTSTRAP", "1").current_dir(&workspace.root))?;
    Ok(target.join(host.trim()).join("release"))
}

impl Target<'_> {
    /// Whether it came through. New inputs go below the target directory; those that are kept are only read.
    fn run(&self, seconds: u32) -> Result<bool> {
        let own = self.workspace.target.join("fuzz/runs").join(&self.name);
        let (found, broken) = (own.join("corpus"), own.join("broken"));
        fs::create_dir_all(&found)?;
        fs::create_dir_all(&broken)?;
        let log = own.join("log");
        let mut command = Command::new(&self.program);
        command.arg(&found).args(self.kept().filter(|kept| kept.is_dir()));
        command.arg(format!("-artifact_prefix={}/", broken.display()));
        command.args([format!("-max_total_time={seconds}"), format!("-max_len={MAX_BYTES}")]);
        command.args([format!("-timeout={MAX_SECONDS}"), format!("-rss_limit_mb={MAX_MEGABYTES}")]);
        command.arg("-print_final_stats=1");
        let words = self.workspace.root.join("fuzz/words").join(&self.name);
        if words.is_file() {
            command.arg(format!("-dict={}", words.display()));
        }
        let out = File::create(&log)?;
        let status = command.stdout(out.try_clone()?).stderr(out).status();
        let status = status.with_context(|| format!("starting {}", shown(&command)))?;
        self.report(status.success(), &fs::read_to_string(&log)?, &log);
        Ok(status.success())
    }

    /// Inputs that are kept: seeds, and what once was a finding.
    fn kept(&self) -> impl Iterator<Item = PathBuf> {
        ["corpus", "regressions"].into_iter().map(|kind| self.workspace.root.join("fuzz").join(kind).join(&self.name))
    }

    fn report(&self, passed: bool, text: &str, path: &Path) {
        let tried = text.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units: "));
        println!("{:<12} {:>10} inputs  {}", self.name, tried.unwrap_or("?"), if passed { "ok" } else { "FAILED" });
        if !passed {
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
            println!("{}\nmore in {}", lines[lines.len().saturating_sub(40)..].join("\n"), path.display());
        }
    }
}
