//! Tasks that fail, and what the server says of itself.

use crate::{
    call_support::{running, store_proxy::StoreProxy},
    support::{TestApp, eventually},
};
use orderline_protocol::{
    socket::Command,
    system::{Part, PartView, Readiness},
};
use orderline_server::{
    embedded::s3::EmbeddedS3,
    supervisor::{OnEnd, Supervisor, TaskReport, TaskState},
};
use reqwest::StatusCode;

/// What `/readyz` says.
async fn readiness(app: &TestApp) -> (StatusCode, Readiness) {
    let response = app.browser().get("/readyz").await;
    let status = response.status();
    (status, response.json().await.expect("JSON"))
}

fn part(readiness: &Readiness, part: Part) -> &PartView {
    let found = readiness.parts.iter().find(|it| it.part == part);
    found.expect("every part is told")
}

fn task(app: &TestApp, name: &str) -> TaskReport {
    let report = app.server.app.supervisor.report();
    let found = report.into_iter().find(|it| it.name == name);
    found.expect("a task of this name")
}

/// Every task that may be started again is made to panic, each while the others run; then a whole recorded call works.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_task_that_panics_is_noticed_and_started_again() {
    let app = TestApp::start_with(&["--several-nodes"]).await;
    let report = app.server.app.supervisor.report();
    let again = report.iter().filter(|it| it.on_end == OnEnd::Restart);
    let names: Vec<&'static str> = again.map(|it| it.name).collect();
    assert_eq!(
        names,
        [
            "acceptances",
            "appends",
            "drafts",
            "housekeeping",
            "lease",
            "mail",
            "meter",
            "nodes",
            "pump",
            "refusals",
            "remind",
            "render",
            "sessions",
            "text_message",
            "upload"
        ]
    );
    for name in names {
        assert!(app.server.app.supervisor.inject_panic(name));
        eventually("the readiness names what failed", async || {
            let (status, readiness) = readiness(&app).await;
            let tasks = part(&readiness, Part::Tasks);
            (status == StatusCode::SERVICE_UNAVAILABLE && tasks.words.contains(name)).then_some(())
        })
        .await;
        eventually("it runs again", async || {
            let task = task(&app, name);
            (task.restarts == 1 && task.state == TaskState::Running).then_some(())
        })
        .await;
        let numbers = app.browser().get("/metrics").await.text().await.unwrap();
        let counted = format!("orderline_tasks_restarted_total{{task=\"{name}\"}} 1");
        assert!(numbers.contains(&counted), "{counted}");
    }
    eventually("a call could be made again", async || {
        (readiness(&app).await.0 == StatusCode::OK).then_some(())
    })
    .await;
    let mut run = running(&app).await;
    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.stored_whole(&ended).await;
    app.stop().await;
}

/// Without these nothing works, and starting them again would not mend it: the process ends, and says so until then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vital_task_that_panics_ends_the_process() {
    for name in ["calls", "storage", "web"] {
        let app = TestApp::start().await;
        assert_eq!(task(&app, name).on_end, OnEnd::EndProcess);
        assert!(app.server.app.supervisor.inject_panic(name));
        assert_eq!(app.server.fatal().await, name);
        if name != "web" {
            let (status, readiness) = readiness(&app).await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            let words = &part(&readiness, Part::Tasks).words;
            assert!(
                words.contains("the process ends") && words.contains(name),
                "{words}"
            );
        }
        app.stop().await;
    }
}

/// Calls work without storage; a process that stops takes none.
#[tokio::test]
async fn readiness_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let s3 = EmbeddedS3::start(folder.path(), &Supervisor::default())
        .await
        .expect("storage");
    let door = StoreProxy::before(&s3).await;
    let options = door.options(&s3);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let app = TestApp::start_with(&options).await;
    let ready = eventually("everything is there", async || {
        let (status, readiness) = readiness(&app).await;
        (status == StatusCode::OK).then_some(readiness)
    })
    .await;
    let told: Vec<Part> = ready.parts.iter().map(|it| it.part).collect();
    assert_eq!(told, Part::ALL);
    assert!(
        ready.ready && ready.parts.iter().all(|it| it.ok),
        "{ready:?}"
    );

    door.shut();
    eventually("the storage is missed", async || {
        let (status, readiness) = readiness(&app).await;
        let bucket = part(&readiness, Part::Bucket).clone();
        assert_eq!(status, StatusCode::OK, "a call can still be made");
        (!bucket.ok && bucket.words.contains("recordings wait")).then_some(())
    })
    .await;
    door.open();

    app.server.app.health.drain();
    let (status, readiness) = readiness(&app).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!readiness.ready && !part(&readiness, Part::Process).ok);
    assert_eq!(app.browser().get("/livez").await.status(), StatusCode::OK);
    app.stop().await;
    s3.stop().await;
}
