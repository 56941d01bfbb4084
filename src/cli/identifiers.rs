//! `identifiers`: the numbers old callers know, taken over from elsewhere and given out again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use dfdg_contract::{Problem, Problems};

use crate::facade::load_config;
use crate::store::sqlite::{Reading, Sqlite};
use crate::store::{IdentifierQueries, Identifiers as _, Pair};

/// Take over the numbers old callers know, or write them out
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade identifiers export --config facade.toml > numbers.csv
  dfdg-facade identifiers import numbers.csv --config facade.toml

A file has the line `number,uuid` and one line for each pair. Importing is all or nothing: a number or a uuid that has another
partner already changes nothing. It needs the store to itself, so stop the server first; exporting does not.")]
pub(super) struct Identifiers {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take over pairs that were given elsewhere
    Import {
        /// The pairs
        file: PathBuf,
        #[command(flatten)]
        which: Which,
    },
    /// Write all pairs to standard output
    Export {
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// The settings, which name the store
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// What is numbered
    #[arg(long, value_name = "KIND", default_value = "jobannonce")]
    kind: String,
}

const HEAD: &str = "number,uuid";

impl Identifiers {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match self.command {
            Command::Import { file, which } => runtime.block_on(import(&file, &which)),
            Command::Export { which } => runtime.block_on(export(&which)),
        }
    }
}

async fn export(which: &Which) -> anyhow::Result<ExitCode> {
    let store = load_config(Some(&which.config))?.store.file;
    let reading = Reading::open(&store).map_err(|error| anyhow::anyhow!("{error}\n    hint: {}", error.hint()))?;
    say!("{HEAD}");
    for Pair { number, uuid } in reading.pairs(&which.kind).await? {
        say!("{number},{uuid}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(file: &Path, which: &Which) -> anyhow::Result<ExitCode> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
    let pairs = read(&name, &text)?;
    let config = load_config(Some(&which.config))?;
    let first = config.identifiers.first_number;
    let from_there = pairs.iter().filter(|(_, pair)| pair.number >= first).count();
    if from_there > 0 {
        say!(
            "{from_there} of them are from identifiers.first_number ({first}) on; the facade goes on above the largest"
        );
    }
    let store = config.store.file;
    let store = Sqlite::open(&store).map_err(|error| anyhow::anyhow!("{error}\n    hint: {}", error.hint()))?;
    let all = pairs.len();
    let lines: HashMap<i32, u32> = pairs.iter().map(|(line, pair)| (pair.number, *line)).collect();
    match store.take_over(&which.kind, pairs.into_iter().map(|(_, pair)| pair).collect()).await? {
        Ok(new) => {
            say!("{new} of {all} pairs are new; the others were there already");
            Ok(ExitCode::SUCCESS)
        }
        Err(pair) => {
            let line = lines.get(&pair.number).copied().unwrap_or_default();
            let message =
                format!("the store has another partner for {} or for {}; nothing was imported", pair.number, pair.uuid);
            let problem = Problem::new(name, line, message).hint("compare with `dfdg-facade identifiers export`");
            Err(Problems::from(problem).into())
        }
    }
}

/// The pairs with their lines; everything that is wrong is told at once.
fn read(name: &str, text: &str) -> Result<Vec<(u32, Pair)>, Problems> {
    let (mut pairs, mut problems) = (Vec::new(), Vec::new());
    let (mut numbers, mut uuids) = (HashMap::new(), HashMap::new());
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim));
    if lines.next().is_none_or(|(_, head)| head != HEAD) {
        problems
            .push(Problem::new(name, 1, format!("the first line is not `{HEAD}`")).hint("add it; the order is that"));
    }
    for (line, text) in lines.filter(|(_, text)| !text.is_empty()) {
        let Some(pair) = pair(text) else {
            let problem = Problem::new(name, line, "is no number from 1 to 2147483647, comma, uuid");
            problems.push(problem.hint("such as 4711,7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6b"));
            continue;
        };
        let known = [numbers.insert(pair.number, line), uuids.insert(pair.uuid, line)].into_iter().flatten().next();
        problems.extend(
            known.map(|first| Problem::new(name, line, format!("its number or uuid stands on line {first} already"))),
        );
        pairs.push((line, pair));
    }
    Problems::none(problems).map(|()| pairs)
}

fn pair(text: &str) -> Option<Pair> {
    let (number, uuid) = text.split_once(',')?;
    let number = number.trim().parse().ok().filter(|number| *number > 0)?;
    Some(Pair { number, uuid: uuid.trim().parse().ok()? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const UUID: &str = "7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6b";

    #[test]
    fn pairs_are_read_with_their_lines() {
        let text =
            format!("\u{feff}number,uuid\r\n4711,{UUID}\r\n\r\n 4712 , {{7F3C1A52-5D0E-4C8B-9A51-0C2D3E4F5A6C}}\r\n");
        let pairs = read("f.csv", &text).unwrap();
        let found: Vec<_> = pairs.iter().map(|(line, pair)| (*line, pair.number)).collect();
        assert_eq!(found, [(2, 4711), (4, 4712)]);
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let text = format!("uuid,number\n0,{UUID}\n1;{UUID}\n2147483648,{UUID}\n7,{UUID}\n7,x\n8,{UUID}\n");
        let problems = read("f.csv", &text).unwrap_err();
        let lines: Vec<u32> = problems.list().iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 6, 7]);
        assert!(problems.to_string().contains("stands on line 5 already"), "{problems}");
    }
}
