//! gSOAP (tests/interop/gsoap), generated from `?wsdl` and compiled.

use std::process::Command;

use anyhow::Result;

use super::stage::Stage;
use crate::command::{headline, run};
use crate::needs::{gsoap, or_skip};

/// Against the demo.
pub(super) fn call(stage: &Stage<'_>) -> Result<()> {
    headline("gSOAP");
    let Some(()) = or_skip("gsoap", gsoap())? else { return Ok(()) };
    let folder = stage.setup.folder().join("gsoap");
    std::fs::create_dir_all(&folder)?;
    let mut build = Command::new(stage.setup.workspace.root.join("tests/interop/gsoap/build.sh"));
    build.arg(&folder);
    for service in ["BookingService", "PersonRegistrationService"] {
        build.arg(format!("{}?wsdl", stage.demo.service(service)?));
    }
    run(&mut build)?;
    run(Command::new(folder.join("client")).current_dir(&folder).arg(stage.steps("gsoap", "wsdl")?))
}
