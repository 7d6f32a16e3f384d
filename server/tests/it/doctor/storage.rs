//! The object storage, broken in each way; and its clock.

use super::{
    assert_found, beside,
    fake_s3::{self, Fault},
    found, without_database,
};
use crate::support::TestApp;
use orderline_domain::checkup::{Part, Symptom};
use orderline_server::{
    blob::{Blob, BlobConfig, BlobTimeouts},
    embedded::s3::EmbeddedS3,
    supervisor::Supervisor,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_storage_that_does_not_do_what_recordings_need_is_found() {
    for (fault, symptom) in [
        (Fault::Nothing, Symptom::StorageGood),
        (Fault::Overwrites, Symptom::StorageOverwrites),
        (Fault::Lies, Symptom::StorageOverwrites),
        (Fault::Unconditional, Symptom::StorageUnconditional),
        (Fault::Differs, Symptom::StorageDiffers),
        (Fault::Keeps, Symptom::StorageKeeps),
        (Fault::Denies, Symptom::StorageDenied),
        (Fault::NoBucket, Symptom::StorageNoBucket),
    ] {
        let options = fake_s3::start(fault).await;
        let report = without_database(&options.each_ref().map(String::as_str)).await;
        let finding = found(&report, Part::Storage);
        assert_eq!(finding.symptom, symptom, "{fault:?}: {finding:?}");
        if fault == Fault::Nothing {
            assert_found(&report, Part::Clock, Symptom::ClockGood);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_clock_ten_minutes_off_is_found() {
    let options = fake_s3::start(Fault::Late).await;
    let report = without_database(&options.each_ref().map(String::as_str)).await;
    assert_found(&report, Part::Clock, Symptom::ClockOff);
    let seconds = &found(&report, Part::Clock).params["seconds"];
    let seconds: i64 = seconds.parse().expect("a number");
    assert!((595..=615).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_storage_that_is_away_is_found() {
    let report = without_database(&[
        "--s3-endpoint=http://127.0.0.1:1",
        "--s3-access-key=anybody",
        "--s3-secret-key=anything",
    ])
    .await;
    assert_found(&report, Part::Storage, Symptom::StorageUnreachable);
    assert_found(&report, Part::Clock, Symptom::ClockUnknown);
}

/// A look that runs out of time takes its object away all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_nothing_is_left_in_a_storage_that_is_too_slow() {
    let objects = fake_s3::Objects::default();
    let options = fake_s3::start_with(Fault::Slow, objects.clone()).await;
    let report = without_database(&options.each_ref().map(String::as_str)).await;
    assert_found(&report, Part::Storage, Symptom::NotInTime);
    let left = objects.lock().expect("a lock");
    assert!(left.is_empty(), "{:?}", left.keys());
}

/// Our own store does what is asked of any; with a wrong secret it lets nobody in. Nothing is left of the trial.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_our_own_store_is_good_and_wrong_keys_are_found() {
    let app = TestApp::start().await;
    let data = tempfile::tempdir().expect("a folder");
    let store = EmbeddedS3::start(data.path(), &Supervisor::default()).await;
    let store = store.expect("it starts");
    let endpoint = format!("--s3-endpoint={}", store.endpoint);
    let access = format!("--s3-access-key={}", store.access_key);
    let secret = format!("--s3-secret-key={}", store.secret_key.as_str());
    let bucket = format!("--s3-bucket={}", app.server.app.config.storage.bucket);

    let report = beside(&app, &[&endpoint, &access, &secret, &bucket]).await;
    assert_found(&report, Part::Storage, Symptom::StorageNoBucket);

    let blob = Blob::connect(&BlobConfig {
        endpoint: Some(store.endpoint.clone()),
        region: "us-east-1".to_owned(),
        bucket: app.server.app.config.storage.bucket.clone(),
        access_key: store.access_key.clone(),
        secret_key: store.secret_key.clone(),
        path_style: true,
        timeouts: BlobTimeouts::default(),
    });
    blob.ensure_bucket().await.expect("a bucket");
    let report = beside(&app, &[&endpoint, &access, &secret, &bucket]).await;
    assert_found(&report, Part::Storage, Symptom::StorageGood);
    let left = blob.list("").await.expect("a list");
    assert!(left.is_empty(), "{left:?}");

    let report = beside(
        &app,
        &[&endpoint, &access, "--s3-secret-key=wrong", &bucket],
    )
    .await;
    assert_found(&report, Part::Storage, Symptom::StorageDenied);
    store.stop().await;
    app.stop().await;
}
