//! Licences, bans and sources of all packages, by cargo-deny.

use std::process::Command;

use anyhow::Result;

use crate::command::{headline, run};
use crate::needs::cargo_tool;
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";

/// Checks the tree against deny.toml.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    headline("licences, bans, sources");
    let tool = cargo_tool(workspace, "cargo-deny", VERSION)?;
    let mut command = Command::new(tool);
    // started directly it takes the place of cargo, hence its own name once more
    command.args(["deny", "--locked", "--log-level", "error", "check", "licenses", "bans", "sources"]);
    run(command.current_dir(&workspace.root))
}
