//! The load: ApacheBench, which shows a client certificate and keeps its connections.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};

use super::Options;
use super::statistics::median;
use crate::command::output;
use crate::facade::Demo;

/// What is sent, and how.
pub(super) struct Load {
    certificate: PathBuf,
    /// Sent side by side, each by its share of the connections.
    requests: Vec<PathBuf>,
    work: PathBuf,
    seconds: u32,
    connections: u32,
}

/// What one round gave.
pub(super) struct Round {
    /// Calls answered.
    pub(super) calls: f64,
    /// Calls answered for each second.
    pub(super) rate: f64,
    /// Half of the calls were answered within so many milliseconds.
    pub(super) p50: f64,
    /// 99 of 100 were.
    pub(super) p99: f64,
}

impl Load {
    /// The certificate and key of the demo's client go into one file, as ab wants them.
    pub(super) fn new(work: &Path, demo: &Demo, requests: Vec<PathBuf>, options: &Options) -> Result<Self> {
        let certificate = work.join("client.pem");
        let read = |key| Ok::<_, anyhow::Error>(std::fs::read_to_string(demo.fact(key)?)?);
        std::fs::write(&certificate, read("client_cert")? + &read("client_key")?)?;
        Ok(Self {
            certificate,
            requests,
            work: work.to_owned(),
            seconds: options.seconds,
            connections: options.connections,
        })
    }

    /// One round. An answer that is not 200 fails it.
    pub(super) fn round(&self, url: &str) -> Result<Round> {
        let shares: Result<Vec<_>> = std::thread::scope(|scope| {
            let begun: Vec<_> =
                (0..self.requests.len()).map(|number| scope.spawn(move || self.share(url, number))).collect();
            begun.into_iter().map(|share| share.join().map_err(|_| anyhow!("a share of the load broke off"))?).collect()
        });
        shares.map(|shares| together(&shares))
    }

    /// What one of the requests gave.
    fn share(&self, url: &str, number: usize) -> Result<Round> {
        let percentiles = self.work.join(format!("percentiles-{number}.csv"));
        let connections = self.connections as usize / self.requests.len();
        let mut ab = self.ab(number);
        // -t sets a number of calls, so -n comes after it
        ab.args(["-q", "-k", "-l", "-t", &self.seconds.to_string(), "-n", "100000000"]);
        ab.args(["-c", &connections.to_string()]).arg("-e").arg(&percentiles).arg(url);
        let report = output(&mut ab)?;
        let failed = value(&report, "Failed requests:")? + value(&report, "Non-2xx responses:").unwrap_or(0.0);
        ensure!(failed == 0.0, "{failed} failed calls:\n{report}");
        let (calls, rate) = (value(&report, "Complete requests:")?, value(&report, "Requests per second:")?);
        let percentiles = std::fs::read_to_string(percentiles)?;
        Ok(Round { calls, rate, p50: percentile(&percentiles, 50)?, p99: percentile(&percentiles, 99)? })
    }

    /// One round in which every request has a connection of its own, whose session is not resumed; how many there were.
    pub(super) fn handshakes(&self, url: &str, protocol: &str) -> Result<f64> {
        let mut ab = Command::new("ab");
        ab.args(["-q", "-l", "-f", protocol, "-t", &self.seconds.to_string(), "-n", "100000000"]);
        ab.args(["-c", &self.connections.to_string()]).arg("-E").arg(&self.certificate).arg(url);
        let report = output(&mut ab)?;
        let failed = value(&report, "Failed requests:")? + value(&report, "Non-2xx responses:").unwrap_or(0.0);
        ensure!(failed == 0.0, "{failed} failed requests:\n{report}");
        let spoken = report.lines().find(|line| line.starts_with("SSL/TLS Protocol:")).unwrap_or_default();
        ensure!(spoken.contains(&protocol.replace("TLS", "TLSv")), "{protocol} was not spoken:\n{report}");
        value(&report, "Complete requests:")
    }

    /// The length of the answer to one call, in bytes. An answer that is not 200 is an error.
    pub(super) fn answer_length(&self, url: &str) -> Result<f64> {
        let report = output(self.ab(0).args(["-q", "-k", "-n", "1"]).arg(url))?;
        ensure!(value(&report, "Non-2xx responses:").is_err(), "{url} does not answer with 200:\n{report}");
        value(&report, "Document Length:")
    }

    fn ab(&self, number: usize) -> Command {
        let mut ab = Command::new("ab");
        ab.args(["-T", "text/xml; charset=utf-8", "-H", "SOAPAction: \"\""]);
        ab.arg("-E").arg(&self.certificate).arg("-p").arg(&self.requests[number]);
        ab
    }
}

/// All shares as one: half of the calls of most were answered within `p50`, the slowest says `p99`.
fn together(shares: &[Round]) -> Round {
    let column = |of: fn(&Round) -> f64| shares.iter().map(of).collect::<Vec<_>>();
    Round {
        calls: column(|share| share.calls).iter().sum(),
        rate: column(|share| share.rate).iter().sum(),
        p50: median(&column(|share| share.p50)),
        p99: column(|share| share.p99).into_iter().fold(0.0, f64::max),
    }
}

/// The number behind this label.
fn value(report: &str, label: &str) -> Result<f64> {
    let rest = report.lines().find_map(|line| line.strip_prefix(label));
    let word = rest.and_then(|rest| rest.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).with_context(|| format!("ab does not say `{label}`:\n{report}"))
}

/// Lines are `percent,milliseconds`.
fn percentile(table: &str, percent: u32) -> Result<f64> {
    let row = table.lines().find_map(|line| line.strip_prefix(&format!("{percent},")));
    row.and_then(|row| row.trim().parse().ok()).with_context(|| format!("ab wrote no {percent} % line"))
}

#[cfg(test)]
mod tests {
    use super::{percentile, value};

    #[test]
    fn a_report_is_read_by_its_labels() {
        let report =
            "Complete requests:      1500\nFailed requests:        0\nRequests per second:    299.95 [#/sec] (mean)\n";
        assert_eq!(value(report, "Complete requests:").unwrap(), 1500.0);
        assert_eq!(value(report, "Requests per second:").unwrap(), 299.95);
        assert!(value(report, "Non-2xx responses:").is_err());
    }

    #[test]
    fn percentiles_are_whole_lines() {
        let table = "Percentage served,Time in ms\n5,0.250\n50,0.500\n99,2.125\n";
        assert_eq!(percentile(table, 50).unwrap(), 0.5);
        assert_eq!(percentile(table, 99).unwrap(), 2.125);
        assert!(percentile(table, 9).is_err());
    }
}
