//! A killed server: what was acknowledged is there, recordings play, calls are back or closed.

use orderline_tests::recovery::{Plan, Storm, run, storm};

/// Kills of a usual run, and of a nightly one.
const USUAL: u32 = 3;
const NIGHTLY: u32 = 100;
/// Threads in which both people write without a rest while the server is killed.
const STORM: u32 = 20;
/// Kills in a storm, on a usual run and on a nightly one.
const USUAL_IN_STORM: u32 = 2;
const NIGHTLY_IN_STORM: u32 = 50;
/// Seconds of sound before a kill that may be missing: a flush every quarter of a second, the reorder window, and a
/// machine that is busy with other tests.
const MOST_LOST_S: f64 = 1.0;

/// X1, X11: three kills during chat and a recorded call lose no acknowledged message and at most a second of sound.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x1_x11_killed_during_chat_and_a_recorded_call() {
    let nightly = std::env::var_os("ORDERLINE_NIGHTLY").is_some();
    let kills = if nightly { NIGHTLY } else { USUAL };
    let outcome = run(Plan {
        kills,
        seed: 7,
        cuts: false,
    })
    .await
    .expect("the drill runs");
    assert!(outcome.acknowledged > 0, "messages were acknowledged");
    assert_eq!(outcome.acknowledged_messages_lost, 0);
    assert_eq!(outcome.recordings_unplayable, 0);
    assert!(outcome.audio_lost_s_max <= MOST_LOST_S, "{outcome:?}");
    assert_eq!(outcome.wrong, Vec::<String>::new());
}

/// X11: killed while many threads share each commit: what was acknowledged is there, once and in its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x11_killed_under_a_storm_of_messages() {
    let nightly = std::env::var_os("ORDERLINE_NIGHTLY").is_some();
    let outcome = storm(Storm {
        threads: STORM,
        kills: if nightly {
            NIGHTLY_IN_STORM
        } else {
            USUAL_IN_STORM
        },
        seed: 11,
    })
    .await
    .expect("the drill runs");
    assert!(
        outcome.acknowledged_messages > 0,
        "messages were acknowledged"
    );
    assert_eq!((outcome.acknowledged_messages_lost, outcome.wrong), (0, 0));
}
