//! Things that fail do not hold up those that do not.

#![expect(
    clippy::panic,
    reason = "a worker that panics is one of the things tried"
)]

use super::*;
use std::sync::Mutex;

/// Fails for good on odd numbers, and panics on 13.
#[derive(Default)]
struct Odd {
    done: Mutex<Vec<u32>>,
    tried: Mutex<BTreeMap<u32, u32>>,
}

impl Worker<u32> for Odd {
    async fn attempt(&self, thing: &u32, failures: u32) -> Attempted {
        assert!(*thing != 13, "thirteen");
        if let Ok(mut tried) = self.tried.lock() {
            assert_eq!(
                *tried.entry(*thing).or_default(),
                failures,
                "failures are counted"
            );
            *tried.entry(*thing).or_default() += 1;
        }
        if thing % 2 == 1 {
            return if failures < 3 {
                Attempted::Later(Duration::from_millis(2))
            } else {
                Attempted::Done
            };
        }
        if let Ok(mut done) = self.done.lock() {
            done.push(*thing);
        }
        Attempted::Done
    }
}

#[tokio::test]
async fn four_that_fail_hold_up_nobody() {
    let (sender, mut queue) = mpsc::channel(16);
    let (_stop, mut stopped) = watch::channel(false);
    for thing in [1, 3, 5, 7, 9, 2, 4] {
        sender
            .send(thing)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
    }
    drop(sender);
    let worker = Odd::default();
    Retries::new(4, 16)
        .run(&worker, &mut queue, &mut stopped)
        .await;
    assert_eq!(worker.done.into_inner().ok(), Some(vec![2, 4]));
    let tried = worker.tried.into_inner().unwrap_or_default();
    assert_eq!(
        tried,
        BTreeMap::from([(1, 4), (2, 1), (3, 4), (4, 1), (5, 4), (7, 4), (9, 4)])
    );
}

#[tokio::test]
async fn one_that_panics_waits_and_the_others_pass() {
    let (sender, mut queue) = mpsc::channel(16);
    let (stop, mut stopped) = watch::channel(false);
    for thing in [13, 2, 4] {
        sender
            .send(thing)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let worker = Odd::default();
    let mut retries = Retries::new(1, 16);
    let seen = async {
        while worker.done.lock().is_ok_and(|done| done.len() < 2) {
            tokio::task::yield_now().await;
        }
        stop.send_replace(true);
    };
    tokio::join!(retries.run(&worker, &mut queue, &mut stopped), seen);
    assert_eq!(retries.things.len(), 1, "it is not forgotten");
    assert_eq!(retries.due.len(), 1, "and comes again");
}
