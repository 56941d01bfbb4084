//! Turns: an update reads an entity and replaces it. Two of them at once would both start from the
//! same reading, and the later would undo what the earlier did; so they take turns, across all workers.
//!
//! It holds within this process. Against other instances and other systems there is `If-Match`, where the
//! backend offers it (`docs/decisions/0009-two-updates-at-once.md`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use dfdg_mapping::Entity;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::timeout_at;

use crate::error::CallError;

/// The entities that are being updated at the moment, shared by all workers.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Entity, Line>>);

/// Those who update one entity: the first of them is at it, the others wait in the order in which they came.
#[derive(Debug, Default)]
struct Line {
    queue: Arc<Queue<()>>,
    calls: usize,
}

/// The right to update an entity; the next one's turn comes when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct Turn<'t> {
    _first: OwnedMutexGuard<()>, // dropped before the place is left
    _place: Place<'t>,
}

/// A place in the line of an entity.
#[derive(Debug)]
struct Place<'t> {
    turns: &'t Turns,
    entity: Entity,
}

impl Turns {
    /// Waits for the turn at each of `entities`, which are in order, so that two calls never wait for each other.
    ///
    /// # Errors
    /// [`CallError::Busy`] at `deadline`.
    pub async fn wait(&self, entities: Vec<Entity>, deadline: Instant) -> Result<Vec<Turn<'_>>, CallError> {
        let mut turns = Vec::with_capacity(entities.len());
        for entity in entities {
            let turn = timeout_at(deadline.into(), self.turn(entity)).await;
            turns.push(turn.map_err(|_| CallError::Busy)?);
        }
        Ok(turns)
    }

    async fn turn(&self, entity: Entity) -> Turn<'_> {
        let (place, queue) = self.line_up(entity);
        Turn { _first: queue.lock_owned().await, _place: place }
    }

    fn line_up(&self, entity: Entity) -> (Place<'_>, Arc<Queue<()>>) {
        let mut lines = self.lines();
        let line = lines.entry(entity.clone()).or_default();
        line.calls += 1;
        (Place { turns: self, entity }, Arc::clone(&line.queue))
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Entity, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    /// The last one to leave takes the line away.
    fn drop(&mut self) {
        let mut lines = self.turns.lines();
        if let Some(line) = lines.get_mut(&self.entity) {
            line.calls -= 1;
            if line.calls == 0 {
                lines.remove(&self.entity);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn entity(path: &str) -> Entity {
        Entity { backend: 0, path: path.to_owned() }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn late() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn one_at_a_time_and_the_others_no_longer_than_their_deadline() {
        let turns = Turns::default();
        let first = turns.wait(vec![entity("/a")], late()).await.unwrap();
        assert!(matches!(turns.wait(vec![entity("/a")], soon()).await, Err(CallError::Busy)));
        let other = turns.wait(vec![entity("/b")], soon()).await.unwrap();
        drop(first);
        let second = turns.wait(vec![entity("/a")], soon()).await.unwrap();
        drop((second, other));
        assert!(turns.lines().is_empty(), "{turns:?}");
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.wait(vec![entity("/a"), entity("/b")], late()).await.unwrap();
        assert!(turns.wait(vec![entity("/b"), entity("/c")], soon()).await.is_err());
        assert!(turns.wait(vec![entity("/c"), entity("/d")], soon()).await.is_ok());
        drop(first);
        assert!(turns.lines().is_empty(), "{turns:?}");
    }

    #[tokio::test]
    async fn what_replaces_nothing_takes_no_turn() {
        let turns = Turns::default();
        let none = turns.wait(Vec::new(), Instant::now()).await.unwrap();
        assert!(none.is_empty() && turns.lines().is_empty());
    }

    /// Threads with runtimes of their own, as the workers are.
    #[test]
    fn workers_take_turns_too_and_nobody_waits_for_ever() {
        let (turns, inside) = (Turns::default(), [AtomicUsize::new(0), AtomicUsize::new(0)]);
        let update = async |both: bool| {
            let entities = if both { vec![entity("/0"), entity("/1")] } else { vec![entity("/1")] };
            let _turns = turns.wait(entities, late()).await.unwrap();
            let inside = &inside[usize::from(!both)..];
            assert!(inside.iter().all(|inside| inside.fetch_add(1, Ordering::SeqCst) == 0));
            tokio::task::yield_now().await;
            assert!(inside.iter().all(|inside| inside.fetch_sub(1, Ordering::SeqCst) == 1));
        };
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let update = &update;
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                    runtime.block_on(async {
                        for round in 0..200 {
                            update((worker + round) % 2 == 0).await;
                        }
                    });
                });
            }
        });
        assert!(turns.lines().is_empty(), "{turns:?}");
    }
}
