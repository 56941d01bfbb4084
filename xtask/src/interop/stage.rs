//! Where the foreign clients play: the demo, and a facade apart from it with few rights and no backend. What they do
//! there is tests/interop/steps.json.

use std::path::PathBuf;

use anyhow::Result;

use super::Setup;
use crate::command::run;
use crate::facade::{Another, Demo};

/// A privileged port that nothing listens on.
const NOBODY: &str = "https://127.0.0.1:1";

/// Both facades.
pub(super) struct Stage<'a> {
    pub(super) setup: &'a Setup<'a>,
    pub(super) demo: Demo,
    apart: Another,
}

impl<'a> Stage<'a> {
    /// Starts the facade apart.
    pub(super) fn set(setup: &'a Setup<'a>, demo: Demo) -> Result<Self> {
        let clients = setup.workspace.root.join("tests/interop/clients.toml");
        let settings = [("CATALOGUE__CLIENTS", &*clients.to_string_lossy()), ("BACKENDS__KONTAKTFORLOEB__URL", NOBODY)];
        let apart = Another::start(&setup.binary, &demo, &setup.folder().join("apart.log"), &settings)?;
        Ok(Self { setup, demo, apart })
    }

    /// The steps on both facades; the client is to be generated from this description, `wsdl` or `singleWsdl`.
    pub(super) fn steps(&self, client: &str, description: &str) -> Result<PathBuf> {
        self.prepare(client, client, &["--description", description, "--apart", &self.apart.callers_url])
    }

    /// zeep's steps on another facade, which serves BookingService at this path.
    pub(super) fn steps_at(&self, facade: &Another, path: &str) -> Result<PathBuf> {
        self.prepare(
            "drop-in",
            "zeep",
            &["--callers", &facade.callers_url, "--path", &format!("BookingService={path}")],
        )
    }

    fn prepare(&self, name: &str, client: &str, arguments: &[&str]) -> Result<PathBuf> {
        let file = self.setup.folder().join(format!("{name}.json"));
        let mut script = self.setup.python.script(self.setup.workspace, "steps.py");
        script
            .arg("--demo")
            .arg(self.demo.folder.join("demo.json"))
            .arg("--to")
            .arg(&file)
            .args(["--client", client])
            .args(arguments);
        run(&mut script)?;
        Ok(file)
    }
}
