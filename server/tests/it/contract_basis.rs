//! On what a phone order's contract stands: the recorded talk, if it reaches from its start to the confirmation.

use crate::call_support::{Running, running};
use crate::offer_support::{Shelf, complete, confirm, place, show};
use crate::support::{TestApp, eventually};
use orderline_domain::{
    ids::RecordingId,
    order::{ContractBasis, OrderState},
};
use orderline_protocol::{
    call::ModeView,
    offer::OfferView,
    socket::{Command, TalkStep},
};
use sqlx::Row as _;

async fn recorded(run: &mut Running) -> RecordingId {
    let snapshot: orderline_protocol::thread::ThreadSnapshot = run
        .seller
        .browser
        .read(&format!("/api/threads/{}", run.thread))
        .await;
    match snapshot.call.map(|call| call.mode) {
        Some(ModeView::Recorded { recording, .. }) => recording,
        other => panic!("not recorded: {other:?}"),
    }
}

async fn shown(app: &TestApp, run: &mut Running) -> OfferView {
    let shelf = Shelf::fill(app, &app.shops.ours).await;
    let draft = complete(app, &shelf.one_time);
    show(&mut run.seller.socket, run.thread, &draft).await
}

/// Stored segments that somebody cut: one that nobody cuts is four seconds long.
async fn stored_short(app: &TestApp) -> i64 {
    let mut conn = app.database.connect().await;
    let query = sqlx::query(
        "SELECT count(*) FROM recording_segments
          WHERE stored_at IS NOT NULL AND last_at - first_at < interval '3.8 s'",
    );
    query.fetch_one(&mut conn).await.unwrap().get(0)
}

/// X2: recorded from its start to the confirmation, the talk is the basis; what was said up to there is stored while
/// the call goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x2_a_talk_that_is_recorded_to_the_confirmation_is_the_basis() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    let recording = recorded(&mut run).await;
    let offer = shown(&app, &mut run).await;
    confirm(&mut run.buyer.socket, &offer).await;
    let order = place(&mut run.seller.socket, &offer).await;
    assert_eq!(order.basis, ContractBasis::Recording { recording });
    assert_eq!(order.state, OrderState::Placed);
    eventually(
        "what was said up to the confirmation is stored",
        async || (stored_short(&app).await > 0).then_some(()),
    )
    .await;
    app.stop().await;
}

/// X2: once recording was stopped, what is confirmed afterwards needs the buyer's writing; what was confirmed
/// before does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x2_a_recording_that_was_stopped_carries_what_was_confirmed_before_alone() {
    for stopped_first in [true, false] {
        let app = TestApp::start().await;
        let mut run = running(&app).await;
        let recording = recorded(&mut run).await;
        let offer = shown(&app, &mut run).await;
        let stop = Command::ContractTalk {
            call: run.call,
            step: TalkStep::Stop,
        };
        if stopped_first {
            run.seller.call(stop).await;
            confirm(&mut run.buyer.socket, &offer).await;
        } else {
            confirm(&mut run.buyer.socket, &offer).await;
            run.seller.call(stop).await;
        }
        let order = place(&mut run.seller.socket, &offer).await;
        let expected = if stopped_first {
            ContractBasis::WrittenConfirmation
        } else {
            ContractBasis::Recording { recording }
        };
        assert_eq!(order.basis, expected, "stopped first: {stopped_first}");
        app.stop().await;
    }
}
