//! A command or a snapshot holds one connection and waits for no second one: here the node has so few that it would
//! wait for itself.

use crate::{
    call_support::Page,
    offer_support::{Shelf, complete},
    support::{PATIENCE, Socket, TestApp, fresh_uuid, socket::command_id},
};
use futures::future::join_all;
use orderline_domain::{call::calling_rule::ProposedRule, thread::contact::ContactPolicy};
use orderline_protocol::{
    http::{CallingSettings, SetCalling},
    problem::Code,
    socket::{ClientFrame, ClientSignal, Command, CommandResult, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};
use sqlx::{Connection as _, Row as _};
use tokio::time::timeout;

async fn block_contact(app: &TestApp) {
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let now: CallingSettings = admin.read("/api/calling-rules").await;
    let wish = SetCalling {
        rule: ProposedRule::On,
        contact: ContactPolicy::Block,
        version: now.version,
    };
    let request = admin.request(reqwest::Method::PUT, "/api/calling-rules");
    let answer = request.json(&wish).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Twice as many requests with a phone number in their note as the node has connections, all at once: each is
/// answered, and so is whoever wants something else meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_with_a_phone_number_stall_nobody() {
    let app = TestApp::start_with(&["--database-connections=12"]).await;
    block_contact(&app).await;
    let shop = &app.shops.ours;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let mut sockets = Vec::new();
    for _ in 0..24 {
        sockets.push(Socket::hello(&buyer, &[]).await.0);
    }
    let seller = Page::open(&app, shop, "seller").await;
    let ask = Command::RequestCall {
        thread: shop.thread,
        wish: None,
        note: Some("Please call +49 341 1234567".to_owned()),
    };
    let asked = join_all(
        sockets
            .iter_mut()
            .map(|it| it.command(command_id(), ask.clone())),
    );
    let path = format!("/api/threads/{}", shop.thread);
    let all = async { tokio::join!(asked, seller.browser.read::<ThreadSnapshot>(&path)) };
    let (answers, _) = timeout(PATIENCE, all).await.expect("nobody waits");
    for answer in answers {
        match answer {
            CommandResult::Failed { problem } => assert_eq!(problem.code, Code::ContactBlocked),
            other => panic!("a number was let through: {other:?}"),
        }
    }
    app.stop().await;
}

/// With a single connection each of these would wait for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_is_enough_for_every_command() {
    let app = TestApp::start_with(&["--database-connections=1"]).await;
    block_contact(&app).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let asked = Command::RequestCall {
        thread: shop.thread,
        wish: None,
        note: Some("jana@example.com".to_owned()),
    };
    assert_eq!(buyer.refused(asked).await.code, Code::ContactBlocked);
    let said = Command::SendMessage {
        thread: shop.thread,
        text: "jana@example.com".to_owned(),
    };
    assert_eq!(buyer.refused(said).await.code, Code::ContactBlocked);
    seller.ring(shop.thread).await;
    let twice = Command::StartCall {
        thread: shop.thread,
    };
    assert_eq!(seller.refused(twice).await.code, Code::CallInProgress);
    app.stop().await;
}

/// A draft that cannot be loaded, because somebody holds its row, keeps nobody from reading a thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_does_not_wait_for_a_draft_to_be_loaded() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let shelf = Shelf::fill(&app, shop).await;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut conn = app.database.connect().await;
    let mut held = conn.begin().await.expect("a transaction");
    sqlx::query(
        "INSERT INTO offers (offer_id, vendor_id, thread_id, state, draft, created_at)
         VALUES ($1, $2, $3, 'drafting', '{}', now())",
    )
    .bind(fresh_uuid())
    .bind(shop.vendor.as_uuid())
    .bind(shop.thread.as_uuid())
    .execute(&mut *held)
    .await
    .expect("an offer that nobody sees yet");
    let typed = ClientSignal::Draft {
        thread: shop.thread,
        draft: complete(&app, &shelf.one_time),
        take_over: false,
    };
    seller
        .socket
        .send(&ClientFrame::Signal { signal: typed })
        .await;
    let mut watcher = app.database.connect().await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                  AND wait_event_type = 'Lock'";
    loop {
        let row = sqlx::query(waits).fetch_one(&mut watcher).await;
        if row.expect("a count").get::<i64, _>(0) > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let path = format!("/api/threads/{}", shop.thread);
    for _ in 0..24 {
        let read = seller.browser.read::<ThreadSnapshot>(&path);
        let snapshot = timeout(PATIENCE / 4, read).await.expect("nobody waits");
        assert_eq!(snapshot.thread, shop.thread);
    }
    held.rollback().await.expect("the row is let go");
    seller
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Draft { draft, .. },
            } => Some(draft.version),
            _ => None,
        })
        .await;
    app.stop().await;
}
