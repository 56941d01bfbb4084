//! Python's zeep (tests/interop/zeep_client.py), generated twice: from `?wsdl` and from `?singleWsdl`.

use std::path::Path;

use anyhow::Result;

use super::Setup;
use super::stage::Stage;
use crate::command::{headline, run};

/// Against the demo.
pub(super) fn call(stage: &Stage<'_>) -> Result<()> {
    let results = ["wsdl", "singleWsdl"].map(|description| {
        headline(&format!("zeep, generated from ?{description}"));
        take(stage.setup, &stage.steps("zeep", description)?)
    });
    results.into_iter().collect()
}

/// Takes these steps.
pub(super) fn take(setup: &Setup<'_>, steps: &Path) -> Result<()> {
    run(setup.python.script(setup.workspace, "zeep_client.py").arg(steps))
}
