//! `serve`: run until told to stop.
#![allow(clippy::print_stderr, reason = "commands speak to people")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::facade::{self, Facade, load_config};
use crate::journal;

/// Run the facade
#[derive(Debug, Args)]
#[command(after_help = "Example:
  dfdg-facade serve --config facade.toml

SIGTERM or Ctrl-C stops it: calls under way are answered first. Contracts, mappings, clients,
certificates and revocation lists are followed while it runs; SIGHUP reads them at once and opens the
journal's file again. A bad file leaves the old state as it is.")]
pub(super) struct Serve {
    /// The settings; config/facade.example.toml is the smallest useful file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = load_config(Some(&self.config))?;
        let _journal = journal::init(&config)?;
        let facade = Facade::start(config)?;
        eprintln!("callers  https://{}\nadmin    http://{}", facade.callers(), facade.admin());
        if let Some(intake) = facade.intake() {
            eprintln!("intake   https://{intake}");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(until_stopped(&facade))?;
        eprintln!("stopping: no new calls; those under way are answered first");
        eprintln!("{}", runtime.block_on(facade.stop()));
        Ok(ExitCode::SUCCESS)
    }
}

/// Waits for the signal to stop; reloads at each SIGHUP.
pub(super) async fn until_stopped(facade: &Facade) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hangup.recv() => match facade.reload() {
                Ok(()) => tracing::info!("reloaded"),
                Err(error) => facade::not_taken("all that SIGHUP reads", &error),
            },
        }
    }
}
