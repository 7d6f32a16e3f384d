//! The master key, broken in each way.

use super::{assert_found, beside, look};
use crate::support::TestApp;
use orderline_domain::checkup::{Part, Symptom};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

fn write_key(path: &Path, key: &[u8], mode: u32) {
    fs::write(path, key).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_key_that_others_read_or_that_is_another_one_is_found() {
    // Another node may record at any moment, so the key that was kept is needed.
    let several = "--several-nodes";
    let app = TestApp::start_with(&[several]).await;
    let path = app.data.path().join("keys/master.key");
    let key = fs::read(&path).expect("the master key");
    assert_found(
        &beside(&app, &[several]).await,
        Part::Keys,
        Symptom::KeysGood,
    );

    write_key(&path, &key, 0o644);
    assert_found(
        &beside(&app, &[several]).await,
        Part::Keys,
        Symptom::KeysOpen,
    );
    write_key(&path, &key[1..], 0o600);
    assert_found(
        &beside(&app, &[several]).await,
        Part::Keys,
        Symptom::KeysUnreadable,
    );
    write_key(&path, &[7; 32], 0o600);
    let report = beside(&app, &[several]).await;
    assert_found(&report, Part::Keys, Symptom::KeysOther);
    assert!(
        !report.text().contains(&hex::encode(&key)),
        "a key stays secret"
    );
    write_key(&path, &key, 0o600);

    let elsewhere = tempfile::tempdir().expect("a folder");
    let report = look(&app.database.url, elsewhere.path(), &[several]).await;
    assert_found(&report, Part::Keys, Symptom::KeysMissing);
    let file = "--master-key-file=/nowhere/master.key";
    let report = look(&app.database.url, elsewhere.path(), &[file]).await;
    assert_found(&report, Part::Keys, Symptom::KeysMissing);
    app.stop().await;
}
