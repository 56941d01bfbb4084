//! `usage`: who still calls what. It reads the store beside the server that has it, and changes nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Args;

use crate::clients::Registry;
use crate::clock;
use crate::facade::load_config;
use crate::store::UsageQueries;
use crate::store::sqlite::Reading;
use crate::usage::{Called, DAYS, Report, Standing, first};

/// Show who still calls what, and who has fallen silent
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade usage --config facade.toml
  dfdg-facade usage --config facade.toml --json | jq '.clients[] | select(.called == [])'

It can be asked while the server runs; what was counted in the last few seconds is missing then. The admin page shows the
same. Calls whose certificate nobody has registered are in the journal alone.")]
pub(super) struct Usage {
    /// The settings, which name the store and the clients
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Usage {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let report = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(self.report())?;
        if self.json {
            say!("{}", serde_json::to_string_pretty(&report)?);
            return Ok(ExitCode::SUCCESS);
        }
        say!(
            "    {:<28} {:<44} {:<16} {:>7} {:>8} {:>9} {:>7}",
            "service",
            "operation",
            "last call",
            "today",
            "7 days",
            format!("{DAYS} days"),
            "faults"
        );
        report.clients.iter().for_each(show);
        Ok(ExitCode::SUCCESS)
    }

    async fn report(&self) -> anyhow::Result<Report> {
        let config = load_config(Some(&self.config))?;
        let registry = Registry::load(&config.catalogue.clients)?;
        let file = &config.store.file;
        let store =
            Reading::open(file).map_err(|error| anyhow!("{}: {error}\n    hint: {}", file.display(), error.hint()))?;
        let today = clock::in_denmark(clock::now()).date_naive();
        Ok(Report::new(today, &store.usage_since(first(today)).await?, &store.last_calls().await?, &registry))
    }
}

fn show(standing: &Standing) {
    let when = |moment| clock::in_denmark(moment).format("%Y-%m-%d %H:%M").to_string();
    let contact = standing.contact.as_deref().unwrap_or("not registered any more");
    let silence = standing.silence().map(|silence| format!(", {silence}")).unwrap_or_default();
    say!("{} ({contact}{silence})", standing.client);
    for Called { service, operation, last, today, week, month, faults } in &standing.called {
        let last = when(*last);
        say!("    {service:<28} {operation:<44} {last:<16} {today:>7} {week:>8} {month:>9} {faults:>7}");
    }
}
