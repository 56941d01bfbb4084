//! `queue`: what the store holds of what publishers pushed. It reads the file beside the server that has it, and
//! changes nothing.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};

use crate::facade::load_config;
use crate::store::sqlite::Reading;
use crate::store::{Contents, Count, PushId, PushQueries, Stored};

/// What is kept of the messages publishers pushed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade queue list --config facade.toml
  dfdg-facade queue show 17 --config facade.toml")]
pub(super) struct Queue {
    #[command(subcommand)]
    command: QueueCommand,
}

#[derive(Debug, Subcommand)]
enum QueueCommand {
    /// How many pushes there are of each recipient, type of entity and state
    List(List),
    /// One push: for whom it is and what it says, its body only with --body
    Show(Show),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  dfdg-facade queue list --config facade.toml

It can be asked while the server runs. Times are UTC.")]
struct List {
    /// The settings, which name the store
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade queue show 17 --config facade.toml
  dfdg-facade queue show 17 --config facade.toml --body | jq .

The body may name a citizen; without --body nobody's number is shown. Exit code 1: there is no such push.")]
struct Show {
    /// The number of the push, as in its answer and in the journal
    id: i64,
    /// The settings, which name the store
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Write the body as it came, and nothing else
    #[arg(long)]
    body: bool,
}

impl Queue {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            match self.command {
                QueueCommand::List(list) => list.run().await,
                QueueCommand::Show(show) => show.run().await,
            }
        })
    }
}

fn open(config: &Path) -> anyhow::Result<Reading> {
    let file = load_config(Some(config))?.store.file;
    Reading::open(&file).map_err(|error| anyhow!("{}: {error}\n    hint: {}", file.display(), error.hint()))
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let counts = open(&self.config)?.counts().await?;
        say!("{:<12} {:<8} {:<9} {:>8}  {:<19}  newest", "recipient", "entity", "state", "pushes", "oldest");
        for count in &counts {
            say!("{}", line(count));
        }
        say!("{} in all", counts.iter().map(|count| count.pushes).sum::<u64>());
        Ok(ExitCode::SUCCESS)
    }
}

fn line(count: &Count) -> String {
    let Count { recipient, entity_type, state, pushes, oldest, newest } = count;
    let entity = entity_type.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let (recipient, state) = (recipient.to_string(), state.label());
    let [oldest, newest] = [oldest, newest].map(|time| time.format("%Y-%m-%d %H:%M:%S"));
    format!("{recipient:<12} {entity:<8} {state:<9} {pushes:>8}  {oldest}  {newest}")
}

impl Show {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let Some(stored) = open(&self.config)?.push(PushId(self.id)).await? else {
            return Err(anyhow!("there is no push {}; `queue list` counts those there are", self.id));
        };
        match self.body {
            true => stdout().lock().write_all(&stored.push.body.0).context("the body cannot be written")?,
            false => say!("{}", describe(&stored)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything but the citizen and the body.
fn describe(Stored { id, state, push }: &Stored) -> String {
    let mut text = format!(
        "push          {id}\nstate         {}\nrecipient     {}\nreceived      {}\npublisher     cvr {}, uuid {}\nbody          {} bytes",
        state.label(),
        push.recipient,
        push.received_at,
        push.cvr,
        push.uuid,
        push.body.0.len()
    );
    match &push.contents {
        Contents::Parked(because) => text.push_str(&format!("\nparked        {because}")),
        Contents::Understood(notice) => {
            let none = "none";
            let citizen = if notice.citizen.is_some() { "yes; --body shows it" } else { none };
            text.push_str(&format!(
                "\nmessage id    {}\nentity        {} {}\nversion       {}\nchange        {}\ncitizen       {citizen}",
                notice.message_id.as_deref().unwrap_or(none),
                notice.entity_type,
                notice.entity_id,
                notice.version.as_deref().unwrap_or(none),
                notice.change.label(),
            ));
        }
    }
    text
}
