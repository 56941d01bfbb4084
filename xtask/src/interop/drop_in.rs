//! Contracts with other namespaces, path and SOAPActions are dropped in, no mapping is edited, and the client that is
//! generated from them takes the same steps.

use anyhow::{Context, Result};

use super::stage::Stage;
use super::zeep;
use crate::command::{headline, run};
use crate::facade::Another;

const PATH: &str = "/DropIn/7/Bookings.svc";

/// A second facade beside the demo, with the demo's PKI, clients and simulator.
pub(super) fn call(stage: &Stage<'_>) -> Result<()> {
    headline("zeep on drop-in contracts: other namespaces, path and SOAPActions");
    let setup = stage.setup;
    let folder = setup.folder().join("drop-in");
    let mut script = setup.python.script(setup.workspace, "drop_in.py");
    run(script.arg("--root").arg(&setup.workspace.root).arg("--to").arg(&folder).args(["--path", PATH]))?;
    let folder = folder.to_str().context("the target directory is not UTF-8")?;
    let settings = [("CATALOGUE__FOLDER", folder)];
    let facade = Another::start(&setup.binary, &stage.demo, &setup.folder().join("drop-in.log"), &settings)?;
    zeep::take(setup, &stage.steps_at(&facade, PATH)?)
}
