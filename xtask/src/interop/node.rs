//! Node's `soap` (tests/interop/node), generated from `?wsdl`.

use anyhow::Result;

use super::stage::Stage;
use crate::command::{headline, run};
use crate::needs::{Node, or_skip};

/// Against the demo.
pub(super) fn call(stage: &Stage<'_>) -> Result<()> {
    headline("Node's soap");
    let Some(node) = or_skip("node", Node::install(stage.setup.workspace))? else { return Ok(()) };
    run(node.script().arg(stage.steps("node", "wsdl")?))
}
