//! The same documents before libxml2 and before the facade (tests/interop/oracle.py).

use anyhow::Result;

use super::Bench;
use crate::command::{headline, run};

/// Fails on a verdict that differs and is not listed.
pub(super) fn compare(bench: &Bench<'_>) -> Result<()> {
    headline("oracle: libxml2");
    let mut command = bench.python.script(bench.workspace, "oracle.py");
    command.arg("--binary").arg(bench.binary.path()).arg("--root").arg(&bench.workspace.root);
    run(command.arg("--work").arg(bench.workspace.target.join("interop/documents")))
}
