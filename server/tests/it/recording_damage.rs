//! Stored recordings that are damaged: told apart from a store that does not answer, given up after a while, rendered
//! with what is left, and told to compliance.

use crate::{
    call_support::running,
    support::{Browser, TestApp, eventually},
};
use orderline_domain::recording::Damage;
use orderline_protocol::{
    http::RecordingList,
    recording::{PlayView, RecordingPhase},
    socket::Command,
};
use reqwest::StatusCode;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// The store's files whose name ends so, in order.
fn objects(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Changes one bit in the middle of an object.
fn flip(object: &Path) {
    let mut bytes = fs::read(object).expect("an object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(object, bytes).expect("written");
}

async fn open(compliance: &Browser) -> PlayView {
    let list: RecordingList = compliance.read("/api/recordings").await;
    let plays = format!("/api/recordings/{}/plays", list.items[0].recording);
    let reason = serde_json::json!({"reason": "A dispute"});
    let response = compliance.post(&plays, &reason).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.expect("a play")
}

/// One segment of a call is changed and one is gone; then the description of what was made is changed too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_recording_is_rendered_with_a_gap_that_is_named() {
    let app = TestApp::start().await;
    let compliance = app.sign_in(&app.shops.ours.email("compliance")).await;
    let mut run = running(&app).await;
    let store = app.data.path().join("s3/buckets");
    let stored = eventually("three segments are stored", async || {
        let stored = objects(&store, ".seg.obj");
        (stored.len() >= 3).then_some(stored)
    })
    .await;
    flip(&stored[0]);
    fs::remove_file(&stored[1]).expect("removed");
    run.seller.call(Command::HangUp { call: run.call }).await;
    // Each look costs a wait, so that a store of two minds has time to agree with itself.
    eventually("it is given up and rendered", async || {
        let mut conn = app.database.connect().await;
        let waits: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM jobs WHERE kind = 'render' AND lease_until IS NULL",
        )
        .fetch_one(&mut conn)
        .await
        .ok()?;
        if waits > 0 {
            app.clock.advance(Duration::from_secs(30));
        }
        let list: RecordingList = compliance.read("/api/recordings").await;
        (list.items[0].phase == RecordingPhase::Ready).then_some(())
    })
    .await;
    let play = open(&compliance).await;
    let told: Vec<Damage> = play.damage.iter().map(|it| it.damage).collect();
    assert_eq!(
        told,
        [Damage::Changed, Damage::Missing],
        "{:?}",
        play.damage
    );
    let (first, second) = (play.damage[0], play.damage[1]);
    assert!(
        first.from_ms <= 100 && (3_000..=5_000).contains(&first.to_ms),
        "{first:?}"
    );
    assert!(
        second.from_ms >= first.to_ms && second.to_ms > second.from_ms,
        "{second:?}"
    );
    let sound = play
        .tracks
        .iter()
        .find(|it| it.kind == "audio")
        .expect("sound");
    assert_eq!(compliance.get(&sound.url).await.status(), StatusCode::OK);
    assert!(!play.description_lost && !play.waveform.is_empty());

    let described = objects(&store, "manifest.json.obj");
    flip(described.first().expect("a description"));
    let play = open(&compliance).await;
    assert!(play.description_lost && play.waveform.is_empty());
    let sound = play
        .tracks
        .iter()
        .find(|it| it.kind == "audio")
        .expect("sound");
    let whole = compliance.get(&sound.url).await;
    assert_eq!(whole.status(), StatusCode::OK);
    let bytes = whole.bytes().await.expect("a body");
    assert!(bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]), "not WebM");
    app.stop().await;
}
