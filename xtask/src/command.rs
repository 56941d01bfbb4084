//! Running other programs: each is printed before it runs, and its failure is an error that names it.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Runs it to its end, with our own standard streams.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("starting {}", shown(command)))?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs it to its end; what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {}", shown(command)))?;
    ensure!(done.status.success(), "{} ended with {}", shown(command), done.status);
    String::from_utf8(done.stdout).with_context(|| format!("reading the output of {}", shown(command)))
}

/// Whether it can be started and ends well; says nothing.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// As one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Prints what comes next.
pub(crate) fn headline(text: &str) {
    println!("\n--- {text}");
}
