//! The thread that computes password hashes, one at a time.

use crate::failure::Failure;
use orderline_protocol::problem::{Code, Problem};
use rustix::process::nice;
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};
use tokio::sync::oneshot;

/// Passwords that may wait for their turn: some seconds of work.
const MAX_WAITING: usize = 128;
/// When whoever finds the queue full may come back, in milliseconds.
const COME_BACK_MS: u64 = 2_000;
/// How much the thread gives way to all others: calls and messages do not wait for passwords.
const GIVES_WAY: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// The way to it. The thread ends when nobody has it any more.
#[derive(Debug)]
pub(super) struct Hashes(SyncSender<Work>);

impl Hashes {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub(super) fn new() -> io::Result<Self> {
        let (sender, waiting) = sync_channel(MAX_WAITING);
        let thread = thread::Builder::new().name("passwords".into());
        thread.spawn(move || work_off(&waiting))?;
        Ok(Self(sender))
    }

    /// What `work` computes, when its turn has come.
    ///
    /// # Errors
    /// `too_many` where too many wait already.
    pub(super) async fn computed<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, answer) = oneshot::channel();
        let work = move || {
            // Whoever hung up meanwhile costs nothing.
            if !done.is_closed() {
                done.send(work()).ok();
            }
        };
        match self.0.try_send(Box::new(work)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return Err(Failure::from(Problem {
                    retry_after_ms: Some(COME_BACK_MS),
                    ..Code::TooMany.into()
                }));
            }
            Err(TrySendError::Disconnected(_)) => return Err(ended()),
        }
        answer.await.map_err(|_| ended())
    }
}

fn work_off(waiting: &Receiver<Work>) {
    // On Linux this is the thread's own. Where it cannot be, passwords take their share like everything else.
    if let Err(error) = nice(GIVES_WAY) {
        tracing::warn!(%error, "the thread of passwords does not give way");
    }
    while let Ok(work) = waiting.recv() {
        // Whoever waits for it learns that it failed; the next one's is computed all the same.
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("a password's hash was not computed");
        }
    }
}

fn ended() -> Failure {
    Failure::Internal("a password's hash was not computed".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[tokio::test]
    async fn one_at_a_time_and_only_so_many_wait() {
        let hashes = Hashes::new().expect("a thread");
        let (go, wait) = channel::<()>();
        let (begun, begins) = oneshot::channel();
        let first = hashes.computed(move || {
            begun.send(()).ok();
            wait.recv().ok();
            1
        });
        let mut first = Box::pin(first);
        tokio::select! {
            biased;
            _ = &mut first => panic!("it waits"),
            begins = begins => begins.expect("it began"),
        }
        // Behind the one that is computed so many wait, and no more.
        let mut waiting: Vec<_> = (0..MAX_WAITING)
            .map(|number| Box::pin(hashes.computed(move || number)))
            .collect();
        for it in &mut waiting {
            assert!(futures::poll!(it.as_mut()).is_pending());
        }
        let refused = hashes.computed(|| 0).await;
        assert!(matches!(refused, Err(Failure::Problem(problem)) if problem.code == Code::TooMany));
        go.send(()).expect("it waits");
        assert_eq!(first.await.expect("computed"), 1);
        let last = waiting.pop().expect("one");
        assert_eq!(last.await.expect("computed"), MAX_WAITING - 1);
    }

    #[tokio::test]
    async fn one_that_fails_ends_nothing() {
        let hashes = Hashes::new().expect("a thread");
        let failed = hashes.computed(|| panic!("no hash")).await;
        assert!(matches!(failed, Err(Failure::Internal(_))), "{failed:?}");
        assert_eq!(hashes.computed(|| 7).await.expect("computed"), 7);
    }
}
