//! What follows when a task ends by itself.

#![expect(clippy::panic, reason = "a task that panics is what is tried")]

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc;

const QUICK: Backoff = Backoff::endless(Duration::from_millis(2), Duration::from_millis(4));

/// The report of the only task.
fn only(supervisor: &Supervisor) -> TaskReport {
    supervisor.report().remove(0)
}

#[tokio::test]
async fn a_task_that_panics_is_started_again_with_its_queue() {
    let supervisor = Supervisor::new(QUICK);
    let (queue, inbox) = mpsc::channel::<u32>(4);
    let (taken, mut seen) = mpsc::channel(4);
    let inbox = Arc::new(tokio::sync::Mutex::new(inbox));
    supervisor.watch("reader", move || {
        let (inbox, taken) = (Arc::clone(&inbox), taken.clone());
        async move {
            let mut inbox = inbox.lock().await;
            while let Some(number) = inbox.recv().await {
                assert!(number != 2, "two is too much");
                taken.send(number).await.ok();
            }
        }
    });
    for number in 1..=3 {
        queue.send(number).await.ok();
    }
    assert_eq!(seen.recv().await, Some(1));
    assert_eq!(
        seen.recv().await,
        Some(3),
        "what waited is taken after the restart"
    );
    let report = only(&supervisor);
    assert_eq!((report.restarts, report.state), (1, TaskState::Running));
}

#[tokio::test]
async fn a_task_that_ends_unasked_is_started_again() {
    let supervisor = Supervisor::new(QUICK);
    let (began, mut begins) = mpsc::channel(4);
    supervisor.watch("brief", move || {
        let began = began.clone();
        async move {
            began.send(()).await.ok();
        }
    });
    for _ in 0..3 {
        assert!(begins.recv().await.is_some());
    }
    assert!(only(&supervisor).restarts >= 2);
}

#[tokio::test]
async fn a_task_without_which_nothing_goes_on_ends_the_process() {
    let supervisor = Supervisor::new(QUICK);
    let keeper = supervisor.vital("heart", std::future::pending());
    assert!(supervisor.inject_panic("heart"));
    assert_eq!(supervisor.fatal().await, "heart");
    keeper.await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(only(&supervisor).state, TaskState::Fatal);
    assert!(!supervisor.inject_panic("liver"), "there is no such task");
}

#[tokio::test]
async fn a_stop_is_no_fault() {
    let supervisor = Supervisor::new(QUICK);
    let begun = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&begun);
    supervisor.stopping();
    let keeper = supervisor.watch("brief", move || {
        count.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    keeper.await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(begun.load(Ordering::Relaxed), 1);
    assert_eq!(only(&supervisor).state, TaskState::Stopped);
}
