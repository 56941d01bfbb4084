//! Calls the facade answers itself, out of its store. A mapping makes them like any other
//! (`openapi/facade.identifiers.json`), so that plans, explanations and tests know only one sort of call.

use std::time::Instant;

use dfdg_mapping::{Answer, Effect, Method};
use uuid::Uuid;

use crate::backend::{BackendError, answer_label};
use crate::clock;
use crate::config::Identifiers;
use crate::journal::{self, BackendCall};
use crate::store::{Pair, Store};

/// The facade as a backend of its own.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    store: Option<Store>,
    settings: Identifiers,
}

impl Inside {
    pub(super) fn new(store: Option<Store>, settings: Identifiers) -> Self {
        Self { store, settings }
    }

    /// Carries a call out, and notes it like one that goes out.
    ///
    /// # Errors
    /// When the store could not do it, or there is none.
    pub(super) async fn send(&self, effect: &Effect, request_id: Uuid, number: u32) -> Result<Answer, BackendError> {
        let started = Instant::now();
        let result = self.answer(effect).await;
        journal::backend_call(&BackendCall {
            request_id,
            number,
            backend: "inside".into(),
            outcome: result.as_ref().map_or_else(BackendError::label, answer_label),
            status: result.as_ref().ok().map(|answer| answer.status),
            tries: 1,
            duration: started.elapsed(),
        });
        result
    }

    async fn answer(&self, effect: &Effect) -> Result<Answer, BackendError> {
        let store = self.store.as_ref().ok_or(BackendError::NotConfigured)?;
        let mut parts = effect.path.split('/').skip(1);
        let pair = match (effect.method, parts.next(), parts.next(), parts.next()) {
            (Method::Post, Some(kind), None, None) => {
                let uuid = clock::new_id();
                let number = store.reserve(kind, uuid, self.settings.first_number).await?;
                Some(Pair { number, uuid })
            }
            (Method::Get, Some(kind), Some(number), None) => match number.parse() {
                Ok(number) => store.uuid_of(kind, number).await?.map(|uuid| Pair { number, uuid }),
                Err(_) => None, // larger than any that is given
            },
            _ => None,
        };
        Ok(pair.map_or_else(unknown, |pair| Answer { status: 200, body: json(pair), ..Answer::default() }))
    }
}

fn unknown() -> Answer {
    Answer { status: 404, ..Answer::default() }
}

fn json(Pair { number, uuid }: Pair) -> Vec<u8> {
    format!("{{\"number\":{number},\"uuid\":\"{uuid}\"}}").into_bytes()
}
