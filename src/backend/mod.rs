//! The domain services behind the facade.
//!
//! [`Backends::send`] carries out one [`Effect`] of a mapping: it tries again where that can do
//! no harm (`retry`), keeps the deadline of the SOAP call, and leaves a backend alone that is
//! down (`circuit`).

mod call;
mod circuit;
mod client;
mod error;
mod identities;
mod inside;
mod renewal;
mod request;
mod retry;

#[cfg(test)]
mod tests;

pub use circuit::{Circuits, State};
pub use error::BackendError;
pub use renewal::TlsConfigs;

use crate::config::{self, Config};
use crate::error::with_causes;
use crate::journal::{self, BackendCall};
use crate::store::Store;
use call::Call;
use dfdg_contract::{Problem, Problems};
use dfdg_mapping::{Answer, Effect};
use identities::ByIdentity;
use inside::Inside;
use renewal::Renewed;
use request::Outgoing;
use reqwest::Url;
use reqwest::header::ETAG;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The backends as one worker reaches them, in the order of the catalogue. Connections belong
/// to the worker's runtime, so each worker has its own.
#[derive(Debug)]
pub struct Backends(Vec<Reached>);

/// How a backend is reached.
#[derive(Debug)]
enum Reached {
    Outside(Box<Backend>),
    Inside(Inside),
    Nowhere,
}

/// What a backend of the catalogue is to a worker.
#[derive(Clone, Debug)]
pub enum Wanted<'n> {
    /// A domain service, by its name in the settings.
    Outside(&'n str),
    /// The facade itself, with this store.
    Inside(Option<Store>),
    /// Nothing: no client system may call a service that needs it, so nobody had to say where it is.
    Nowhere,
}

impl Backends {
    /// Connects the catalogue's backends to the settings.
    ///
    /// # Errors
    /// A name without settings: all of them.
    pub fn new(
        config: &Config,
        wanted: &[Wanted<'_>],
        circuits: &Circuits,
        tls: &TlsConfigs,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut backends = Vec::new();
        for wanted in wanted {
            let reached = match wanted {
                Wanted::Outside(name) => Backend::new(config, name, circuits, tls).map(Box::new).map(Reached::Outside),
                Wanted::Inside(store) => Ok(Reached::Inside(Inside::new(store.clone(), config.identifiers))),
                Wanted::Nowhere => Ok(Reached::Nowhere),
            };
            match reached {
                Ok(reached) => backends.push(reached),
                Err(found) => problems.extend(found.into_list()),
            }
        }
        Problems::none(problems)?;
        Ok(Self(backends))
    }
    /// Carries out, under a `backend_identity` or the facade's own, the call with this `number` within the SOAP call `request_id`, before
    /// `deadline`. The backend knows it as `x-requestId: <request_id>.<number>`, the same at
    /// every try.
    ///
    /// # Errors
    /// When there is no answer; an answer that tells of an error is an [`Answer`].
    pub async fn send(
        &self,
        effect: &Effect,
        identity: Option<&str>,
        request_id: Uuid,
        number: u32,
        deadline: Instant,
    ) -> Result<Answer, BackendError> {
        let backend = self.0.get(effect.backend).ok_or(BackendError::NotConfigured)?;
        match backend {
            Reached::Outside(backend) => {
                backend.send(Outgoing::new(effect, identity), request_id, number, deadline).await
            }
            Reached::Inside(inside) => inside.send(effect, request_id, number).await,
            Reached::Nowhere => Err(BackendError::NotConfigured),
        }
    }
}

fn answer_label(answer: &Answer) -> &'static str {
    match answer.status {
        _ if answer.already_accepted => "already_accepted",
        ..400 => "answered",
        400..500 => "refused",
        500.. => "failed",
    }
}

#[derive(Debug)]
struct Backend {
    settings: config::Backend,
    /// The settings' url, taken apart once.
    base: Url,
    clients: ByIdentity<Renewed>,
    circuits: Circuits,
}

impl Backend {
    fn new(config: &Config, name: &str, circuits: &Circuits, tls: &TlsConfigs) -> Result<Self, Problems> {
        let missing = || {
            Problem::new("settings", 0, format!("backend `{name}` of the mappings is not in the settings"))
                .hint(format!("add [backends.{name}] with its url"))
        };
        let settings = config.backends.get(name).ok_or_else(missing)?.clone();
        let wrong = |_| Problem::new(format!("backends.{name}.url"), 0, "must be an address");
        let base = Url::parse(&settings.url).map_err(wrong)?;
        let client = |identity: Option<&str>, _: Option<&_>| {
            Renewed::new(&settings, tls.of(name, identity).ok_or_else(missing)?)
        };
        let clients = ByIdentity::make(&settings, client)?;
        Ok(Self { clients, base, settings, circuits: circuits.clone() })
    }

    async fn send(
        &self,
        outgoing: Outgoing<'_>,
        request_id: Uuid,
        number: u32,
        deadline: Instant,
    ) -> Result<Answer, BackendError> {
        let started = Instant::now();
        let mut call = Call::new(self, outgoing, request_id, number, deadline);
        let result = call.run().await;
        journal::backend_call(&BackendCall {
            request_id,
            number,
            backend: (&self.settings).into(),
            outcome: result.as_ref().map_or_else(BackendError::label, answer_label),
            status: result.as_ref().ok().map(|answer| answer.status),
            tries: call.tries(),
            duration: started.elapsed(),
        });
        result
    }

    /// One try. `time` is what is left of the deadline.
    async fn exchange(
        &self,
        client: &Renewed,
        request: reqwest::Request,
        time: Duration,
    ) -> Result<Answer, BackendError> {
        let in_time = tokio::time::timeout(time.min(self.settings.timeout), self.receive(client, request)).await;
        in_time.unwrap_or(Err(BackendError::TimedOut))
    }

    async fn receive(&self, client: &Renewed, request: reqwest::Request) -> Result<Answer, BackendError> {
        let limit = self.settings.max_answer_bytes;
        let client = client.current(&self.settings);
        let mut response = client.execute(request).await.map_err(|error| self.failure(error))?;
        let version = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(error))? {
            if body.len() + chunk.len() > limit {
                return Err(BackendError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: response.status().as_u16(), body, already_accepted: false, version })
    }

    /// The causes go to the diagnostics, without the URL: a name that is not known, a port that is closed, a certificate
    /// that is not trusted.
    fn failure(&self, error: reqwest::Error) -> BackendError {
        let kind = match &error {
            error if error.is_connect() => BackendError::Unreachable,
            error if error.is_timeout() => BackendError::TimedOut,
            _ => BackendError::Broken,
        };
        let error = with_causes(&error.without_url());
        tracing::warn!(backend = self.settings.name, kind = kind.label(), error, "a try of a backend call failed");
        kind
    }
}
