//! `contract show`: what a WSDL offers. `contract validate`: messages against it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use dfdg_contract::soap::{self, Envelope, EnvelopeError};
use dfdg_contract::xml::{self, Limits};
use dfdg_contract::{ElementId, Folder, Schema};

/// Read a WSDL
#[derive(Debug, Args)]
pub(super) struct Contract {
    #[command(subcommand)]
    command: ContractCommand,
}

#[derive(Debug, Subcommand)]
enum ContractCommand {
    /// Operations, addresses, header blocks, faults and types of any WSDL within the profile
    #[command(after_help = "Example:\n  dfdg-facade contract show wsdl/BookingService.wsdl")]
    Show {
        /// The WSDL; schemas it imports are found relative to it
        file: PathBuf,
    },
    /// Check messages, in their envelope or bare, against a WSDL: one line for each
    #[command(after_help = "Example:\n  dfdg-facade contract validate wsdl/BookingService.wsdl request.xml")]
    Validate {
        /// The WSDL
        file: PathBuf,
        /// The messages
        #[arg(required = true)]
        messages: Vec<PathBuf>,
    },
}

impl Contract {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            ContractCommand::Show { file } => show(&file),
            ContractCommand::Validate { file, messages } => validate(&file, &messages),
        }
    }
}

/// Loads a WSDL by its path; schemas beside or above it are found.
fn load(file: &Path) -> anyhow::Result<dfdg_contract::Contract> {
    let file = file.canonicalize().with_context(|| format!("{}: cannot be read", file.display()))?;
    let relative = file.strip_prefix("/").unwrap_or(&file).to_string_lossy().into_owned();
    dfdg_contract::Contract::load(&Folder("/".into()), &relative).map_err(|problems| anyhow::anyhow!("{problems}"))
}

fn show(file: &Path) -> anyhow::Result<ExitCode> {
    let contract = load(file)?;
    let schema = contract.schema();
    say!(
        "service    {}\nnamespace  {}\naddress    {}",
        contract.name(),
        contract.target_namespace(),
        contract.address()
    );
    for operation in contract.operations() {
        say!("\noperation  {}\n  SOAPAction  {:?}", operation.name, operation.action);
        for block in &operation.headers {
            say!("  header      {}", block.name);
        }
        for fault in &operation.faults {
            say!("  fault       {}", schema.element(*fault).name.local);
        }
        for (label, root) in [("request", operation.request), ("reply", operation.reply)] {
            say!("  {label:<11} {}", schema.element(root).name.local);
            let mut tree = String::new();
            write_tree(schema, root, 2, &mut Vec::new(), &mut tree);
            say!("{}", tree.trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The children of an element, indented, with how often each may come and its type.
fn write_tree(schema: &Schema, element: ElementId, depth: usize, above: &mut Vec<ElementId>, out: &mut String) {
    above.push(element);
    for child in schema.children(element) {
        let name = &schema.element(child.element).name.local;
        let most = child.max.map_or_else(|| "*".to_owned(), |max| max.to_string());
        let indent = "  ".repeat(depth + 1);
        let kind = schema.text_type(child.element).map(|ty| format!("{:?}", ty.primitive())).unwrap_or_default();
        let _ = writeln!(out, "{indent}{name}  {}..{most}  {kind}", child.min);
        if !above.contains(&child.element) {
            write_tree(schema, child.element, depth + 1, above, out);
        }
    }
    above.pop();
}

fn validate(file: &Path, messages: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let contract = load(file)?;
    let mut all_good = true;
    for path in messages {
        let bytes = std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        let verdict = match xml::decode(&bytes, None) {
            Ok(text) => read(&contract, &text).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        all_good &= verdict.is_ok();
        match verdict {
            Ok(()) => say!("{}: ok", path.display()),
            Err(reason) => say!("{}: invalid: {reason}", path.display()),
        }
    }
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A request in its envelope, or one bare element.
fn read(contract: &dfdg_contract::Contract, text: &str) -> Result<(), EnvelopeError> {
    match Envelope::open(contract, text, Limits::default()) {
        Err(EnvelopeError::NotAnEnvelope(_)) => soap::read_bare(contract.schema(), text, Limits::default()).map(|_| ()),
        Err(error) => Err(error),
        Ok(envelope) => {
            envelope.require_headers()?;
            envelope.message().map(|_| ())
        }
    }
}
