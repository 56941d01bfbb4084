//! The client of tests/interop/zeep_client.py, generated twice: from `?wsdl` and from `?singleWsdl`.

use anyhow::Result;

use super::Setup;
use crate::command::{headline, run};
use crate::facade::Demo;

/// Against the demo.
pub(super) fn call_demo(setup: &Setup<'_>, demo: &Demo) -> Result<()> {
    call(setup, demo, demo.service("BookingService")?)
}

/// Against BookingService at this address.
pub(super) fn call(setup: &Setup<'_>, demo: &Demo, url: &str) -> Result<()> {
    let results = ["wsdl", "singleWsdl"].map(|description| call_with(setup, demo, url, description));
    results.into_iter().collect()
}

fn call_with(setup: &Setup<'_>, demo: &Demo, url: &str, description: &str) -> Result<()> {
    headline(&format!("zeep, generated from {url}?{description}"));
    let mut command = setup.python.script(setup.workspace, "zeep_client.py");
    command.args(["--url", url, "--description", description]);
    command.args([
        "--ca",
        demo.fact("ca_file")?,
        "--cert",
        demo.fact("client_cert")?,
        "--key",
        demo.fact("client_key")?,
    ]);
    run(&mut command)
}
