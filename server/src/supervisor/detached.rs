//! Work beside a task that ends by itself: a command of a socket, an epoch's last word.

use futures::FutureExt as _;
use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// Starts work that ends by itself. Should it panic, that is logged under its name and counted; whoever waits for it
/// sees the panic too. What it logs belongs to the span in which it was started.
pub fn detached<F>(name: &'static str, work: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let watched = async move {
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => done,
            Err(panic) => {
                let words = panic_words(panic.as_ref());
                tracing::error!(work = name, %words, "work beside a task panicked");
                metrics::counter!("orderline_work_panicked_total", "work" => name).increment(1);
                resume_unwind(panic)
            }
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the supervised spawn of work that ends by itself"
    )]
    tokio::spawn(watched.in_current_span())
}

/// What a panic said.
pub fn panic_words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}
