//! Reads the body of a request, up to a limit and within a time.

use actix_http::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};

use crate::call::BodyProblem;
use crate::config::Limits;

/// A body this many times larger than allowed is still read to its end and thrown away, so
/// that the fault reaches the caller and the connection stays usable.
const DISCARD_FACTOR: usize = 8;

/// A body, or why there is none.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) body: Result<Bytes, BodyProblem>,
    /// Whether the body was read to its end. If not, what follows on the connection is the
    /// rest of it and no new request.
    pub(crate) to_the_end: bool,
}

impl Received {
    pub(crate) fn cut_short(problem: BodyProblem) -> Self {
        Self { body: Err(problem), to_the_end: false }
    }
}

/// Reads a body. `declared` is its Content-Length, if it has one.
///
/// A body that is too large is read on and thrown away up to [`DISCARD_FACTOR`] times the limit.
pub(crate) async fn receive<P>(payload: P, declared: Option<u64>, limits: &Limits) -> Received
where
    P: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let hopeless = declared.is_some_and(|declared| declared > discard_bytes(limits) as u64);
    if hopeless {
        return Received::cut_short(too_large(limits));
    }
    let reading = read(payload, limits);
    tokio::time::timeout(limits.body_timeout, reading).await.unwrap_or(Received::cut_short(BodyProblem::TooSlow))
}

async fn read<P>(mut payload: P, limits: &Limits) -> Received
where
    P: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let mut body = Collected::default();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            return Received::cut_short(BodyProblem::Broken);
        };
        body.add(chunk, limits.max_body_bytes);
        if body.length > discard_bytes(limits) {
            return Received::cut_short(too_large(limits));
        }
    }
    let whole = if body.length > limits.max_body_bytes { Err(too_large(limits)) } else { Ok(body.finish()) };
    Received { body: whole, to_the_end: true }
}

/// Bytes of a body that are read at most; beyond them the connection is closed.
fn discard_bytes(limits: &Limits) -> usize {
    limits.max_body_bytes.saturating_mul(DISCARD_FACTOR)
}

fn too_large(limits: &Limits) -> BodyProblem {
    BodyProblem::TooLarge { limit: limits.max_body_bytes }
}

/// The chunks so far. Most requests are one chunk, which is handed on without a copy.
#[derive(Default)]
struct Collected {
    length: usize,
    first: Bytes,
    rest: BytesMut,
}

impl Collected {
    /// Adds a chunk; beyond `limit` only its length.
    fn add(&mut self, chunk: Bytes, limit: usize) {
        let is_first = self.length == 0;
        self.length = self.length.saturating_add(chunk.len());
        if self.length > limit {
            self.first.clear();
            self.rest = BytesMut::new();
        } else if is_first {
            self.first = chunk;
        } else {
            self.join(&chunk);
        }
    }

    fn join(&mut self, chunk: &[u8]) {
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&self.first);
        }
        self.rest.extend_from_slice(chunk);
    }

    fn finish(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::stream;

    use super::*;

    const LIMITS: Limits = Limits {
        connections: 1,
        connections_per_address: 1,
        handshake_timeout: Duration::from_secs(1),
        header_timeout: Duration::from_secs(1),
        body_timeout: Duration::from_millis(50),
        keep_alive: Duration::from_secs(1),
        max_body_bytes: 4,
    };

    async fn received(chunks: &[&'static str]) -> Received {
        let chunks: Vec<_> = chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect();
        receive(stream::iter(chunks), None, &LIMITS).await
    }

    #[tokio::test]
    async fn chunks_become_one_body() {
        for chunks in [&["abcd"][..], &["ab", "cd"], &["a", "b", "", "c", "d"], &["", "abcd"]] {
            let received = received(chunks).await;
            assert_eq!(received.body.unwrap(), "abcd");
            assert!(received.to_the_end);
        }
    }

    #[tokio::test]
    async fn no_chunk_is_an_empty_body() {
        assert_eq!(received(&[]).await.body.unwrap(), "");
    }

    #[tokio::test]
    async fn one_chunk_is_not_copied() {
        let chunk = Bytes::from_static(b"abcd");
        let body = receive(stream::iter([Ok(chunk.clone())]), Some(4), &LIMITS).await.body.unwrap();
        assert_eq!(body.as_ptr(), chunk.as_ptr());
    }

    #[tokio::test]
    async fn a_body_too_large_is_read_to_its_end() {
        let received = received(&["abc", "de", "f"]).await;
        assert!(matches!(received.body, Err(BodyProblem::TooLarge { limit: 4 })));
        assert!(received.to_the_end);
    }

    #[tokio::test]
    async fn a_body_far_too_large_is_left_unread() {
        let received = received(&["abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz"]).await;
        assert!(matches!(received.body, Err(BodyProblem::TooLarge { .. })));
        assert!(!received.to_the_end);
    }

    #[tokio::test]
    async fn a_body_declared_far_too_large_is_not_waited_for() {
        let received = receive(stream::pending(), Some(1_000), &LIMITS).await;
        assert!(matches!(received.body, Err(BodyProblem::TooLarge { .. })));
        assert!(!received.to_the_end);
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_too_slow() {
        let received = receive(stream::pending(), Some(4), &LIMITS).await;
        assert!(matches!(received.body, Err(BodyProblem::TooSlow)));
        assert!(!received.to_the_end);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_broken() {
        let chunks = [Ok(Bytes::from_static(b"ab")), Err(PayloadError::Incomplete(None))];
        let received = receive(stream::iter(chunks), None, &LIMITS).await;
        assert!(matches!(received.body, Err(BodyProblem::Broken)));
    }
}
