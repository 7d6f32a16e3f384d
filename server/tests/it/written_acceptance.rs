//! The buyer's written acceptance on real Postgres (X8): only it makes the contract, once, in exactly the words that
//! were read; refused or left alone the order binds nobody.

use crate::{
    offer_support::{Shelf, complete, confirm, place, refused, show},
    support::{Browser, Socket, TestApp, socket::command_id},
};
use orderline_domain::{
    order::{CancelReason, ContractBasis, OrderState, acceptance::ACCEPT_DAYS},
    thread::EventBody,
};
use orderline_protocol::{
    order::{AcceptancePage, OrderView},
    problem::Code,
    socket::{Command, CommandResult},
};
use orderline_server::jobs::acceptances::sweep;
use std::time::Duration;

struct Scene {
    app: TestApp,
    browser: Browser,
    seller: Socket,
    buyer: Socket,
    order: OrderView,
}

/// An order of a buyer in this country, just made.
async fn scene(country: &str) -> Scene {
    let app = TestApp::start().await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let thread = app.shops.ours.thread;
    let browser = app.sign_in("buyer@ours.example").await;
    let seller = app.sign_in("seller@ours.example").await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    let mut draft = complete(&app, &shelf.instalments);
    draft.buyer.address.country = country.to_owned();
    let shown = show(&mut seller, thread, &draft).await;
    confirm(&mut buyer, &shown).await;
    let order = place(&mut seller, &shown).await;
    Scene {
        app,
        browser,
        seller,
        buyer,
        order,
    }
}

impl Scene {
    async fn page(&self) -> AcceptancePage {
        let path = format!("/api/orders/{}/acceptance", self.order.order);
        self.browser.read(&path).await
    }

    fn accept(&self, page: &AcceptancePage, language: &str) -> Command {
        let words = page
            .words
            .iter()
            .find(|it| it.words.language == language)
            .expect("the language is offered");
        Command::AcceptOrder {
            order: self.order.order,
            hash: page.hash.clone(),
            words_hash: words.hash.clone(),
            language: language.to_owned(),
        }
    }

    async fn events(&self, kind: &str) -> Vec<EventBody> {
        let path = format!("/api/threads/{}/events", self.order.thread);
        let page: orderline_protocol::http::EventPage = self.browser.read(&path).await;
        let bodies = page.events.into_iter().map(|event| event.body);
        bodies.filter(|body| body.kind() == kind).collect()
    }
}

fn order_of(result: CommandResult) -> OrderView {
    match result {
        CommandResult::Order { order } => *order,
        other => panic!("no order: {other:?}"),
    }
}

/// X8: an order by a buyer in France waits; the buyer reads everything, accepts in French, and there is a contract:
/// once, however often it is said.
#[tokio::test]
async fn x8_a_french_buyer_accepts_in_writing_once() {
    let mut it = scene("FR").await;
    assert_eq!(it.order.basis, ContractBasis::WrittenConfirmation);
    assert_eq!(it.order.state, OrderState::AwaitingWrittenConfirmation);
    let asked = it.order.acceptance.clone().expect("asked");
    let days = asked.due_at.duration_since(it.order.placed_at).as_hours() / 24;
    assert_eq!(days, ACCEPT_DAYS);

    let mut conn = it.app.database.connect().await;
    let (to, text): (String, String) = sqlx::query_as(
        "SELECT to_address, text FROM mails WHERE kind = 'order_accept' AND about = $1",
    )
    .bind(it.order.order.as_uuid())
    .fetch_one(&mut conn)
    .await
    .expect("the buyer is mailed once");
    assert_eq!(to, "buyer@ours.example");
    let vendor = it.app.shops.ours.vendor;
    let way = format!("/b/threads/{}?as={vendor}.buyer\n", it.order.thread);
    assert!(text.contains(&way), "{text}");
    assert!(text.contains("2,400.00\u{a0}EUR in all"), "{text}");

    let page = it.page().await;
    assert_eq!(page.policy, "FR");
    assert!(page.source.contains("L221-16"), "{}", page.source);
    assert_eq!(page.content.schedule, it.order.schedule);
    let accept = it.accept(&page, "fr");
    let accepted = order_of(it.buyer.command(command_id(), accept.clone()).await);
    assert_eq!(accepted.state, OrderState::Placed);
    assert!(
        accepted
            .acceptance
            .as_ref()
            .and_then(|it| it.accepted_at)
            .is_some()
    );
    let again = order_of(it.buyer.command(command_id(), accept).await);
    assert_eq!(again, accepted);

    let events = it.events("order_accepted").await;
    let [EventBody::OrderAccepted { hash, words, .. }] = events.as_slice() else {
        panic!("accepted once: {events:?}")
    };
    assert_eq!(hash.to_string(), page.hash);
    assert_eq!(
        (words.policy.as_str(), words.language.as_str()),
        ("FR", "fr")
    );
    // What was accepted can be read for good, and only that.
    let after = it.page().await;
    assert_eq!(after.words.len(), 1);
    assert_eq!(after.words[0].hash, words.wording_hash.to_string());
    assert_eq!(after.words[0].words.language, "fr");
    it.app.stop().await;
}

/// Twenty presses at once, each a command of its own: one acceptance.
#[tokio::test]
async fn acceptance_pressed_at_once_is_one() {
    let it = scene("FR").await;
    let page = it.page().await;
    let actor = it.app.actor("buyer").await;
    let presses = (0..20).map(|_| {
        let (run, actor) = (it.app.server.app.run.clone(), actor.clone());
        let body = it.accept(&page, "en");
        tokio::spawn(async move { run.command(&actor, command_id(), body).await })
    });
    for press in presses.collect::<Vec<_>>() {
        let order = order_of(press.await.expect("no panic"));
        assert_eq!(order.state, OrderState::Placed);
    }
    assert_eq!(it.events("order_accepted").await.len(), 1);
    it.app.stop().await;
}

/// Only the buyer of the order accepts, and only what stands there in the words that stand there.
#[tokio::test]
async fn only_the_buyer_accepts_and_only_what_was_shown() {
    let mut it = scene("FR").await;
    let page = it.page().await;
    let accept = it.accept(&page, "en");
    for (person, code, reads) in [
        ("seller", Code::NotAllowed, 200),
        ("seller2", Code::NotFound, 404),
        ("buyer2", Code::NotFound, 404),
        ("compliance", Code::NotAllowed, 200),
        ("support", Code::NotAllowed, 200),
        ("admin", Code::NotFound, 404),
    ] {
        let browser = it.app.sign_in(&it.app.shops.ours.email(person)).await;
        let (mut socket, _) = Socket::hello(&browser, &[]).await;
        let order = it.order.order;
        let refuse = Command::RefuseOrder {
            order,
            reason: None,
        };
        for body in [accept.clone(), refuse] {
            assert_eq!(refused(&mut socket, body).await.code, code, "{person}");
        }
        let path = format!("/api/orders/{order}/acceptance");
        assert_eq!(
            browser.get(&path).await.status().as_u16(),
            reads,
            "{person}"
        );
    }
    let other = it.app.sign_in(&it.app.shops.other.email("buyer")).await;
    let (mut other, _) = Socket::hello(&other, &[]).await;
    assert_eq!(
        refused(&mut other, accept.clone()).await.code,
        Code::NotFound
    );

    let Command::AcceptOrder {
        order,
        hash,
        words_hash,
        language,
    } = accept
    else {
        panic!("an acceptance")
    };
    let zeros = "00".repeat(32);
    for (hash, words_hash, language) in [
        (zeros.clone(), words_hash.clone(), language.clone()),
        (hash.clone(), zeros, language),
        (hash.clone(), words_hash.clone(), "fr".to_owned()),
        ("nonsense".to_owned(), words_hash, "en".to_owned()),
    ] {
        let body = Command::AcceptOrder {
            order,
            hash,
            words_hash,
            language,
        };
        let refused = refused(&mut it.buyer, body).await;
        assert_eq!(refused.code, Code::StaleRevision);
    }
    assert!(it.events("order_accepted").await.is_empty());
    it.app.stop().await;
}

/// X8: refused with a reason, the order ends; it cannot be accepted afterwards.
#[tokio::test]
async fn x8_a_refused_order_binds_nobody() {
    let mut it = scene("IT").await;
    let page = it.page().await;
    let refuse = Command::RefuseOrder {
        order: it.order.order,
        reason: Some("Too dear".to_owned()),
    };
    let ended = order_of(it.buyer.command(command_id(), refuse.clone()).await);
    let reason = CancelReason::Refused;
    assert!(
        matches!(ended.state, OrderState::Cancelled { reason: it, .. } if it == reason),
        "{ended:?}"
    );
    let accept = it.accept(&page, "it");
    assert_eq!(refused(&mut it.buyer, accept).await.code, Code::Conflict);
    assert_eq!(refused(&mut it.buyer, refuse).await.code, Code::Conflict);
    assert_eq!(it.events("order_refused").await.len(), 1);
    it.app.stop().await;
}

/// X8: after a fortnight it is too late, even before anybody has noticed; then the order ends by itself, once.
#[tokio::test]
async fn x8_an_order_left_alone_lapses() {
    let mut it = scene("FR").await;
    let page = it.page().await;
    let run = it.app.server.app.run.clone();
    assert_eq!(sweep(&run).await.expect("swept"), 0);
    let fortnight = u64::try_from(ACCEPT_DAYS).expect("days") * 24 * 3_600;
    it.app.pass(Duration::from_secs(fortnight + 1)).await;
    let accept = it.accept(&page, "fr");
    let late = refused(&mut it.buyer, accept).await.code;
    // The server's own sweep may have come first.
    assert!(
        matches!(late, Code::OrderLapsed | Code::Conflict),
        "{late:?}"
    );
    sweep(&run).await.expect("swept");
    assert_eq!(sweep(&run).await.expect("swept"), 0);
    assert_eq!(it.events("order_lapsed").await.len(), 1);
    let reason = CancelReason::NotConfirmed;
    let now = it.page().await.order.state;
    assert!(
        matches!(now, OrderState::Cancelled { reason: it, .. } if it == reason),
        "{now:?}"
    );
    it.app.stop().await;
}

/// X2, X8: in Germany an order without a recording waits as well, and can be accepted in writing.
#[tokio::test]
async fn x2_x8_without_a_recording_a_german_order_is_accepted_in_writing() {
    let mut it = scene("DE").await;
    assert_eq!(it.order.state, OrderState::AwaitingWrittenConfirmation);
    let told = it.seller.event(it.order.thread).await;
    assert!(!told.body.kind().is_empty());
    let page = it.page().await;
    assert_eq!(page.policy, "DE");
    let accept = it.accept(&page, "de");
    let accepted = order_of(it.buyer.command(command_id(), accept).await);
    assert_eq!(accepted.state, OrderState::Placed);
    it.app.stop().await;
}
