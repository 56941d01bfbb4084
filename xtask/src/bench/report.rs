//! The table for docs/performance.md.

use anyhow::{Result, ensure};

use super::nginx::Hop;
use super::statistics::{median, range, spread};
use super::{Arm, Options, Sample};

/// Above this the machine was too busy for the figures to mean anything.
pub(super) const GREATEST_SPREAD: f64 = 0.4;

/// Prints it. The first arm is the one compared with.
pub(super) fn print(
    arms: &[Arm; 2],
    samples: &[Vec<Sample>; 2],
    memory: [f64; 2],
    (machine, hop): (&str, Hop),
    options: &Options,
) {
    let Options { rounds, seconds, connections } = options;
    let backend = match hop {
        Hop::Tls => "towards the caller and the static backend",
        Hop::Plain => "towards the caller, plain HTTP to the static backend",
    };
    println!("\n{machine}; {rounds} rounds of {seconds} s in turns, {connections} connections,");
    println!("TLS 1.3 with client certificates {backend}; all on this machine.\n");
    println!(
        "| | calls/s, median (min to max) | ratio to nginx of the same round | p50 / p99 ms | CPU µs/call | MiB |"
    );
    println!("|---|---|---|---|---|---|");
    for ((arm, own), resident) in arms.iter().zip(samples).zip(memory) {
        println!("| {} {resident:.0} |", row(arm.name, &samples[0], own));
    }
}

fn row(name: &str, base: &[Sample], own: &[Sample]) -> String {
    let rates = column(own, |sample| sample.round.rate);
    let ratios: Vec<_> = own.iter().zip(base).map(|(own, base)| own.round.rate / base.round.rate).collect();
    let ((low, high), (least, most)) = (range(&rates), range(&ratios));
    let (p50, p99) = (median(&column(own, |sample| sample.round.p50)), median(&column(own, |sample| sample.round.p99)));
    format!(
        "{name} | {:.0} ({low:.0} to {high:.0}) | {:.2} ({least:.2} to {most:.2}) | {p50:.2} / {p99:.2} | {:.0} |",
        median(&rates),
        median(&ratios),
        median(&column(own, |sample| sample.cpu)),
    )
}

fn column(samples: &[Sample], of: impl Fn(&Sample) -> f64) -> Vec<f64> {
    samples.iter().map(of).collect()
}

/// Fails when the arm compared with was unsteady: then so is every ratio.
pub(super) fn judge(base: &[Sample]) -> Result<()> {
    let spread = spread(&column(base, |sample| sample.round.rate));
    ensure!(
        spread <= GREATEST_SPREAD,
        "nginx varied by {:.0} % from round to round: measure again on a quiet machine",
        spread * 100.0
    );
    Ok(())
}
