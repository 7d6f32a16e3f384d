//! `orderline doctor`: each thing that it looks at, with that very thing broken.

mod database;
mod disk;
mod fake_s3;
mod keys;
mod mail;
mod network;
mod public_url;
mod storage;
mod turn;

use crate::support::{TestApp, TestDatabase};
use clap::Parser as _;
use orderline_domain::checkup::{Finding, Part, Symptom, Verdict, bounds::DiskBounds};
use orderline_server::{
    config::{Cli, DoctorArgs, Doing},
    doctor::{Report, examine_with},
};
use std::path::Path;

/// The options of a doctor for this database and data folder.
fn args(url: &str, data: &Path, options: &[&str]) -> DoctorArgs {
    let mut args = vec![
        "orderline".to_owned(),
        "doctor".to_owned(),
        format!("--data={}", data.display()),
        format!("--database-url={url}"),
    ];
    if !options.iter().any(|it| it.starts_with("--turn")) {
        args.push("--no-turn".to_owned());
    }
    if !options.iter().any(|it| it.starts_with("--listen")) {
        args.push("--listen=127.0.0.1:0".to_owned());
    }
    args.extend(options.iter().map(ToString::to_string));
    let cli = Cli::try_parse_from(args).expect("the options are known");
    let Doing::Doctor(args) = cli.doing else {
        panic!("doctor was asked for")
    };
    *args
}

/// What the doctor finds for this database and data folder.
async fn look(url: &str, data: &Path, options: &[&str]) -> Report {
    // The machine of a test may be full.
    let disk = DiskBounds { low: 1, least: 1 };
    let report = examine_with(args(url, data, options), disk).await;
    report.expect("the settings can be")
}

/// The same beside a running server.
async fn beside(app: &TestApp, options: &[&str]) -> Report {
    look(&app.database.url, app.data.path(), options).await
}

/// The same where nothing else is needed than what the options name: there is no database.
async fn without_database(options: &[&str]) -> Report {
    let data = tempfile::tempdir().expect("a folder");
    look("postgres://127.0.0.1:1/none", data.path(), options).await
}

/// What was found at one part.
fn found(report: &Report, part: Part) -> &Finding {
    let mut all = report.findings().iter().filter(|it| it.part == part);
    let one = all.next().expect("a line for each part");
    assert!(all.next().is_none(), "one line for each part");
    one
}

#[track_caller]
fn assert_found(report: &Report, part: Part, symptom: Symptom) {
    let finding = found(report, part);
    assert_eq!(finding.symptom, symptom, "{finding:?}");
}

/// P1: everything is looked at, one line a part, in words and for machines; what this installation does without is told
/// as that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_the_doctor_says_how_each_part_of_an_installation_is() {
    let app = TestApp::start().await;
    let report = beside(&app, &[]).await;
    let seen: Vec<Part> = report.findings().iter().map(|it| it.part).collect();
    assert_eq!(seen, Part::ALL);
    assert!(!report.is_broken(), "{}", report.text());
    for (part, symptom) in [
        (Part::Database, Symptom::DatabaseGood),
        (Part::Storage, Symptom::StorageOwn),
        (Part::Mail, Symptom::MailNone),
        (Part::Sms, Symptom::SmsNone),
        (Part::Turn, Symptom::TurnNone),
        (Part::PublicUrl, Symptom::PublicLocal),
        (Part::Disk, Symptom::DiskGood),
        (Part::Keys, Symptom::KeysGood),
    ] {
        assert_found(&report, part, symptom);
    }
    let text = report.text();
    assert_eq!(text.lines().count(), Part::ALL.len(), "{text}");
    assert!(text.contains("not set up"), "{text}");
    assert!(!text.contains('{') && !text.contains("checkup."), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&report.json().expect("JSON")).expect("JSON");
    assert_eq!(json[0]["part"], "database");
    assert_eq!(json[0]["verdict"], "ok");
    assert_eq!(json[0]["symptom"], "database_good");
    assert!(json[0]["words"].as_str().is_some_and(|it| !it.is_empty()));
    app.stop().await;
}

/// A machine on which nothing was done yet: nothing is made by looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_looking_at_an_empty_machine_makes_nothing() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let report = look(&database.url, &data, &[]).await;
    assert_found(&report, Part::Keys, Symptom::KeysNotYet);
    let finding = found(&report, Part::Database);
    assert_eq!(finding.verdict, Verdict::Warning, "{finding:?}");
    assert!(!report.is_broken(), "{}", report.text());
    assert!(!data.exists());
    let mut conn = database.connect().await;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            .fetch_one(&mut conn)
            .await
            .expect("counted");
    assert_eq!(tables, 0);
    database.remove().await;
}
