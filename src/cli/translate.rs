//! `translate`: what a request becomes, without sending anything.

use std::collections::BTreeMap;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Args;
use dfdg_mapping::{Answer, Effect};

use crate::catalogue::{Catalogue, Served, settings_of};
use crate::clock;
use crate::fault;
use crate::offline::{self, End, Given, Outcome};

/// Show, without sending anything, what a request becomes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade translate BookingService CreateBooking < request.xml
  dfdg-facade translate BookingService CreateBooking --answer answer.json < request.xml
  dfdg-facade translate BookingService GetBookings --organisation 8:10100 < request.xml
  dfdg-facade translate JobAdService AddJob --organisation 24:12345678 < request.xml
  dfdg-facade translate BookingService CreateBooking --setting digital-meeting-link=https://example.dk < request.xml

With --answer the SOAP reply is shown too: give the file of each answer in the order of the calls. What the facade
answers itself, such as the number of a job advert, needs none.
A first line such as `404` sets its status; without one it is 200.")]
pub(super) struct Translate {
    /// The old service
    service: String,
    /// Its operation
    operation: String,
    /// A backend's answer, once for each call
    #[arg(long, value_name = "FILE")]
    answer: Vec<PathBuf>,
    /// The organisation called for, where the contract has no header block that names it
    #[arg(long, value_name = "TYPE:CODE", value_parser = organisation)]
    organisation: Option<(u32, String)>,
    /// A setting of the calling organisation
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    setting: Vec<(String, String)>,
    /// A folder with contracts and mappings of your own
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The settings of an organisation by name.
type Settings = BTreeMap<String, String>;

/// A value most settings may have; see [`Translate::missing_setting`].
const STAND_IN: &str = "https://example.invalid/";

fn organisation(text: &str) -> Result<(u32, String), String> {
    let wrong = || "write it TYPE:CODE, such as 8:10100".to_owned();
    let (kind, code) = text.split_once(':').filter(|(_, code)| !code.is_empty()).ok_or_else(wrong)?;
    Ok((kind.parse().map_err(|_| wrong())?, code.to_owned()))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Translate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let catalogue = Catalogue::load(self.folder.as_deref())?;
        let served = catalogue.named(&self.service).ok_or_else(|| anyhow!("there is no service {}", self.service))?;
        if served.service.contract.operation(&self.operation).is_none() {
            return Err(anyhow!("{} has no operation {}", self.service, self.operation));
        }
        let mut bytes = Vec::new();
        stdin().read_to_end(&mut bytes)?;
        let answers: Vec<Answer> = self.answer.iter().map(|file| read_answer(file)).collect::<Result<_, _>>()?;
        let settings: Settings = self.setting.iter().cloned().collect();
        let inside = |effect: &Effect| made_up(&catalogue, effect);
        let given = Given {
            now: clock::in_denmark(clock::now()),
            request_id: clock::new_id(),
            organisation: self.organisation.as_ref().map(|(kind, code)| (*kind, code.as_str())),
            settings: &settings,
            new_guid: &clock::new_id,
            answers: &answers,
            inside: &inside,
        };
        let outcome = offline::run(served, &bytes, &given);
        match outcome.operation {
            Some(asked) if asked.name != self.operation => return Err(anyhow!("the request is for {}", asked.name)),
            _ => {}
        }
        let code = show(&outcome, &catalogue);
        if let Some(name) = missing_setting(served, &bytes, &given, &outcome) {
            say!("    hint: the organisation has no setting {name}; give it with --setting {name}=VALUE");
        }
        Ok(code)
    }
}

/// The setting that was not given and without which the request ends in this fault: with it, it would not.
fn missing_setting<'c>(served: Served<'c>, bytes: &[u8], given: &Given<'_>, outcome: &Outcome<'c>) -> Option<&'c str> {
    let End::Fault(fault) = &outcome.end else { return None };
    let plan = served.plan(outcome.operation?).ok()?;
    settings_of(plan).filter(|name| !given.settings.contains_key(*name)).find(|name| {
        let mut more = given.settings.clone();
        more.insert((*name).to_owned(), STAND_IN.to_owned());
        let end = offline::run(served, bytes, &Given { settings: &more, ..*given }).end;
        !matches!(end, End::Fault(other) if other.to_string() == fault.to_string())
    })
}

/// What the facade would answer itself, with an id nobody has.
fn made_up(catalogue: &Catalogue, effect: &Effect) -> Option<Answer> {
    const NUMBER: i32 = 1_000_000_000;
    is_inside(catalogue, effect).then(|| {
        let number = effect.path.rsplit('/').next().and_then(|last| last.parse().ok()).unwrap_or(NUMBER);
        let body = format!("{{\"number\":{number},\"uuid\":\"{}\"}}", clock::new_id()).into_bytes();
        Answer { status: 200, body, ..Answer::default() }
    })
}

fn is_inside(catalogue: &Catalogue, effect: &Effect) -> bool {
    catalogue.mapping().backends.get(effect.backend).is_some_and(|backend| backend.inside)
}

fn show(outcome: &Outcome<'_>, catalogue: &Catalogue) -> ExitCode {
    for (number, effect) in (1..).zip(&outcome.calls) {
        print(effect, number, is_inside(catalogue, effect));
    }
    match &outcome.end {
        End::Unanswered => ExitCode::SUCCESS,
        End::Reply(reply) => {
            say!("\n{reply}");
            ExitCode::SUCCESS
        }
        End::Fault(error) => {
            let told = fault::tell(error, &catalogue.mapping().faults);
            let number = told.number.map(|number| format!(" {number}")).unwrap_or_default();
            say!("fault {}{number}: {}", told.code.name(), told.text);
            if told.number == Some(i64::from(fault::INTERNAL)) {
                say!("    because: {error}"); // a caller is not told what is wrong inside
            }
            ExitCode::FAILURE
        }
    }
}

fn print(effect: &Effect, number: u32, inside: bool) {
    if inside {
        say!(
            "{} {}\n    answered by the facade itself, out of its store; here by made-up ids\n",
            effect.method.as_str(),
            effect.path
        );
        return;
    }
    say!("{} {}\nx-requestId: {{request-id}}.{number}", effect.method.as_str(), effect.path);
    for (name, value) in &effect.headers {
        say!("{name}: {value}");
    }
    if let Some(body) = &effect.body {
        say!("\n{}", String::from_utf8_lossy(body));
    }
}

/// An answer from a file: JSON, with the status on a line of its own before it where it is not 200.
fn read_answer(file: &Path) -> anyhow::Result<Answer> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let (status, body) = match first.trim().parse() {
        Ok(status) => (status, rest.trim()),
        Err(_) => (200, text.trim()),
    };
    Ok(Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() })
}
