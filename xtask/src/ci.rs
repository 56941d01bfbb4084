//! Everything CI runs besides `cargo test`.

use anyhow::Result;

use crate::command::{self, headline};
use crate::workspace::Workspace;
use crate::{interop, licences};

/// Stops at the first thing that fails.
fn cargo(workspace: &Workspace, title: &str, arguments: &[&str]) -> Result<()> {
    headline(title);
    command::run(workspace.cargo().args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Format, lints, documentation, licences, interop. Uses the debug binary that `cargo test` has built.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    cargo(workspace, "format", &["fmt", "--all", "--check"])?;
    let clippy = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    cargo(workspace, "lints", &clippy)?;
    cargo(workspace, "documentation", &["doc", "--locked", "--workspace", "--no-deps"])?;
    licences::check(workspace)?;
    interop::run(workspace, &interop::Options::for_ci())
}
