//! PHP's ext-soap (tests/interop/php), generated from `?wsdl`.

use std::process::Command;

use anyhow::Result;

use super::stage::Stage;
use crate::command::{headline, run};
use crate::needs::{or_skip, php};

/// Against the demo.
pub(super) fn call(stage: &Stage<'_>) -> Result<()> {
    headline("PHP's ext-soap");
    let Some(()) = or_skip("php", php())? else { return Ok(()) };
    let script = stage.setup.workspace.root.join("tests/interop/php/client.php");
    run(Command::new("php").arg(script).arg(stage.steps("php", "wsdl")?))
}
