//! A program that repeats its work as often as it is told on standard input, and answers with the nanoseconds it took.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::command::shown;

/// One that runs; it ends with us.
pub(super) struct Paced {
    name: String,
    child: Child,
    /// Taken away to end it.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Paced {
    /// Starts it.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let name = shown(command);
        println!("$ {name}");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        let output = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self { name, input: child.stdin.take(), child, output })
    }

    /// The nanoseconds for so many repetitions.
    pub(super) fn round(&mut self, repetitions: u32) -> Result<f64> {
        let input = self.input.as_mut().context("no standard input")?;
        writeln!(input, "{repetitions}").with_context(|| format!("{} has ended", self.name))?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        answer.trim().parse().with_context(|| format!("{} answers {answer:?} instead of a time", self.name))
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.input.take();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::Paced;

    #[test]
    fn a_program_is_asked_again_and_again() {
        let mut cat = Paced::start(&mut Command::new("cat")).unwrap();
        assert_eq!(cat.round(7).unwrap(), 7.0);
        assert_eq!(cat.round(8).unwrap(), 8.0);
    }

    #[test]
    fn one_that_ends_is_an_error() {
        assert!(Paced::start(&mut Command::new("true")).unwrap().round(7).is_err());
    }
}
