//! Licences, bans and sources of all packages, by cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{headline, output, run};
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";

/// Checks the tree against deny.toml.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    headline("licences, bans, sources");
    let tool = cargo_deny(workspace)?;
    let mut command = Command::new(tool);
    // started directly it takes the place of cargo, hence its own name once more
    command.args(["deny", "--locked", "--log-level", "error", "check", "licenses", "bans", "sources"]);
    run(command.current_dir(&workspace.root))
}

/// The tool, installed below the target directory if it is not there.
fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("tools");
    let tool = folder.join("bin/cargo-deny");
    let installed = tool.exists() && output(Command::new(&tool).arg("--version"))?.trim().ends_with(VERSION);
    if !installed {
        let mut install = workspace.cargo();
        install.args(["install", "--locked", "cargo-deny", "--version", VERSION, "--root"]).arg(folder);
        run(&mut install)?;
    }
    Ok(tool)
}
