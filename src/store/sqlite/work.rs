//! A thread that carries out what others ask of a connection: everything that waits in one transaction, so that it
//! costs one sync, and each for itself in a savepoint, so that one that fails takes nobody with it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures_util::FutureExt;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::store::{Answer, StoreError};

/// Pieces of work that are carried out in one transaction.
const GROUP: usize = 256;
/// Pieces of work that may wait.
const WAITING: usize = 1_024;
/// How long one stands in line for a place among them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the thread. When it is dropped, what waits is carried out and the connection is closed.
#[derive(Debug)]
pub(super) struct Desk {
    line: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    failing: Failing,
}

/// Why the last transaction failed, if it did.
type Failing = Arc<Mutex<Option<StoreError>>>;

impl Desk {
    /// Starts the thread.
    pub(super) fn start(name: &str, connection: Connection, behavior: TransactionBehavior) -> io::Result<Self> {
        let (line, waiting) = mpsc::channel(WAITING);
        let failing = Failing::default();
        let worker = Worker { connection, behavior, failing: Arc::clone(&failing) };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || worker.work(waiting))?;
        Ok(Self { line: Some(line), thread: Some(thread), failing })
    }

    /// Has a piece of work carried out. It may be carried out more than once, of which only one counts.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<'_, T> {
        async move {
            let (task, answer) = Task::with_answer(work);
            let line = self.line.as_ref().ok_or(GONE)?;
            let place = tokio::time::timeout(PATIENCE, line.reserve()).await.map_err(|_| StoreError::Busy)?;
            place.map_err(|_| GONE)?.send(task);
            answer.await.unwrap_or(Err(GONE))
        }
        .boxed()
    }

    /// Why the last transaction failed, if it did; then another one is begun, to see.
    pub(super) fn standing(&self) -> Result<(), StoreError> {
        let failing = *self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match (failing, &self.line) {
            (None, _) => Ok(()),
            (Some(error), Some(line)) => {
                // when the line is full, others try
                let _ = line.try_send(Task::with_answer(writes_as_it_is).0);
                Err(error)
            }
            (Some(error), None) => Err(error),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.line = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // an error is a panic that the thread has reported itself
        }
    }
}

const GONE: StoreError = StoreError::Unavailable("the thread that uses it has ended");

/// Writes what is there already: enough to see whether something can be written.
fn writes_as_it_is(connection: &Connection) -> Result<(), StoreError> {
    let version: i64 = connection.query_one("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(connection.pragma_update(None, "user_version", version)?)
}

/// A piece of work that somebody waits for.
trait Job: Send {
    /// Carries it out and keeps the outcome.
    fn carry_out(&mut self, connection: &Connection) -> Result<(), StoreError>;

    /// Tells the outcome to who asked, or that the transaction failed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, W> {
    work: W,
    outcome: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send + 'static, W: Fn(&Connection) -> Result<T, StoreError> + Send + 'static> Task<T, W> {
    fn with_answer(work: W) -> (Box<dyn Job>, oneshot::Receiver<Result<T, StoreError>>) {
        let (answer, answered) = oneshot::channel();
        (Box::new(Self { work, outcome: None, answer }), answered)
    }
}

impl<T: Send, W: Fn(&Connection) -> Result<T, StoreError> + Send> Job for Task<T, W> {
    fn carry_out(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let outcome = (self.work)(connection);
        let ended = outcome.as_ref().map(|_| ()).map_err(|error| *error);
        self.outcome = Some(outcome);
        ended
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(GONE),
        };
        let _ = self.answer.send(outcome); // who asked may have gone
    }
}

struct Worker {
    connection: Connection,
    behavior: TransactionBehavior,
    failing: Failing,
}

impl Worker {
    /// Until nobody can ask any more.
    fn work(mut self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
            self.serve(&mut group);
        }
    }

    /// A group for which there is no room is carried out one by one, so that a large piece of work does not take the
    /// small ones with it. Other errors that end a transaction are those of the disk, and the next would wait for it in
    /// vain.
    fn serve(&mut self, group: &mut Vec<Box<dyn Job>>) {
        match self.transact(group) {
            Err(StoreError::Full) if group.len() > 1 => {
                for job in group.drain(..) {
                    self.serve(&mut vec![job]);
                }
            }
            committed => {
                self.note(committed);
                group.drain(..).for_each(|job| job.answer(committed));
            }
        }
    }

    fn transact(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let mut transaction = self.connection.transaction_with_behavior(self.behavior)?;
        for job in group {
            in_savepoint(&mut transaction, job.as_mut())?;
        }
        Ok(transaction.commit()?)
    }

    /// Says it when writing begins to fail and when it works again, not for each piece of work.
    fn note(&self, committed: Result<(), StoreError>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match (committed, *failing) {
            (Err(error), None) => tracing::error!(%error, "the store does not work"),
            (Ok(()), Some(_)) => tracing::info!("the store works again"),
            _ => {}
        }
        *failing = committed.err();
    }
}

/// What a job has done before it failed is undone.
///
/// # Errors
/// When the transaction is over: some errors, such as a full disk, undo all of it.
fn in_savepoint(transaction: &mut Transaction<'_>, job: &mut dyn Job) -> Result<(), StoreError> {
    let savepoint = transaction.savepoint()?;
    let outcome = job.carry_out(&savepoint);
    if savepoint.is_autocommit() {
        return Err(outcome.err().unwrap_or(GONE));
    }
    match outcome {
        Ok(()) => savepoint.commit()?,
        Err(_) => savepoint.finish()?,
    }
    Ok(())
}
