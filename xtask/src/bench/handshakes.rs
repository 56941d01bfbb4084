//! Full handshakes with client certificates, side by side with nginx that has the same certificates and revocation lists.
//!
//! What counts is the processor time of the server for one connection: handshake, one small request, end. The rate
//! says little, because the client's side of a handshake costs more than the server's and shares the cores.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::load::Load;
use super::nginx::Nginx;
use super::process::Usage;
use super::statistics::{median, range, spread};
use super::{Arm, Options, PATH, REQUEST, machine, report};
use crate::Profile;
use crate::binary::Binary;
use crate::command::{headline, output};
use crate::facade::{Another, Demo};
use crate::needs::debian_program;
use crate::ports;
use crate::workspace::Workspace;

const PROTOCOLS: [&str; 2] = ["TLS1.2", "TLS1.3"];

/// Both protocols, both arms in turns, then the table.
pub(crate) fn handshakes(workspace: &Workspace, options: &Options) -> Result<()> {
    headline("handshakes");
    debian_program("nginx", "nginx-light")?;
    debian_program("ab", "apache2-utils")?;
    let binary = Binary::build(workspace, Profile::Release)?;
    let work = workspace.target.join("bench");
    std::fs::create_dir_all(&work)?;
    let (demo, _demo) = Demo::start(&binary, &work.join("demo"))?;
    let journal = work.join("handshakes.jsonl");
    let settings = [("JOURNAL__FILE", journal.to_str().context("the target directory is not UTF-8")?)];
    let facade = Another::start(&binary, &demo, &work.join("facade.log"), &settings)?;
    let nginx = Nginx::handshakes(&work, ports::free_block(1)?, &demo)?;
    let arms = [
        Arm { name: "nginx", url: format!("{}{PATH}", nginx.url), process: nginx.process.id() },
        Arm { name: "facade", url: format!("{}{PATH}", facade.callers_url), process: facade.process.id() },
    ];
    let load = Load::new(&work, &demo, vec![workspace.root.join(REQUEST)], options)?;
    println!("openssl: {}", output(std::process::Command::new("openssl").arg("version"))?.trim());
    let mut rows = Vec::new();
    for protocol in PROTOCOLS {
        let costs = rounds(&arms, &load, options.rounds, protocol)?;
        rows.push((protocol, costs));
    }
    print(&rows, options)?;
    rows.iter().try_for_each(|(_, [nginx, _])| judge(nginx))
}

/// Processor time of each arm for one connection, in microseconds, round by round.
fn rounds(arms: &[Arm; 2], load: &Load, count: u32, protocol: &str) -> Result<[Vec<f64>; 2]> {
    let mut costs = [Vec::new(), Vec::new()];
    for arm in arms {
        cost(arm, load, protocol)?; // does not count
    }
    for number in 0..count {
        for index in if number % 2 == 0 { [0, 1] } else { [1, 0] } {
            let cost = cost(&arms[index], load, protocol)?;
            println!("{protocol}  round {:>2}  {:<8} {cost:>6.0} µs", number + 1, arms[index].name);
            costs[index].push(cost);
        }
    }
    Ok(costs)
}

fn cost(arm: &Arm, load: &Load, protocol: &str) -> Result<f64> {
    let before = Usage::of(arm.process)?;
    let connections = load.handshakes(&arm.url, protocol)?;
    Ok((Usage::of(arm.process)?.processor - before.processor) * 1e6 / connections)
}

fn print(rows: &[(&str, [Vec<f64>; 2])], options: &Options) -> Result<()> {
    let Options { rounds, seconds, connections } = options;
    println!("\nFull handshakes with a client certificate, one small request each; {}; {rounds} rounds of", machine()?);
    println!("{seconds} s in turns, {connections} at a time; the same certificates, revocation lists and protocol.\n");
    println!("| | nginx, CPU µs each | facade, CPU µs each | ratio of the same round, median (min to max) |");
    println!("|---|---|---|---|");
    for (protocol, [nginx, facade]) in rows {
        let ratios: Vec<f64> = facade.iter().zip(nginx).map(|(own, base)| own / base).collect();
        let (least, most) = range(&ratios);
        println!(
            "| {protocol} | {:.0} | {:.0} | {:.2} ({least:.2} to {most:.2}) |",
            median(nginx),
            median(facade),
            median(&ratios)
        );
    }
    Ok(())
}

fn judge(nginx: &[f64]) -> Result<()> {
    let spread = spread(nginx);
    ensure!(
        spread <= report::GREATEST_SPREAD,
        "nginx varied by {:.0} %: measure again on a quiet machine",
        spread * 100.0
    );
    Ok(())
}

/// All revocation lists of a PKI, one after the other.
pub(super) fn lists(pki: &Path) -> Result<String> {
    let files = std::fs::read_dir(pki.join("crl"))?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "pem")).collect();
    files.sort();
    Ok(files.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?.concat())
}
