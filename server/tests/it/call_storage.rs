//! A call's recording when the storage is down, and when the server stops under the call.

use crate::call_support::{Page, running, store_proxy::StoreProxy};
use crate::support::{TestApp, eventually};
use orderline_domain::{call::CallEndReason, thread::EventBody};
use orderline_protocol::{call::CallPhase, socket::Command};
use orderline_server::{embedded::s3::EmbeddedS3, supervisor::Supervisor};
use std::time::Duration;

/// X1: the storage goes down under a call and comes back after it: nothing is lost, everything is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x1_storage_down_during_a_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let s3 = EmbeddedS3::start(folder.path(), &Supervisor::default())
        .await
        .expect("storage");
    let door = StoreProxy::before(&s3).await;
    let options = door.options(&s3);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let app = TestApp::start_with(&options).await;
    let mut run = running(&app).await;
    door.shut();
    // Long enough for more than one segment.
    let spool = app.data.path().join("spool");
    eventually("a segment waits in the spool", async || {
        (waiting(&spool) > 0).then_some(())
    })
    .await;
    run.seller.call(Command::HangUp { call: run.call }).await;
    run.at_seller.hears_nothing_more().await;
    assert!(waiting(&spool) > 0);
    door.open();
    let stored = run.seller.told("recording_stored").await;
    let EventBody::RecordingStored { duration_ms, .. } = stored.body else {
        panic!("not a recording")
    };
    assert!(duration_ms >= 4_000, "{duration_ms}");
    assert_eq!(waiting(&spool), 0, "the spool is empty once all is stored");
    app.stop().await;
    s3.stop().await;
}

/// Complete segments in the spool.
fn waiting(spool: &std::path::Path) -> usize {
    let Ok(recordings) = std::fs::read_dir(spool) else {
        return 0;
    };
    recordings
        .flatten()
        .filter_map(|folder| std::fs::read_dir(folder.path()).ok())
        .flat_map(Iterator::flatten)
        .filter(|file| file.path().extension().is_some_and(|it| it == "seg"))
        .count()
}

/// X1: the server restarts under a call; both come back into the same call, which goes on in a new epoch of
/// the same recording.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x1_a_call_goes_on_after_a_restart() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    let call = run.call;
    drop(run);
    let app = app.restart().await;
    let shop = &app.shops.ours;
    let browser = app.sign_in(&shop.email("seller")).await;
    let (socket, calls) = crate::support::Socket::hello(&browser, &[]).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].call, calls[0].phase),
        (call, CallPhase::Reconnecting)
    );
    let mut seller = Page { browser, socket };
    let buyer = Page::open(&app, shop, "buyer").await;
    let at_seller = seller.join(call, 11).await;
    let at_buyer = buyer.join(call, 12).await;
    let active = seller.phase(CallPhase::Active).await;
    assert_eq!(active.started_at, calls[0].started_at);
    at_seller.hears().await;
    at_buyer.hears().await;
    let ended = seller.call(Command::HangUp { call }).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::HungUpBySeller));
    seller.stored_whole(&ended).await;
    app.stop().await;
}

/// X1: nobody comes back after the restart: the call ends at its last packet, and its recording is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x1_nobody_comes_back_after_a_restart() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    let call = run.call;
    drop(run);
    let app = app.restart().await;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    app.clock.advance(Duration::from_secs(31));
    let ended = seller.phase(CallPhase::Ended).await;
    assert_eq!(
        (ended.call, ended.end_reason),
        (call, Some(CallEndReason::ConnectionLost))
    );
    seller.stored_whole(&ended).await;
    app.stop().await;
}

/// The server comes back only after the grace: the call is closed at once, at its last packet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_comes_back_too_late() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    let call = run.call;
    drop(run);
    app.clock.advance(Duration::from_secs(31));
    let app = app.restart().await;
    let browser = app.sign_in(&app.shops.ours.email("seller")).await;
    let (socket, calls) =
        crate::support::Socket::hello(&browser, &[(app.shops.ours.thread, 0)]).await;
    assert!(calls.is_empty(), "{calls:?}");
    let mut seller = Page { browser, socket };
    let ended = seller.told("call_ended").await;
    let EventBody::CallEnded {
        call: of,
        reason,
        duration_ms,
        ..
    } = ended.body
    else {
        panic!("not an end")
    };
    assert_eq!(of, call);
    assert_eq!(reason, CallEndReason::ConnectionLost);
    assert!(
        duration_ms < 25_000,
        "the time without a server counts: {duration_ms}"
    );
    app.stop().await;
}
