//! Everything CI runs besides `cargo test`.

use anyhow::Result;

use crate::command::{self, headline};
use crate::workspace::Workspace;
use crate::{fuzz, interop, licences};

/// Stops at the first thing that fails.
fn cargo(workspace: &Workspace, title: &str, arguments: &[&str]) -> Result<()> {
    headline(title);
    command::run(workspace.cargo().args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Format, lints, documentation, licences, fuzzing, interop. Uses the debug binary that `cargo test` has built.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    cargo(workspace, "format", &["fmt", "--all", "--check"])?;
    cargo(workspace, "format of the fuzz targets", &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])?;
    let clippy = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    cargo(workspace, "lints", &clippy)?;
    cargo(workspace, "documentation", &["doc", "--locked", "--workspace", "--no-deps"])?;
    licences::check(workspace)?;
    fuzz::fuzz(workspace, &fuzz::Options::for_ci())?;
    interop::run(workspace, &interop::Options::for_ci())
}
