//! Whole calls over mutual TLS, side by side with nginx as a plain reverse proxy in front of the same backend; in
//! [`reading`], the part of a call that reads the request, beside libxml2.
//!
//! Single figures of one machine are worth little; the ratio of two that were taken one after the other is. So the
//! rounds take turns, and what counts is the median of the ratios.

mod handshakes;
mod load;
mod nginx;
mod paced;
mod process;
pub(crate) mod reading;
mod report;
mod statistics;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::Profile;
use crate::binary::Binary;
use crate::command::headline;
use crate::facade::{Another, Demo};
use crate::needs::debian_program;
use crate::ports;
use crate::workspace::Workspace;
use load::{Load, Round};
use nginx::{Answers, Hop, Nginx};
use process::Usage;

pub(crate) use handshakes::handshakes;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// Rounds of each
    #[arg(long, default_value_t = 10)]
    rounds: u32,
    /// Seconds for each round
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Connections that are kept open, each with one call at a time
    #[arg(long, default_value_t = 16)]
    connections: u32,
}

/// Whole calls.
#[derive(Args)]
pub(crate) struct Throughput {
    #[command(flatten)]
    options: Options,
    /// How the backend is reached
    #[arg(long, value_enum, default_value_t = Hop::Tls)]
    backend: Hop,
    /// The call: a scenario with one answer, or with those of a read and a write, as an update has
    #[arg(long, default_value = "booking/get_two")]
    scenario: String,
    /// The service it is of
    #[arg(long, default_value = "BookingService")]
    service: String,
}

/// What is loaded: its name, address and processes.
struct Arm {
    name: &'static str,
    url: String,
    process: u32,
}

/// One round of one arm.
struct Sample {
    round: Round,
    /// Processor time of the arm for one call, in microseconds.
    cpu: f64,
}

/// Both arms in turns, then the table.
pub(crate) fn throughput(workspace: &Workspace, asked: &Throughput) -> Result<()> {
    headline("throughput");
    debian_program("nginx", "nginx-light")?;
    debian_program("ab", "apache2-utils")?;
    let binary = Binary::build(workspace, Profile::Release)?;
    let work = workspace.target.join("bench");
    std::fs::create_dir_all(&work)?;
    let (demo, _demo) = Demo::start(&binary, &work.join("demo"))?;
    let scenario = workspace.root.join("tests/scenarios").join(&asked.scenario);
    let answers = answers(&scenario)?;
    let requests = requests(&scenario, &work, if answers.read.is_some() { asked.options.connections } else { 1 })?;
    let path = demo.service(&asked.service)?.splitn(4, '/').last().unwrap_or_default().to_owned();
    Site { binary, demo, requests, answers, path, work }.measure(&asked.options, asked.backend)
}

/// What a handshake is followed by.
const REQUEST: &str = "tests/scenarios/booking/get_two/request.xml";
const PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";

/// The bodies the backend answers with.
fn answers(scenario: &Path) -> Result<Answers> {
    let file = scenario.join("answer.http");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let body = |answer: &str| {
        let (_, json) = answer.split_once("\n\n").with_context(|| format!("{} lacks a body", file.display()))?;
        Ok::<_, anyhow::Error>(serde_json::from_str::<serde_json::Value>(json)?.to_string())
    };
    let mut bodies = text.split("\n###\n").map(body).collect::<Result<Vec<_>>>()?;
    ensure!(bodies.len() <= 2, "{} has more answers than a read's and a write's", file.display());
    let last = bodies.pop().unwrap_or_default();
    Ok(Answers { read: bodies.pop(), last })
}

/// The request, in as many forms as shall not wait for each other: updates of one booking take turns, so each form is about
/// a booking of its own.
fn requests(scenario: &Path, work: &Path, forms: u32) -> Result<Vec<PathBuf>> {
    let request = scenario.join("request.xml");
    if forms == 1 {
        return Ok(vec![request]);
    }
    let text = std::fs::read_to_string(&request)?;
    let (before, rest) = text.split_once("<BookingIdentifier>").context("the request names no booking")?;
    let (_, after) = rest.split_once('<').context("the request breaks off")?;
    let form = |number| {
        let file = work.join(format!("request-{number}.xml"));
        let text = format!("{before}<BookingIdentifier>3f2504e0-4f89-41d3-9a0c-{number:012}<{after}");
        std::fs::write(&file, text).map(|()| file).context("writing a request")
    };
    (0..forms).map(form).collect()
}

struct Site {
    binary: Binary,
    demo: Demo,
    requests: Vec<PathBuf>,
    answers: Answers,
    path: String,
    work: PathBuf,
}

impl Site {
    fn measure(&self, options: &Options, hop: Hop) -> Result<()> {
        let port = ports::free_block(2)?;
        let backend = Nginx::backend(&self.work, port, &self.answers, &self.demo, hop)?;
        let reads = self.answers.read.is_some();
        let proxy = Nginx::proxy(&self.work, port + 1, &backend.url, &self.demo, reads)?;
        let journal = self.work.join("journal.log");
        let settings = [
            ("BACKENDS__KONTAKTFORLOEB__URL", backend.url.as_str()),
            ("JOURNAL__FILE", journal.to_str().context("the target directory is not UTF-8")?),
        ];
        let facade = Another::start(&self.binary, &self.demo, &self.work.join("facade.log"), &settings)?;
        let arms = [
            Arm { name: "nginx, plain proxy", url: self.url(&proxy.url), process: proxy.process.id() },
            Arm { name: "facade", url: self.url(&facade.callers_url), process: facade.process.id() },
        ];
        let load = Load::new(&self.work, &self.demo, self.requests.clone(), options)?;
        let [json, xml] = [load.answer_length(&arms[0].url)?, load.answer_length(&arms[1].url)?];
        ensure!(xml > json, "{xml} bytes from the facade cannot hold what the backend says in {json}");
        let samples = rounds(&arms, &load, options.rounds)?;
        let memory = [Usage::of(arms[0].process)?.resident, Usage::of(arms[1].process)?.resident];
        report::print(&arms, &samples, memory, (&machine()?, hop), options);
        report::judge(&samples[0])
    }

    fn url(&self, base: &str) -> String {
        format!("{base}/{}", self.path)
    }
}

/// The samples of each arm. Who begins changes from round to round; a short round of each before does not count.
fn rounds(arms: &[Arm; 2], load: &Load, count: u32) -> Result<[Vec<Sample>; 2]> {
    let mut samples = [Vec::new(), Vec::new()];
    for arm in arms {
        sample(arm, load)?;
    }
    for number in 0..count {
        for index in if number % 2 == 0 { [0, 1] } else { [1, 0] } {
            let taken = sample(&arms[index], load)?;
            println!("round {:>2}  {:<20} {:>8.0} calls/s", number + 1, arms[index].name, taken.round.rate);
            samples[index].push(taken);
        }
    }
    Ok(samples)
}

fn sample(arm: &Arm, load: &Load) -> Result<Sample> {
    let before = Usage::of(arm.process)?;
    let round = load.round(&arm.url)?;
    let used = Usage::of(arm.process)?.processor - before.processor;
    Ok(Sample { cpu: used * 1e6 / round.calls, round })
}

fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores, {} {}", std::env::consts::OS, std::env::consts::ARCH))
}
