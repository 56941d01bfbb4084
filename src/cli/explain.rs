//! `explain`: what an operation reads, writes, drops and assumes.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use dfdg_mapping::{Evidence, PlanInfo};

use crate::catalogue::{Catalogue, CatalogueFiles};

/// Show what an operation reads, writes, drops and assumes
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  dfdg-facade explain BookingService CreateBooking")]
pub(super) struct Explain {
    /// The old service
    service: String,
    /// Its operation
    operation: String,
    /// A folder with contracts and mappings of your own
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let catalogue = Catalogue::compile(&CatalogueFiles::new(self.folder.as_deref()))?;
        let plans = || catalogue.mapping().plans().map(dfdg_mapping::Plan::info);
        let wanted = |info: &&PlanInfo| info.service == self.service && info.operation == self.operation;
        let Some(info) = plans().find(wanted) else {
            say!("there is no {} {}; there are:", self.service, self.operation);
            plans().for_each(|info| say!("  {} {}", info.service, info.operation));
            return Ok(ExitCode::FAILURE);
        };
        print(info);
        Ok(ExitCode::SUCCESS)
    }
}

fn print(info: &PlanInfo) {
    say!("{} {}   {}   {}", info.service, info.operation, info.file, info.evidence);
    heading("refuses", &info.rules);
    for rule in &info.rules {
        say!("  {}   when {}   {}", rule.fault, rule.when, rule.evidence);
    }
    heading("calls", &info.calls);
    for call in &info.calls {
        let after = if call.after.is_empty() { String::new() } else { format!(", after {}", call.after.join(", ")) };
        say!(
            "  {}: {} {} {} ({:?}{after})   {}",
            call.name,
            call.backend,
            call.method.as_str(),
            call.path,
            call.repeat,
            call.evidence
        );
    }
    heading("writes", &info.lines);
    for line in &info.lines {
        let how =
            if line.conversions.is_empty() { String::new() } else { format!("   via {}", line.conversions.join(", ")) };
        say!("  {:<40} <- {}{how}   {}", line.target, line.source, line.evidence);
    }
    for (title, left) in [("drops", &info.drops), ("does not read", &info.ignores)] {
        heading(title, left);
        left.iter().for_each(|left| say!("  {:<40} {}", left.what, left.reason));
    }
    let assumed = info.marks().filter(|(.., mark)| matches!(mark, Evidence::Assumed(_))).count();
    let faults: Vec<String> = info.faults.iter().map(ToString::to_string).collect();
    say!("\nfaults of its own: {}\nassumed: {assumed} lines", faults.join(", "));
}

fn heading<T>(title: &str, items: &[T]) {
    if !items.is_empty() {
        say!("\n{title}");
    }
}
