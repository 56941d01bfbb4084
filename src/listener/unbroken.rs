//! A future that runs to its end, even when whoever waits for it goes away.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::CatchUnwind;

/// It is polled where it stands, which costs no task of its own. When it is dropped before its end, it becomes one.
pub(crate) struct Unbroken<F: Future + 'static>(Option<Pin<Box<CatchUnwind<AssertUnwindSafe<F>>>>>);

/// The future panicked.
#[derive(Debug)]
pub(crate) struct Panicked;

impl<F: Future + 'static> Unbroken<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(Some(Box::pin(AssertUnwindSafe(future).catch_unwind())))
    }
}

impl<F: Future + 'static> Future for Unbroken<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.0 else { return Poll::Pending };
        let outcome = std::task::ready!(future.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(outcome.map_err(|_| Panicked))
    }
}

impl<F: Future + 'static> Drop for Unbroken<F> {
    fn drop(&mut self) {
        if let Some(rest) = self.0.take() {
            actix_rt::spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use tokio::task::LocalSet;

    use super::*;

    #[tokio::test]
    async fn what_is_dropped_half_way_runs_to_its_end() {
        let ended = Rc::new(Cell::new(false));
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let seen = Rc::clone(&ended);
        let mut running = Unbroken::new(async move {
            let _ = wait.await;
            seen.set(true);
        });
        let hangs_up = async move {
            assert!((&mut running).now_or_never().is_none());
            drop(running);
            go.send(()).unwrap();
            tokio::task::yield_now().await;
        };
        LocalSet::new().run_until(hangs_up).await;
        assert!(ended.get());
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let breaks = async {
            if std::hint::black_box(true) {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
        };
        assert!(Unbroken::new(breaks).await.is_err());
    }
}
