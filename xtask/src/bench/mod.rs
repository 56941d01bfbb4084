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
use nginx::{Hop, Nginx};
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
    /// The call: a scenario of BookingService with one answer
    #[arg(long, default_value = "booking/get_two")]
    scenario: String,
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
pub(crate) fn throughput(workspace: &Workspace, Throughput { options, backend, scenario }: &Throughput) -> Result<()> {
    headline("throughput");
    debian_program("nginx", "nginx-light")?;
    debian_program("ab", "apache2-utils")?;
    let binary = Binary::build(workspace, Profile::Release)?;
    let work = workspace.target.join("bench");
    std::fs::create_dir_all(&work)?;
    let (demo, _demo) = Demo::start(&binary, &work.join("demo"))?;
    let scenario = workspace.root.join("tests/scenarios").join(scenario);
    let site = Site { binary, demo, request: scenario.join("request.xml"), answer: answer(&scenario)?, work };
    site.measure(options, *backend)
}

/// What a handshake is followed by.
const REQUEST: &str = "tests/scenarios/booking/get_two/request.xml";
const PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";

/// The body the backend answers with.
fn answer(scenario: &Path) -> Result<String> {
    let file = scenario.join("answer.http");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let (_, json) = text.split_once("\n\n").with_context(|| format!("{} has no body", file.display()))?;
    Ok(serde_json::from_str::<serde_json::Value>(json)?.to_string())
}

struct Site {
    binary: Binary,
    demo: Demo,
    request: PathBuf,
    answer: String,
    work: PathBuf,
}

impl Site {
    fn measure(&self, options: &Options, hop: Hop) -> Result<()> {
        let port = ports::free_block(2)?;
        let backend = Nginx::backend(&self.work, port, &self.answer, &self.demo, hop)?;
        let proxy = Nginx::proxy(&self.work, port + 1, &backend.url, &self.demo)?;
        let journal = self.work.join("journal.log");
        let settings = [
            ("BACKENDS__KONTAKTFORLOEB__URL", backend.url.as_str()),
            ("JOURNAL__FILE", journal.to_str().context("the target directory is not UTF-8")?),
        ];
        let facade = Another::start(&self.binary, &self.demo, &self.work.join("facade.log"), &settings)?;
        let arms = [
            Arm { name: "nginx, plain proxy", url: format!("{}{PATH}", proxy.url), process: proxy.process.id() },
            Arm { name: "facade", url: format!("{}{PATH}", facade.callers_url), process: facade.process.id() },
        ];
        let load = Load::new(&self.work, &self.demo, &self.request, options.seconds, options.connections)?;
        let [json, xml] = [load.answer_length(&arms[0].url)?, load.answer_length(&arms[1].url)?];
        ensure!(xml > json, "{xml} bytes from the facade cannot hold what the backend says in {json}");
        let samples = rounds(&arms, &load, options.rounds)?;
        let memory = [Usage::of(arms[0].process)?.resident, Usage::of(arms[1].process)?.resident];
        report::print(&arms, &samples, memory, (&machine()?, hop), options);
        report::judge(&samples[0])
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
