//! A response's body, handed out in pieces: what it is sent from then holds one piece and not a copy of the whole.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_http::body::{BodySize, MessageBody};
use bytes::Bytes;

/// As long as one TLS record.
const PIECE: usize = 16 * 1024;

/// What is still to be sent of a body.
#[derive(Debug)]
pub(crate) struct Pieces(pub(crate) Bytes);

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.0.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::{StreamExt, poll_fn};

    use super::*;

    #[tokio::test]
    async fn a_body_comes_whole_and_no_piece_of_it_is_long() {
        for length in [0, 1, PIECE, PIECE + 1, 100_000] {
            let text: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let mut body = Pieces(text.clone().into());
            assert_eq!(body.size(), BodySize::Sized(length as u64));
            let pieces: Vec<_> = poll_fn(|context| Pin::new(&mut body).poll_next(context)).collect().await;
            let pieces: Vec<_> = pieces.into_iter().map(Result::unwrap).collect();
            assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= PIECE));
            assert_eq!(pieces.concat(), text);
        }
    }
}
