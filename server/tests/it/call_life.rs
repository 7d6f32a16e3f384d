//! The whole life of a call, and each of its ends: on real Postgres, real sockets and real media.

use crate::call_support::{Page, accepted, is_of, running};
use crate::support::{TestApp, eventually};
use orderline_domain::{call::CallEndReason, thread::EventBody};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase},
    http::RecordingList,
    recording::RecordingPhase,
    socket::{Answer, Command},
    thread::ThreadSnapshot,
};
use std::time::Duration;

/// B3, B4, CU1, CU7: rings, is accepted under the shown notice, both hear each other, ends for both;
/// the thread says when and for how long, and that the recording is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b3_b4_cu1_cu7_a_call_from_ring_to_stored_recording() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;

    let consent = run.buyer.told("consent_given").await;
    assert!(is_of(&consent, run.call));
    assert_eq!(consent.author, Some(app.shops.ours.user("buyer")));
    let started = run.seller.told("call_started").await;
    let recording = run.seller.told("recording_started").await;
    assert!(is_of(&recording, run.call));

    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    assert_eq!(ended.phase, CallPhase::Ended);
    assert_eq!(ended.end_reason, Some(CallEndReason::HungUpBySeller));
    assert_eq!(
        run.at_seller.signalling.ended().await,
        CallEndReason::HungUpBySeller
    );
    assert_eq!(
        run.at_buyer.signalling.ended().await,
        CallEndReason::HungUpBySeller
    );
    let event = run.buyer.told("call_ended").await;
    let EventBody::CallEnded {
        started_at,
        ended_at,
        duration_ms,
        reason,
        ..
    } = event.body
    else {
        panic!("not an end")
    };
    assert_eq!(reason, CallEndReason::HungUpBySeller);
    let EventBody::CallStarted {
        started_at: said, ..
    } = started.body
    else {
        panic!("not a start")
    };
    assert_eq!(started_at, Some(said));
    let wall = u64::try_from(ended_at.duration_since(said).as_millis()).unwrap();
    assert!(wall.abs_diff(duration_ms) <= 1, "{wall} {duration_ms}");

    let stored = run.buyer.told("recording_stored").await;
    let EventBody::RecordingStored {
        duration_ms: recorded,
        ..
    } = stored.body
    else {
        panic!("not a recording")
    };
    assert!(
        recorded.abs_diff(duration_ms) < 1_000,
        "{recorded} ms recorded of {duration_ms}"
    );
    let path = format!("/api/threads/{}", run.thread);
    let thread: ThreadSnapshot = run.seller.browser.read(&path).await;
    assert!(
        thread.calling.unsummarised.is_empty(),
        "what is recorded needs no summary"
    );
    app.stop().await;
}

/// The buyer hangs up from the call's own socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_buyer_hangs_up_in_the_call() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    run.at_buyer.signalling.send(&CallClientFrame::HangUp).await;
    assert_eq!(
        run.at_seller.signalling.ended().await,
        CallEndReason::HungUpByBuyer
    );
    let ended = run.seller.phase(CallPhase::Ended).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::HungUpByBuyer));
    let event = run.seller.told("call_ended").await;
    assert_eq!(event.author, Some(app.shops.ours.user("buyer")));
    app.stop().await;
}

/// Declined with a reason, seen by both, and the thread is free again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_declined_with_a_reason() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let rung = seller.ring(shop.thread).await;
    buyer.phase(CallPhase::Ringing).await;
    let reason = Some("  please write instead ".to_owned());
    let answer = Answer::Decline {
        reason,
        call_at: None,
    };
    let declined = buyer
        .call(Command::AnswerCall {
            call: rung.call,
            answer,
        })
        .await;
    assert_eq!(declined.phase, CallPhase::Declined);
    seller.phase(CallPhase::Declined).await;
    let event = seller.told("call_declined").await;
    let EventBody::CallDeclined {
        reason: Some(reason),
        ..
    } = event.body
    else {
        panic!("no reason")
    };
    assert_eq!(reason.as_str(), "please write instead");
    let again = seller.ring(shop.thread).await;
    assert_eq!(again.phase, CallPhase::Ringing);
    let cancelled = seller.call(Command::HangUp { call: again.call }).await;
    assert_eq!(cancelled.phase, CallPhase::Cancelled);
    buyer.phase(CallPhase::Cancelled).await;
    assert!(is_of(&buyer.told("call_cancelled").await, again.call));
    app.stop().await;
}

/// Nobody answers; the ring ends by itself, also when the server was restarted under it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_answers_through_a_restart() {
    let app = TestApp::start().await;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    let thread = app.shops.ours.thread;
    let rung = seller.ring(thread).await;
    let app = app.restart().await;
    let mut buyer = Page::open(&app, &app.shops.ours, "buyer").await;
    app.pass(Duration::from_secs(46)).await;
    let missed = buyer.phase(CallPhase::NoAnswer).await;
    assert_eq!(missed.call, rung.call);
    assert!(is_of(&buyer.told("call_missed").await, rung.call));
    app.stop().await;
}

/// A call that is accepted but whose media never meet ends as such, and its recording is empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_whose_media_never_meet_ends_as_such() {
    let app = TestApp::start().await;
    let (mut seller, _buyer, call) = accepted(&app).await;
    app.pass(Duration::from_secs(31)).await;
    let ended = seller.phase(CallPhase::Ended).await;
    assert_eq!(ended.call, call.call);
    assert_eq!(ended.end_reason, Some(CallEndReason::NeverConnected));
    assert_eq!((ended.started_at, ended.duration_ms), (None, Some(0)));
    let compliance = app.sign_in(&app.shops.ours.email("compliance")).await;
    eventually("the recording is known to be empty", async || {
        let list: RecordingList = compliance.read("/api/recordings").await;
        (list.items[0].phase == RecordingPhase::Empty).then_some(())
    })
    .await;
    app.stop().await;
}

/// A closed tab says so and ends the call after the time that a reload would need.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_tab_ends_the_call() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    run.at_buyer.close_tab().await;
    run.seller.phase(CallPhase::Reconnecting).await;
    app.pass(Duration::from_secs(12)).await;
    let ended = run.seller.phase(CallPhase::Ended).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::HungUpByBuyer));
    app.stop().await;
}

/// A reload comes back into the running call; the other side's page stays in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_comes_back() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    run.at_buyer.close_tab().await;
    let back = run.buyer.join(run.call, 3).await;
    back.hears().await;
    run.at_seller.hears().await;
    app.pass(Duration::from_secs(13)).await;
    run.seller.call(Command::HangUp { call: run.call }).await;
    let ended = run.seller.phase(CallPhase::Ended).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::HungUpBySeller));
    app.stop().await;
}

/// B3: a side that vanishes without a word is held for, then the call ends at its last packet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b3_a_lost_side_ends_the_call_at_its_last_packet() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    drop(run.at_buyer);
    let lost = run.seller.phase(CallPhase::Reconnecting).await;
    app.pass(Duration::from_secs(31)).await;
    let ended = run.seller.phase(CallPhase::Ended).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::ConnectionLost));
    let event = run.seller.told("call_ended").await;
    let EventBody::CallEnded {
        started_at,
        ended_at,
        duration_ms,
        ..
    } = event.body
    else {
        panic!("not an end")
    };
    assert_eq!(started_at, lost.started_at);
    assert_eq!(Some(ended_at), ended.ended_at);
    assert!(
        duration_ms < 25_000,
        "the wait for the lost side counts: {duration_ms} ms"
    );
    assert_eq!(
        run.at_seller.signalling.ended().await,
        CallEndReason::ConnectionLost
    );
    app.stop().await;
}
