//! One call to a backend with its tries, within the deadline of the SOAP call.

use super::renewal::Renewed;
use super::request::Outgoing;
use super::retry::{self, Decision, Outcome, Tries};
use super::{Backend, BackendError};
use dfdg_mapping::Answer;
use reqwest::Request;
use reqwest::header::IF_MATCH;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A call with its tries.
pub(super) struct Call<'c> {
    backend: &'c Backend,
    outgoing: Outgoing<'c>,
    request_id: Uuid,
    number: u32,
    deadline: Instant,
    tries: u32,
    sent_before: bool,
}

impl<'c> Call<'c> {
    pub(super) fn new(
        backend: &'c Backend,
        outgoing: Outgoing<'c>,
        request_id: Uuid,
        number: u32,
        deadline: Instant,
    ) -> Self {
        Self { backend, outgoing, request_id, number, deadline, tries: 0, sent_before: false }
    }

    /// How often it was tried.
    pub(super) fn tries(&self) -> u32 {
        self.tries
    }

    /// Carries it out.
    pub(super) async fn run(&mut self) -> Result<Answer, BackendError> {
        let request = self.request()?;
        let client = self.backend.clients.of(self.outgoing.identity).ok_or(BackendError::NotConfigured)?;
        let (name, circuits) = (&self.backend.settings.name, &self.backend.circuits);
        if !circuits.admit(name) {
            return Err(BackendError::CircuitOpen);
        }
        let result = self.repeat(client, request).await;
        circuits.record(name, outcome(&result).is_trouble());
        result
    }

    /// The request of the next try. Once a try may have arrived, `If-Match` is left out: that try would have changed the
    /// version itself, and a 412 could mean either. Without it, 412 means that the try was accepted.
    fn request(&self) -> Result<Request, BackendError> {
        let id = format!("{}.{}", self.request_id, self.number);
        let mut request = self.outgoing.request(&self.backend.base, &id)?;
        if self.sent_before {
            request.headers_mut().remove(IF_MATCH);
        }
        Ok(request)
    }

    async fn repeat(&mut self, client: &Renewed, mut request: Request) -> Result<Answer, BackendError> {
        loop {
            let result = self.once(client, request).await;
            let tries =
                Tries { made: self.tries, allowed: self.backend.settings.attempts, sent_before: self.sent_before };
            match retry::decide(self.outgoing.repeat, tries, outcome(&result)) {
                Decision::Again if self.wait().await => {
                    self.sent_before |= outcome(&result).may_have_arrived();
                    request = self.request()?;
                }
                Decision::AlreadyAccepted => return result.map(|answer| already_accepted(&answer)),
                Decision::Again | Decision::Done | Decision::Fail => return result,
            }
        }
    }

    async fn once(&mut self, client: &Renewed, request: Request) -> Result<Answer, BackendError> {
        if self.time_left().is_zero() {
            return Err(BackendError::TimedOut);
        }
        self.tries += 1;
        self.backend.exchange(client, request, self.time_left()).await
    }

    /// Waits before the next try; `false` at once when the deadline would come first.
    async fn wait(&self) -> bool {
        let pause = retry::pause(self.tries, self.request_id);
        let worthwhile = pause < self.time_left();
        if worthwhile {
            tokio::time::sleep(pause).await;
        }
        worthwhile
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

fn outcome(result: &Result<Answer, BackendError>) -> Outcome {
    result.as_ref().map_or_else(BackendError::outcome, |answer| Outcome::Answered(answer.status))
}

fn already_accepted(answer: &Answer) -> Answer {
    Answer { status: answer.status, already_accepted: true, ..Answer::default() }
}
