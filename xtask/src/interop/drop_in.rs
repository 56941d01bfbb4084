//! Contracts with other namespaces, path and SOAPActions are dropped in, no mapping is edited, and the client that is
//! generated from them gets the same answers.

use anyhow::{Context, Result};

use super::{Setup, zeep};
use crate::command::{headline, run};
use crate::facade::{Another, Demo};

const PATH: &str = "/DropIn/7/Bookings.svc";

/// A second facade beside the demo, with the demo's PKI, clients and simulator.
pub(super) fn call(setup: &Setup<'_>, demo: &Demo) -> Result<()> {
    headline("drop-in: other namespaces, path and SOAPActions");
    let work = setup.workspace.target.join("interop");
    let folder = work.join("drop-in");
    let mut script = setup.python.script(setup.workspace, "drop_in.py");
    run(script.arg("--root").arg(&setup.workspace.root).arg("--to").arg(&folder).args(["--path", PATH]))?;
    let folder = folder.to_str().context("the target directory is not UTF-8")?;
    let settings = [("CATALOGUE__FOLDER", folder)];
    let facade = Another::start(&setup.binary, demo, &work.join("drop-in.log"), &settings)?;
    zeep::call(setup, demo, &format!("{}{PATH}", facade.callers_url))
}
