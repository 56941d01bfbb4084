//! Contracts with other namespaces, path and SOAPActions are dropped in, no mapping is edited, and the client that is
//! generated from them gets the same answers.

use anyhow::{Context, Result};

use super::{Bench, zeep};
use crate::command::{headline, run};
use crate::facade::{Another, Demo};

const PATH: &str = "/DropIn/7/Bookings.svc";

/// A second facade beside the demo, with the demo's PKI, clients and simulator.
pub(super) fn call(bench: &Bench<'_>, demo: &Demo) -> Result<()> {
    headline("drop-in: other namespaces, path and SOAPActions");
    let work = bench.workspace.target.join("interop");
    let folder = work.join("drop-in");
    let mut script = bench.python.script(bench.workspace, "drop_in.py");
    run(script.arg("--root").arg(&bench.workspace.root).arg("--to").arg(&folder).args(["--path", PATH]))?;
    let folder = folder.to_str().context("the target directory is not UTF-8")?;
    let settings = [("CATALOGUE__FOLDER", folder)];
    let facade = Another::start(&bench.binary, demo, &work.join("drop-in.log"), &settings)?;
    zeep::call(bench, demo, &format!("{}{PATH}", facade.callers_url))
}
