//! `explain`: what an operation reads, writes, drops and assumes; and the same of all as pages in Markdown.

mod element;
mod operation;
mod page;
mod picture;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use dfdg_mapping::{Evidence, PlanInfo};

use crate::catalogue::Catalogue;

/// Show what an operation reads, writes, drops and assumes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade explain BookingService CreateBooking
  dfdg-facade explain --markdown docs/services    a page for each service")]
pub(super) struct Explain {
    /// The old service
    #[arg(required_unless_present = "markdown")]
    service: Option<String>,
    /// Its operation
    #[arg(required_unless_present = "markdown")]
    operation: Option<String>,
    /// Write a page in Markdown for each service to this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "service")]
    markdown: Option<PathBuf>,
    /// A folder with contracts and mappings of your own
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let catalogue = Catalogue::load(self.folder.as_deref())?;
        let mapping = catalogue.mapping();
        if let Some(folder) = &self.markdown {
            return write_pages(mapping, folder);
        }
        let (service, operation) = (self.service.unwrap_or_default(), self.operation.unwrap_or_default());
        let plans = || mapping.plans().map(dfdg_mapping::Plan::info);
        let Some(info) = plans().find(|info| info.service == service && info.operation == operation) else {
            say!("there is no {service} {operation}; there are:");
            plans().for_each(|info| say!("  {} {}", info.service, info.operation));
            return Ok(ExitCode::FAILURE);
        };
        print(info);
        Ok(ExitCode::SUCCESS)
    }
}

fn write_pages(mapping: &dfdg_mapping::Catalogue, folder: &Path) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    for (name, page) in page::pages(mapping) {
        let file = folder.join(name);
        std::fs::write(&file, page).with_context(|| format!("{}: cannot be written", file.display()))?;
        say!("{}", file.display());
    }
    Ok(ExitCode::SUCCESS)
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
            "  {}: {} {} {} ({}{after})   {}",
            call.name,
            call.backend,
            call.method.as_str(),
            call.path,
            call.repeat.label(),
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
