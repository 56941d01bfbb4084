//! Places for connections: so many in total, so many for each address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Limits;

/// The places of a listener. Touched when a connection opens and when it closes, never on the
/// path of a call.
#[derive(Debug)]
pub(crate) struct Places {
    total: usize,
    for_each_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    /// Set from the first refusal for lack of places until a place becomes free.
    full: bool,
    by_address: HashMap<IpAddr, Share>,
}

#[derive(Debug, Default)]
struct Share {
    connections: usize,
    /// As [`Taken::full`], for this address.
    full: bool,
}

/// Why a connection got no place. `first` is true once for each time the limit is reached,
/// so that a flood is logged once and counted always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// `callers.limits.connections` are open.
    Total { first: bool },
    /// `callers.limits.connections_per_address` are open from this address.
    Address { first: bool },
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            total: limits.connections,
            for_each_address: limits.connections_per_address,
            taken: Mutex::default(),
        })
    }

    /// A place for a connection from `address`, held until it is dropped.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let network = network(address);
        let mut taken = self.lock();
        if taken.total >= self.total {
            return Err(Full::Total { first: !std::mem::replace(&mut taken.full, true) });
        }
        let share = taken.by_address.entry(network).or_default();
        if share.connections >= self.for_each_address {
            return Err(Full::Address { first: !std::mem::replace(&mut share.full, true) });
        }
        share.connections += 1;
        taken.total += 1;
        Ok(Place { places: Arc::clone(self), network })
    }

    fn give_back(&self, network: IpAddr) {
        let mut taken = self.lock();
        taken.total = taken.total.saturating_sub(1);
        taken.full = false;
        if let Entry::Occupied(mut entry) = taken.by_address.entry(network) {
            let share = entry.get_mut();
            share.connections = share.connections.saturating_sub(1);
            share.full = false;
            if share.connections == 0 {
                entry.remove();
            }
        }
    }

    /// The counters are right after every statement, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.give_back(self.network);
    }
}

/// What counts as one address: an IPv4 address, or the /64 that one IPv6 host has to itself.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn places(connections: usize, connections_per_address: usize) -> Arc<Places> {
        let second = Duration::from_secs(1);
        Places::new(&Limits {
            connections,
            connections_per_address,
            handshake_timeout: second,
            header_timeout: second,
            body_timeout: second,
            keep_alive: second,
            max_body_bytes: 1,
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_the_places_of_others() {
        let places = places(3, 2);
        let _mine = (places.take(ip("192.0.2.1")).unwrap(), places.take(ip("192.0.2.1")).unwrap());
        assert_eq!(places.take(ip("192.0.2.1")).unwrap_err(), Full::Address { first: true });
        assert_eq!(places.take(ip("192.0.2.1")).unwrap_err(), Full::Address { first: false });
        assert!(places.take(ip("192.0.2.2")).is_ok());
    }

    #[test]
    fn a_closed_connection_gives_its_place_back() {
        let places = places(1, 1);
        let place = places.take(ip("192.0.2.1")).unwrap();
        assert_eq!(places.take(ip("192.0.2.2")).unwrap_err(), Full::Total { first: true });
        assert_eq!(places.take(ip("192.0.2.2")).unwrap_err(), Full::Total { first: false });
        drop(place);
        let again = places.take(ip("192.0.2.2")).unwrap();
        assert_eq!(places.take(ip("192.0.2.1")).unwrap_err(), Full::Total { first: true });
        drop(again);
        assert!(places.lock().by_address.is_empty(), "addresses are forgotten");
    }

    #[test]
    fn an_ipv6_host_cannot_choose_another_address_to_get_more() {
        let places = places(9, 1);
        let _first = places.take(ip("2001:db8::1")).unwrap();
        assert!(places.take(ip("2001:db8::ffff:2")).is_err());
        assert!(places.take(ip("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_its_ipv6_form() {
        let places = places(9, 1);
        let _first = places.take(ip("::ffff:192.0.2.1")).unwrap();
        assert!(places.take(ip("192.0.2.1")).is_err());
    }
}
