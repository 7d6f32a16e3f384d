//! The key that every recording's own key is wrapped with: with another one than the recordings need, or without one,
//! the server does not start, and says why.

use crate::{
    call_support::running,
    support::{TestApp, TestDatabase, try_start},
};
use orderline_protocol::socket::Command;
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

const NO_OPTIONS: [&str; 0] = [];

/// Why a server does not start on this database and data.
async fn refusal(database: &TestDatabase, data: &Path, options: &[&str]) -> String {
    match try_start(database, data, options).await {
        Ok(server) => {
            server.stop().await.expect("it stops");
            panic!("it started")
        }
        Err(error) => format!("{error:#}"),
    }
}

fn write_key(path: &Path, key: &[u8], mode: u32) {
    fs::write(path, key).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_with_another_master_key_or_without_one_is_refused() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.stored_whole(&ended).await;
    let id = app.server.app.env.keys.master.id();
    let (database, _, data) = app.abandon().await;
    let path = data.path().join("keys/master.key");
    let key = fs::read(&path).expect("the master key");
    let start = |options| refusal(&database, data.path(), options);

    fs::remove_file(&path).expect("gone");
    let words = start(&NO_OPTIONS).await;
    assert!(words.contains("there is no master key"), "{words}");
    assert!(words.contains(&id) && words.contains("backup"), "{words}");
    assert!(!path.exists(), "nothing is made in its place");

    write_key(&path, &[7; 32], 0o600);
    let words = start(&NO_OPTIONS).await;
    assert!(words.contains("need the one with the id"), "{words}");
    assert!(words.contains(&id), "{words}");
    assert!(!words.contains(&hex::encode(&key)), "a key stays secret");

    write_key(&path, &key, 0o644);
    let words = start(&NO_OPTIONS).await;
    assert!(words.contains("chmod 600"), "{words}");

    let elsewhere = data.path().join("elsewhere.key");
    write_key(&elsewhere, &key, 0o600);
    let option = format!("--master-key-file={}", elsewhere.display());
    let server = try_start(&database, data.path(), &[&option]).await;
    let server = server.expect("it starts with the right key");
    assert_eq!(server.app.env.keys.master.id(), id);
    server.stop().await.expect("it stops");
    database.remove().await;
}

/// Nothing is recorded yet, and nobody else is there: whoever starts anew may make a new key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_recordings_a_new_key_is_made() {
    let app = TestApp::start().await;
    let first = app.server.app.env.keys.master.id();
    let (database, _, data) = app.abandon().await;
    fs::remove_file(data.path().join("keys/master.key")).expect("gone");
    let server = try_start(&database, data.path(), &NO_OPTIONS).await;
    let server = server.expect("it starts");
    assert_ne!(server.app.env.keys.master.id(), first);
    server.stop().await.expect("it stops");
    database.remove().await;
}

/// A second node has the first one's master key, or does not start, whether or not anything was recorded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_node_with_another_master_key_is_refused() {
    let several = ["--several-nodes"];
    let app = TestApp::start_with(&several).await;
    let other = tempfile::tempdir().expect("a folder");
    let words = refusal(&app.database, other.path(), &several).await;
    assert!(words.contains("all nodes use the same one"), "{words}");
    let (second, _data) = app.second().await;
    second.stop().await.expect("the second node stops");
    app.stop().await;
}
