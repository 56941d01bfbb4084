//! The same documents before libxml2 and before the facade (tests/interop/oracle.py).

use anyhow::Result;

use super::Setup;
use crate::command::{headline, run};

/// Fails on a verdict that differs and is not listed.
pub(super) fn compare(setup: &Setup<'_>) -> Result<()> {
    headline("oracle: libxml2");
    let mut command = setup.python.script(setup.workspace, "oracle.py");
    command.arg("--binary").arg(setup.binary.path()).arg("--root").arg(&setup.workspace.root);
    run(command.arg("--work").arg(setup.workspace.target.join("interop/documents")))
}
