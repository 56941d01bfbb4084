//! Stopping without cutting a caller off: what is still running, and when it is done.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// How far the facade is on its way down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// New connections and calls are taken.
    Serving,
    /// No new connection; what runs is answered with `Connection: close`.
    Draining,
    /// The workers end, whatever still runs is cut off.
    Ended,
}

/// How often a stop looks whether anything still runs. It looks, instead of being told, so
/// that a call costs two additions and no lock.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Counts what runs and tells everybody when to stop. A clone is another handle to the same.
#[derive(Clone, Debug)]
pub struct Drain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    phase: watch::Sender<Phase>,
    calls: AtomicUsize,
    connections: AtomicUsize,
}

/// How a stop went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Calls that were still running when the deadline came.
    pub cut: usize,
}

impl fmt::Display for Drained {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cut {
            0 => out.write_str("all calls were answered"),
            1 => out.write_str("1 call was cut off at the deadline"),
            cut => write!(out, "{cut} calls were cut off at the deadline"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the thread that stops the listener serves no calls")]
fn pause() {
    std::thread::sleep(LOOK_AGAIN);
}

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(Inner {
            phase: watch::Sender::new(Phase::Serving),
            calls: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        }))
    }
}

impl Drain {
    /// Whether a stop has been asked for.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.0.phase.borrow() != Phase::Serving
    }

    /// Calls running now.
    pub fn calls(&self) -> usize {
        self.0.calls.load(Ordering::Acquire)
    }

    /// Connections open now.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::Acquire)
    }

    /// Counts a call as running until the guard is dropped.
    pub fn call(&self) -> Guard {
        Guard::new(&self.0, |inner| &inner.calls)
    }

    /// Counts a connection as open until the guard is dropped.
    pub fn connection(&self) -> Guard {
        Guard::new(&self.0, |inner| &inner.connections)
    }

    /// Resolves when `phase` has come or gone by.
    pub fn reached(&self, phase: Phase) -> impl Future<Output = ()> + use<> {
        let mut changes = self.0.phase.subscribe();
        async move {
            // an error means that the sender is gone, and with it the facade
            let _ = changes.wait_for(|now| *now >= phase).await;
        }
    }

    /// Begins the stop: no new connections, running calls are answered.
    pub fn start(&self) {
        self.advance(Phase::Draining);
    }

    /// Begins the stop and waits until nothing runs any more, at most `deadline`. Then the
    /// workers end; what they still run is cut off and counted.
    ///
    /// Blocks its thread, which must not be a worker's.
    pub fn finish(&self, deadline: Duration) -> Drained {
        self.start();
        let end = Instant::now() + deadline;
        while self.is_anything_running() && Instant::now() < end {
            pause();
        }
        let cut = self.calls();
        self.end();
        Drained { cut }
    }

    /// Ends the workers at once.
    pub(crate) fn end(&self) {
        self.advance(Phase::Ended);
    }

    fn is_anything_running(&self) -> bool {
        self.calls() > 0 || self.connections() > 0
    }

    /// Phases only go forward.
    fn advance(&self, to: Phase) {
        self.0.phase.send_if_modified(|now| {
            let forward = *now < to;
            *now = (*now).max(to);
            forward
        });
    }
}

/// Something that runs; it has ended when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Guard {
    inner: Arc<Inner>,
    counter: fn(&Inner) -> &AtomicUsize,
}

impl Guard {
    fn new(inner: &Arc<Inner>, counter: fn(&Inner) -> &AtomicUsize) -> Self {
        counter(inner).fetch_add(1, Ordering::AcqRel);
        Self { inner: Arc::clone(inner), counter }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        (self.counter)(&self.inner).fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn nothing_running_ends_at_once() {
        assert_eq!(Drain::default().finish(LONG), Drained { cut: 0 });
    }

    #[test]
    fn waits_for_the_last_call_and_the_last_connection() {
        let drain = Drain::default();
        let (call, connection) = (drain.call(), drain.connection());
        let stopping = std::thread::spawn({
            let drain = drain.clone();
            move || drain.finish(LONG)
        });
        drop(call);
        while !drain.is_draining() {
            std::thread::yield_now();
        }
        pause();
        assert!(!stopping.is_finished(), "the answer is not written yet");
        drop(connection);
        assert_eq!(stopping.join().unwrap(), Drained { cut: 0 });
    }

    #[tokio::test]
    async fn a_call_that_outlives_the_deadline_is_counted() {
        let drain = Drain::default();
        let calls = (drain.call(), drain.call());
        assert_eq!(drain.finish(SHORT), Drained { cut: 2 });
        drain.reached(Phase::Ended).await;
        drop(calls);
    }

    #[test]
    fn phases_do_not_go_back() {
        let drain = Drain::default();
        drain.finish(SHORT);
        drain.start();
        assert_eq!(*drain.0.phase.borrow(), Phase::Ended);
    }

    #[test]
    fn the_outcome_is_told_in_words() {
        let told = [0, 1, 2].map(|cut| Drained { cut }.to_string());
        assert_eq!(told[0], "all calls were answered");
        assert_eq!(told[1], "1 call was cut off at the deadline");
        assert_eq!(told[2], "2 calls were cut off at the deadline");
    }
}
