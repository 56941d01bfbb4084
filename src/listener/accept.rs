//! Accepts connections on every worker and serves each where the fewest are open.
//!
//! All workers wait on one socket: without `SO_REUSEPORT` a second process on the same port
//! is an error instead of a thief of half the calls. Which worker wakes first is chance, and
//! connections of old clients stay open for long; so the one that accepts hands over to the
//! quietest.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::handshake::Failure;
use super::limits::{Full, Place, Places};
use super::reason::Reason;
use super::role::Role;
use crate::config::Limits;

/// Pause after an error of `accept`, such as too many open files: it would come again at once.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// A connection that has a place and is not served yet.
pub(crate) struct Arrival {
    socket: StdStream,
    address: SocketAddr,
    held: Held,
}

/// What a connection occupies while it is open.
pub(crate) struct Held {
    _place: Place,
    _seat: SeatTaken,
}

/// The workers as they see each other.
struct Seats(Vec<Seat>);

struct Seat {
    open: Arc<AtomicUsize>,
    door: mpsc::UnboundedSender<Arrival>,
}

/// A connection counted at a worker.
struct SeatTaken(Arc<AtomicUsize>);

impl SeatTaken {
    fn at(seat: &Seat) -> Self {
        seat.open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&seat.open))
    }
}

impl Drop for SeatTaken {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Seats {
    /// The worker with the fewest connections; `me` when nobody has fewer.
    fn quietest(&self, me: usize) -> usize {
        let open = |worker: &usize| (self.0[*worker].open.load(Ordering::Relaxed), *worker != me);
        (0..self.0.len()).min_by_key(open).unwrap_or(me)
    }
}

/// A worker's seat among the others, and the door through which they hand over connections.
pub(crate) struct Queue {
    role: Role,
    me: usize,
    seats: Arc<Seats>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    places: Arc<Places>,
}

impl Queue {
    /// One for each of `workers`.
    pub(crate) fn for_each(workers: usize, role: Role, limits: &Limits) -> Vec<Self> {
        let doors: Vec<_> = (0..workers).map(|_| mpsc::unbounded_channel()).collect();
        let seats = doors.iter().map(|(door, _)| Seat { open: Arc::default(), door: door.clone() }).collect();
        let (seats, places) = (Arc::new(Seats(seats)), Places::new(limits));
        let arrivals = doors.into_iter().map(|(_, arrivals)| arrivals);
        arrivals
            .enumerate()
            .map(|(me, arrivals)| Self { role, me, seats: Arc::clone(&seats), arrivals, places: Arc::clone(&places) })
            .collect()
    }

    /// The name of the worker's thread: its listener and its number there, from 0.
    pub(crate) fn worker(&self) -> String {
        format!("{}-{}", self.role.label(), self.me)
    }
}

/// The accepting side of one worker.
pub(crate) struct Acceptor {
    listener: TcpListener,
    queue: Queue,
}

impl Acceptor {
    pub(crate) fn new(listener: TcpListener, queue: Queue) -> Self {
        Self { listener, queue }
    }

    /// The next connection this worker serves. Safe to drop while it waits.
    pub(crate) async fn next(&mut self) -> (TcpStream, SocketAddr, Held) {
        loop {
            let ready = tokio::select! {
                Some(arrival) = self.queue.arrivals.recv() => arrival.unpack(),
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, address)) => self.place(socket, address),
                    Err(error) => wait_after(&error).await,
                },
            };
            if let Some(ready) = ready {
                return ready;
            }
        }
    }

    /// Gives an accepted connection to the quietest worker; returns it when that is this one.
    fn place(&self, socket: TcpStream, address: SocketAddr) -> Option<(TcpStream, SocketAddr, Held)> {
        let Queue { role, me, seats, places, .. } = &self.queue;
        let place = places.take(address.ip()).map_err(|full| refuse(*role, address, full)).ok()?;
        let worker = seats.quietest(*me);
        let seat = &seats.0[worker];
        let held = Held { _place: place, _seat: SeatTaken::at(seat) };
        let _ = socket.set_nodelay(true); // refused only when the connection is gone already
        if worker == *me {
            return Some((socket, address, held));
        }
        let arrival = Arrival { socket: socket.into_std().ok()?, address, held };
        let back = seat.door.send(arrival).err()?;
        back.0.unpack()
    }
}

impl Arrival {
    fn unpack(self) -> Option<(TcpStream, SocketAddr, Held)> {
        let socket = TcpStream::from_std(self.socket).ok()?;
        Some((socket, self.address, self.held))
    }
}

/// Binds the address of the listener.
pub(crate) fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn wait_after<T>(error: &io::Error) -> Option<T> {
    tracing::error!(%error, "cannot accept a connection");
    tokio::time::sleep(AFTER_ERROR).await;
    None
}

/// Counts a connection without a place; it is closed by being dropped.
fn refuse(role: Role, address: SocketAddr, full: Full) {
    let (first, what) = match full {
        Full::Total { first } => (first, "connections are open"),
        Full::Address { first } => (first, "connections_per_address are open from this address"),
    };
    let detail = format!("{}.limits.{what}", role.label());
    let failure = Failure { reason: Reason::TooManyConnections, detail };
    if first {
        failure.report(role, address);
    } else {
        failure.count(role);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(open: &[usize]) -> Seats {
        let seat = |open: &usize| Seat { open: Arc::new(AtomicUsize::new(*open)), door: mpsc::unbounded_channel().0 };
        Seats(open.iter().map(seat).collect())
    }

    #[test]
    fn the_worker_with_the_fewest_connections_serves_the_next() {
        assert_eq!(seats(&[3, 1, 2]).quietest(0), 1);
        assert_eq!(seats(&[0]).quietest(0), 0);
    }

    #[test]
    fn the_one_that_accepted_keeps_it_when_nobody_has_fewer() {
        assert_eq!(seats(&[2, 2, 2]).quietest(1), 1);
        assert_eq!(seats(&[3, 2, 2]).quietest(2), 2);
    }

    #[test]
    fn a_seat_is_free_again_when_the_connection_ends() {
        let seats = seats(&[0, 0]);
        let taken = SeatTaken::at(&seats.0[0]);
        assert_eq!(seats.quietest(0), 1);
        drop(taken);
        assert_eq!(seats.quietest(0), 0);
    }
}
