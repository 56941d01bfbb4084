//! The binary that is driven.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::run;
use crate::workspace::Workspace;

/// How it is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As users get it.
    Release,
    /// As `cargo test` has left it, so that CI builds once.
    Debug,
}

/// A built `dfdg-facade`.
pub(crate) struct Binary {
    path: PathBuf,
}

impl Binary {
    /// Builds it, if it is not built.
    pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Self> {
        let mut cargo = workspace.cargo();
        // the whole workspace, as for `cargo test --workspace`: the same features, so that nothing is built twice
        cargo.args(["build", "--locked", "--workspace", "--bin", "dfdg-facade"]);
        let folder = match profile {
            Profile::Release => {
                cargo.arg("--release");
                "release"
            }
            Profile::Debug => "debug",
        };
        run(&mut cargo)?;
        Ok(Self { path: workspace.target.join(folder).join("dfdg-facade") })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// A command that starts it.
    pub(crate) fn command(&self) -> Command {
        Command::new(&self.path)
    }
}
