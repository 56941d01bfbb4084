//! Failed handshakes that show no certificate are noise as much as news: anybody who reaches the port can make thousands. The
//! journal has the first of each address and minute, and the metric counts them all. Who shows a certificate has a line each time.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::handshake::Failure;
use super::limits::network;
use super::role::Role;

/// Lines for one address in one window.
const LINES: u32 = 20;
/// How long lines are counted together.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are told apart; those beyond share a line, so that memory has a bound.
const ADDRESSES: usize = 10_000;

/// The lines of this window.
#[derive(Debug)]
pub(crate) struct Noise(Mutex<Window>);

#[derive(Debug)]
struct Window {
    since: Instant,
    lines: HashMap<IpAddr, u32>,
}

/// What becomes of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Line,
    /// A line that says that it is the last for a while.
    LastLine,
    Counted,
}

impl Default for Noise {
    fn default() -> Self {
        Self(Mutex::new(Window { since: Instant::now(), lines: HashMap::new() }))
    }
}

impl Noise {
    /// Tells of a failed handshake.
    pub(crate) fn report(&self, mut failure: Failure, role: Role, address: SocketAddr) {
        let told = match failure.reason.shows_a_certificate() {
            true => Told::Line,
            false => self.told(network(address.ip()), Instant::now()),
        };
        match told {
            Told::Line => failure.report(role, address),
            Told::LastLine => {
                failure.detail.push_str("; more of this kind from this address are counted only, for a minute");
                failure.report(role, address);
            }
            Told::Counted => failure.count(role),
        }
    }

    fn told(&self, address: IpAddr, now: Instant) -> Told {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(window.since) >= WINDOW {
            *window = Window { since: now, lines: HashMap::new() };
        }
        if window.lines.len() >= ADDRESSES && !window.lines.contains_key(&address) {
            return Told::Counted;
        }
        let lines = window.lines.entry(address).or_default();
        *lines = lines.saturating_add(1);
        match *lines {
            ..LINES => Told::Line,
            LINES => Told::LastLine,
            _ => Told::Counted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_address_and_minute_have_lines() {
        let (noise, now) = (Noise::default(), Instant::now());
        let [loud, quiet] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);
        let told: Vec<Told> = (0..100).map(|_| noise.told(loud, now)).collect();
        assert_eq!(told.iter().filter(|told| **told == Told::Line).count(), 19);
        assert_eq!((told[19], told[20], told[99]), (Told::LastLine, Told::Counted, Told::Counted));
        assert_eq!(noise.told(quiet, now), Told::Line, "others are told of all the same");
        assert_eq!(noise.told(loud, now + WINDOW), Told::Line, "a minute later it has lines again");
    }

    #[test]
    fn what_it_remembers_has_a_bound() {
        let (noise, now) = (Noise::default(), Instant::now());
        for number in 0..20_000_u32 {
            noise.told(IpAddr::from(number.to_be_bytes()), now);
        }
        assert_eq!(noise.0.lock().unwrap().lines.len(), ADDRESSES);
        assert_eq!(noise.told(IpAddr::from(u32::MAX.to_be_bytes()), now), Told::Counted);
    }
}
