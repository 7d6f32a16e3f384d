//! A mail that nobody takes is told where something depends on it, and what is odd about one mail is not taken for
//! trouble on the way.

use crate::{
    call_support::Page,
    mail::{sink::Sink, start},
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Browser, Socket, TestApp, eventually},
};
use orderline_domain::{
    ids::ThreadId,
    order::OrderState,
    thread::{EventBody, join_link::Channel, outreach::Outreach},
};
use orderline_protocol::{
    http::EventPage, order::OrderView, socket::Command, thread::ThreadSnapshot,
};
use std::time::Duration;

const NOBODY: &str = "550 5.1.1 nobody here";

/// What a thread says of messages that did not arrive.
async fn told(browser: &Browser, thread: ThreadId) -> Vec<EventBody> {
    let page: EventPage = browser.read(&format!("/api/threads/{thread}/events")).await;
    let bodies = page.events.into_iter().map(|event| event.body);
    bodies.filter(|body| body.kind() == "undelivered").collect()
}

fn lost(app: &TestApp, what: Outreach) -> EventBody {
    EventBody::Undelivered {
        what,
        channel: Channel::Mail,
        to: app.shops.ours.user("buyer"),
        hint: "b…@ours.example".to_owned(),
    }
}

/// An order of a buyer in France, who has to accept it in writing.
async fn ordered(app: &TestApp, seller: &mut Socket, buyer: &mut Socket) -> OrderView {
    let thread = app.shops.ours.thread;
    let shelf = Shelf::fill(app, &app.shops.ours).await;
    let mut draft = complete(app, &shelf.one_time);
    "FR".clone_into(&mut draft.buyer.address.country);
    let shown = show(seller, thread, &draft).await;
    confirm(buyer, &shown).await;
    place(seller, &shown).await
}

async fn order(browser: &Browser, thread: ThreadId) -> OrderView {
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    snapshot.order.expect("an order")
}

/// The buyer's server refuses the mail that asks: thread and order say so, and the order can still be accepted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_says_that_its_buyer_was_not_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &[NOBODY, NOBODY]).await;
    let app = start(&sink, "smtp").await;
    let thread = app.shops.ours.thread;
    let browser = app.sign_in(&app.shops.ours.email("seller")).await;
    let other = app.sign_in(&app.shops.ours.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&other, &[(thread, 0)]).await;
    let asked = ordered(&app, &mut seller, &mut buyer).await;
    assert_eq!(asked.state, OrderState::AwaitingWrittenConfirmation);
    assert_eq!(sink.next().await["refused"], NOBODY);
    let after = eventually("the order says it", async || {
        let order = order(&browser, thread).await;
        order.acceptance.as_ref()?.undelivered_at?;
        Some(order)
    })
    .await;
    assert!(
        after.version > asked.version,
        "a page that was away learns it"
    );
    assert_eq!(after.state, OrderState::AwaitingWrittenConfirmation);
    assert_eq!(
        told(&browser, thread).await,
        [lost(&app, Outreach::Acceptance)]
    );

    // The seller takes another way, which fails too and is told as well; each is told once.
    let mut page = Page::open(&app, &app.shops.ours, "seller").await;
    page.done(Command::SendJoinLink {
        thread,
        channel: Channel::Mail,
        phone: None,
    })
    .await;
    assert_eq!(sink.next().await["refused"], NOBODY);
    let expected = [
        lost(&app, Outreach::Acceptance),
        lost(&app, Outreach::JoinLink),
    ];
    eventually("the link is told", async || {
        (told(&browser, thread).await == expected).then_some(())
    })
    .await;
    app.stop_leaving(&["mail"]).await;
}

/// A call rings at a buyer who is away, whose server refuses the mail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_says_that_nobody_was_told_of_a_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &[NOBODY]).await;
    let app = start(&sink, "smtp").await;
    let thread = app.shops.ours.thread;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    seller.ring(thread).await;
    assert_eq!(sink.next().await["refused"], NOBODY);
    let event = seller.told("undelivered").await;
    assert_eq!(event.body, lost(&app, Outreach::Call));
    assert_eq!(event.author, None, "the server says so by itself");
    app.stop_leaving(&["mail"]).await;
}

/// No login is trouble of the way: the mail waits, and nobody is told that an address is wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_on_the_way_is_not_the_mails() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &["530 5.7.0 log in first"]).await;
    let app = start(&sink, "smtp").await;
    let thread = app.shops.ours.thread;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    seller.ring(thread).await;
    sink.next().await;
    eventually("it waits for its next attempt", async || {
        let mut conn = app.database.connect().await;
        let left = app.database.jobs_left(&mut conn, &[]).await;
        left.iter()
            .any(|job| job.contains("after 1 "))
            .then_some(())
    })
    .await;
    app.clock.advance(Duration::from_secs(10));
    let mail = sink.next().await;
    assert_eq!(mail["to"], serde_json::json!(["buyer@ours.example"]));
    assert_eq!(told(&seller.browser, thread).await, []);
    app.stop().await;
}

/// An address that a form accepts, though it is no dot-atom of RFC 5321: such were given out, and mail reaches them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_with_two_dots_gets_its_mail() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &[]).await;
    let app = start(&sink, "smtp").await;
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE people SET email = 'jana..l@docomo.example' WHERE user_id = $1")
        .bind(app.shops.ours.user("buyer").as_uuid())
        .execute(&mut conn)
        .await
        .expect("changed");
    let thread = app.shops.ours.thread;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    seller.ring(thread).await;
    let mail = sink.next().await;
    let data = mail["data"].as_str().expect("a mail");
    assert!(data.contains("\"jana..l\"@docomo.example"), "{data}");
    assert_eq!(mail["to"].as_array().map(Vec::len), Some(1));
    assert_eq!(told(&seller.browser, thread).await, []);
    app.stop().await;
}
