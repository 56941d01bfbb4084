//! What a process and its children used, out of /proc: processor time does not care for busy neighbours.

use std::fs::{read_dir, read_to_string};

use anyhow::{Context, Result};

/// Of a process and its children together.
pub(super) struct Usage {
    /// Processor time, user and system, in seconds.
    pub(super) processor: f64,
    /// Resident memory in MiB.
    pub(super) resident: f64,
}

/// Linux on every machine Rust has as a first tier.
const TICKS_PER_SECOND: f64 = 100.0;

impl Usage {
    /// Now.
    pub(super) fn of(process: u32) -> Result<Self> {
        let mut sum = Self::of_one(process)?;
        // a child may end while it is looked at
        for child in children(process)?.into_iter().filter_map(|child| Self::of_one(child).ok()) {
            sum.processor += child.processor;
            sum.resident += child.resident;
        }
        Ok(sum)
    }

    fn of_one(id: u32) -> Result<Self> {
        let (stat, status) =
            (read_to_string(format!("/proc/{id}/stat"))?, read_to_string(format!("/proc/{id}/status"))?);
        Ok(Self {
            processor: ticks(&stat).with_context(|| format!("/proc/{id}/stat"))? / TICKS_PER_SECOND,
            resident: resident(&status).with_context(|| format!("/proc/{id}/status"))? / 1024.0,
        })
    }
}

fn children(process: u32) -> Result<Vec<u32>> {
    let ids = read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parent = |id: &u32| read_to_string(format!("/proc/{id}/stat")).ok().and_then(|stat| field(&stat, 4));
    Ok(ids.filter(|id| parent(id) == Some(f64::from(process))).collect())
}

fn ticks(stat: &str) -> Option<f64> {
    Some(field(stat, 14)? + field(stat, 15)?)
}

/// Field `number` of /proc/ID/stat, counted from one as in proc(5). The second, a name in brackets, may hold blanks.
fn field(stat: &str, number: usize) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(number - 3)?.parse().ok()
}

fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Usage, ticks};

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 1 0 100 1 1";
        assert_eq!(ticks(stat), Some(42.0));
    }

    #[test]
    fn this_very_process_uses_memory() {
        assert!(Usage::of(std::process::id()).unwrap().resident > 0.0);
    }
}
