//! One person is in one call, however many ring at once: the database decides.

use crate::{
    call_support::Page,
    support::{TestApp, fresh_uuid, socket::command_id},
};
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    call::CallPhase,
    problem::Code,
    socket::{Command, CommandResult},
};
use orderline_server::actor::Actor;
use reqwest::StatusCode;
use serde_json::json;

/// Further threads of this seller, one with each of these buyers.
async fn threads(app: &TestApp, seller: &str, buyers: &[&str]) -> Vec<ThreadId> {
    let shop = &app.shops.ours;
    let page = app.sign_in(&shop.email(seller)).await;
    let mut threads = Vec::new();
    for buyer in buyers {
        let thread = ThreadId::from_uuid(fresh_uuid());
        let wish = json!({ "thread": thread, "customer": shop.user(buyer), "title": "More" });
        let opened = page.post("/api/threads", &wish).await;
        assert_eq!(opened.status(), StatusCode::CREATED);
        threads.push(thread);
    }
    threads
}

async fn ring(app: &TestApp, actor: Actor, thread: ThreadId) -> CommandResult {
    let body = Command::StartCall { thread };
    app.server.app.run.command(&actor, command_id(), body).await
}

async fn hang_up_all(app: &TestApp, results: &[(Actor, CommandResult)]) {
    for (actor, result) in results {
        if let CommandResult::Call { call } = result
            && call.phase == CallPhase::Ringing
        {
            let body = Command::HangUp { call: call.call };
            app.server.app.run.command(actor, command_id(), body).await;
        }
    }
}

/// Two sellers ring one buyer at the same moment: one call rings, the other finds the buyer busy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sellers_cannot_ring_one_buyer_at_once() {
    let app = TestApp::start().await;
    let other = threads(&app, "seller2", &["buyer"]).await[0];
    let own = app.shops.ours.thread;
    let (one, two) = (app.actor("seller").await, app.actor("seller2").await);
    for round in 0..10 {
        let (first, second) =
            tokio::join!(ring(&app, one.clone(), own), ring(&app, two.clone(), other));
        let results = [(one.clone(), first), (two.clone(), second)];
        let mut phases: Vec<CallPhase> = Vec::new();
        for (_, result) in &results {
            match result {
                CommandResult::Call { call } => phases.push(call.phase),
                other => panic!("round {round}: {other:?}"),
            }
        }
        let count = |wanted| phases.iter().filter(|it| **it == wanted).count();
        assert_eq!(
            (count(CallPhase::Ringing), count(CallPhase::Busy)),
            (1, 1),
            "round {round}"
        );
        hang_up_all(&app, &results).await;
    }
    app.stop().await;
}

/// One seller begins four calls at the same moment: one begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_seller_cannot_begin_two_calls_at_once() {
    let app = TestApp::start().await;
    let mut all = threads(&app, "seller", &["buyer2", "buyer2", "buyer2"]).await;
    all.push(app.shops.ours.thread);
    let seller = app.actor("seller").await;
    for round in 0..5 {
        let rings = all.iter().map(|thread| ring(&app, seller.clone(), *thread));
        let done = futures::future::join_all(rings).await;
        let results: Vec<_> = done.into_iter().map(|it| (seller.clone(), it)).collect();
        let mut began = 0;
        for (_, result) in &results {
            match result {
                CommandResult::Call { .. } => began += 1,
                CommandResult::Failed { problem } => {
                    assert_eq!(problem.code, Code::CallInProgress, "round {round}");
                }
                other => panic!("round {round}: {other:?}"),
            }
        }
        assert_eq!(began, 1, "round {round}");
        hang_up_all(&app, &results).await;
    }
    // Whoever's call has ended is free again.
    let mut page = Page::open(&app, &app.shops.ours, "seller").await;
    assert_eq!(
        page.ring(app.shops.ours.thread).await.phase,
        CallPhase::Ringing
    );
    app.stop().await;
}
