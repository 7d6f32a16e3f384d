//! One party never vouches for the other: who came by a link to a contact that the seller gave binds nobody until they
//! have entered a code that went to the account's own mailbox.

use crate::{
    call_support::Page,
    join_links::{ask, code, entered, message, token},
    offer_support::{Shelf, complete, confirm, place, refused, show},
    support::{Browser, Socket, TestApp, client, eventually, socket::command_id},
};
use orderline_domain::{
    order::OrderState,
    people::{
        one_time_code::{MAX_OF_SESSION, MAX_TRIES},
        proof::Proof,
    },
    thread::{EventBody, join_link::Channel},
};
use orderline_protocol::{
    http::{Mailbox, Me, ProofView},
    offer::OfferView,
    order::{AcceptancePage, OrderView},
    problem::Code,
    socket::{ByeReason, Command, CommandResult},
};
use reqwest::StatusCode;
use serde_json::json;
use std::time::Duration;

const BY_SMS: Proof = Proof::LinkToGivenContact {
    channel: Channel::Sms,
};
const BY_CODE: Proof = Proof::CodeToOwnContact {
    channel: Channel::Mail,
};

/// A demo shop, its seller's and its buyer's own pages, and what it sells.
struct Scene {
    app: TestApp,
    seller: Page,
    buyer: Page,
    shelf: Shelf,
}

async fn scene() -> Scene {
    let app = TestApp::start_with(&["--demo"]).await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let seller = Page::open(&app, &app.shops.ours, "seller").await;
    let buyer = Page::open(&app, &app.shops.ours, "buyer").await;
    Scene {
        app,
        seller,
        buyer,
        shelf,
    }
}

impl Scene {
    /// The seller sends a link to a phone that they chose, and whoever has that phone opens it.
    async fn by_sms(&mut self, count: usize) -> Browser {
        let body = Command::SendJoinLink {
            thread: self.app.shops.ours.thread,
            channel: Channel::Sms,
            phone: Some("+49 341 123456".to_owned()),
        };
        self.seller.done(body).await;
        let token = token(&self.app, count).await;
        let guest = self.app.browser();
        ask(&guest, "code", &json!({ "token": token })).await;
        let code = code(&self.app, count).await;
        entered(guest, &token, &code).await
    }

    /// The newest mail to the buyer of this kind, once there are so many.
    async fn mail(&self, kind: &str, count: usize) -> String {
        eventually("a mail", async || {
            let all: Mailbox = self.buyer.browser.read("/api/mailbox").await;
            let mut fitting = all.items.into_iter().filter(|it| it.kind == kind);
            let newest = fitting.next()?;
            (fitting.count() + 1 >= count).then_some(newest.text)
        })
        .await
    }

    /// The code in the newest of so many mails.
    async fn own_code(&self, count: usize) -> String {
        let text = self.mail("proof_code", count).await;
        let found = text.lines().find(|line| line.trim().len() == 6);
        found.expect("a code").trim().to_owned()
    }

    /// What the seller shows now.
    async fn shown(&mut self) -> OfferView {
        let draft = complete(&self.app, &self.shelf.one_time);
        let thread = self.app.shops.ours.thread;
        show(&mut self.seller.socket, thread, &draft).await
    }
}

async fn proof(guest: &Browser) -> ProofView {
    guest.read("/api/session/proof").await
}

fn confirmation(offer: &OfferView) -> Command {
    Command::ConfirmOffer {
        offer: offer.offer,
        hash: offer.shown.as_ref().expect("shown").hash.clone(),
    }
}

/// Accepting, and refusing, what an order asks its buyer.
async fn answers(buyer: &Browser, order: &OrderView) -> [Command; 2] {
    let path = format!("/api/orders/{}/acceptance", order.order);
    let page: AcceptancePage = buyer.read(&path).await;
    [
        Command::AcceptOrder {
            order: order.order,
            hash: page.hash,
            words_hash: page.words[0].hash.clone(),
            language: page.words[0].words.language.clone(),
        },
        Command::RefuseOrder {
            order: order.order,
            reason: None,
        },
    ]
}

/// The seller sends the link to their own phone and plays the buyer: they read and write along, and bind nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seller_cannot_be_the_buyer() {
    let mut it = scene().await;
    let thread = it.app.shops.ours.thread;
    let guest = it.by_sms(1).await;
    let me: Me = guest.read("/api/session").await;
    assert_eq!((me.proof, me.only_thread), (BY_SMS, Some(thread)));
    let shown = it.shown().await;
    let (mut socket, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    socket.say(thread, "I can write").await;
    let problem = refused(&mut socket, confirmation(&shown)).await;
    assert_eq!(problem.code, Code::ProofNeeded);

    // The buyer's own page confirms; what the order asks then is not for the link's session to answer either.
    confirm(&mut it.buyer.socket, &shown).await;
    let order = place(&mut it.seller.socket, &shown).await;
    assert_eq!(order.state, OrderState::AwaitingWrittenConfirmation);
    assert_eq!(order.proof, Proof::Password);
    for body in answers(&guest, &order).await {
        let problem = refused(&mut socket, body).await;
        assert_eq!(problem.code, Code::ProofNeeded);
    }
    let mut conn = it.app.database.connect().await;
    let (state, bound): (String, i64) = sqlx::query_as(
        "SELECT (SELECT state FROM orders),
                (SELECT count(*) FROM events WHERE kind IN ('order_accepted', 'order_refused'))",
    )
    .fetch_one(&mut conn)
    .await
    .expect("a row");
    assert_eq!(
        (state.as_str(), bound),
        ("awaiting_written_confirmation", 0)
    );
    drop(conn);
    it.app.stop().await;
}

/// The buyer with a link by SMS enters the code from their own mailbox, and confirms, in the page that is open. What
/// they agreed to says how they had shown who they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_to_the_accounts_own_mailbox_shows_the_person() {
    let mut it = scene().await;
    let thread = it.app.shops.ours.thread;
    let guest = it.by_sms(1).await;
    let shown = it.shown().await;
    let (mut socket, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    let before = proof(&guest).await;
    assert_eq!(before.hint.as_deref(), Some("b…@ours.example"));
    assert_eq!(before.code_until, None);
    let sent = guest.post("/api/session/proof/code", &json!({})).await;
    assert_eq!(sent.status(), StatusCode::OK);
    assert!(proof(&guest).await.code_until.is_some());
    let code = it.own_code(1).await;

    // Another session of a link can do nothing with this code.
    let other = it.by_sms(2).await;
    let stolen = other
        .post("/api/session/proof", &json!({ "code": code }))
        .await;
    assert_eq!(client::problem(stolen).await.fields[0].code, "code_over");

    let done = guest
        .post("/api/session/proof", &json!({ "code": code }))
        .await;
    assert_eq!(done.status(), StatusCode::OK);
    let me: Me = guest.read("/api/session").await;
    assert_eq!((me.proof, me.only_thread), (BY_CODE, Some(thread)));
    let told = it.buyer.told("person_proven").await;
    assert!(matches!(told.body, EventBody::PersonProven { proof, .. } if proof == BY_CODE));
    // The page that is open comes back, and may confirm.
    assert_eq!(socket.bye().await, ByeReason::Restarting);
    let (mut socket, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    let confirmed = confirm(&mut socket, &shown).await;
    assert_eq!(confirmed.confirmed.expect("confirmed").proof, BY_CODE);
    let told = it.seller.told("offer_confirmed").await;
    assert!(matches!(told.body, EventBody::OfferConfirmed { proof, .. } if proof == BY_CODE));
    let order = place(&mut it.seller.socket, &shown).await;
    assert_eq!(order.proof, BY_CODE);
    let told = it.seller.told("order_placed").await;
    assert!(matches!(told.body, EventBody::OrderPlaced { proof, .. } if proof == BY_CODE));
    let [accept, _] = answers(&guest, &order).await;
    assert!(matches!(
        socket.command(command_id(), accept).await,
        CommandResult::Order { .. }
    ));
    let told = it.seller.told("order_accepted").await;
    assert!(matches!(told.body, EventBody::OrderAccepted { proof, .. } if proof == BY_CODE));
    // There is nothing more to show.
    for (path, body) in [("/code", json!({})), ("", json!({ "code": "123456" }))] {
        let path = format!("/api/session/proof{path}");
        let again = client::problem(guest.post(&path, &body).await).await;
        assert_eq!(again.code, Code::Conflict, "{path}");
    }
    it.app.stop().await;
}

/// A link that went to the account's own address shows who opened it, as its password does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_the_accounts_own_address_is_proof() {
    let mut it = scene().await;
    let thread = it.app.shops.ours.thread;
    let body = Command::SendJoinLink {
        thread,
        channel: Channel::Mail,
        phone: None,
    };
    it.seller.done(body).await;
    let text = it.mail("join_link", 1).await;
    let (_, after) = text.split_once("/j#").expect("a link");
    let token: String = after.chars().take(64).collect();
    let guest = it.app.browser();
    ask(&guest, "code", &json!({ "token": token })).await;
    let text = it.mail("join_code", 1).await;
    let found = text.lines().find(|line| line.trim().len() == 6);
    let guest = entered(guest, &token, found.expect("a code").trim()).await;
    let me: Me = guest.read("/api/session").await;
    let own = Proof::LinkToOwnContact {
        channel: Channel::Mail,
    };
    assert_eq!(me.proof, own);
    let shown = it.shown().await;
    let (mut socket, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    let confirmed = confirm(&mut socket, &shown).await;
    assert_eq!(confirmed.confirmed.expect("confirmed").proof, own);
    it.app.stop().await;
}

/// Codes bear few guesses, hold for minutes and are few; the database knows none of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_show_the_person_are_bounded() {
    let mut it = scene().await;
    let guest = it.by_sms(1).await;
    let path = "/api/session/proof";
    let send = async || guest.post("/api/session/proof/code", &json!({})).await;
    let enter = async |code: &str| {
        let answer = guest.post(path, &json!({ "code": code })).await;
        client::problem(answer).await
    };
    assert_eq!(enter("123456").await.fields[0].code, "code_over");
    assert_eq!(send().await.status(), StatusCode::OK);
    let soon = client::problem(send().await).await;
    assert_eq!(soon.code, Code::TooMany);
    assert!(soon.retry_after_ms.is_some_and(|ms| ms <= 31_000));
    let right = it.own_code(1).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for bad in ["", "12345", "1234567", "abcdef", "½23456", "١٢٣٤٥٦"] {
        assert_eq!(enter(bad).await.fields[0].code, "invalid", "{bad}");
    }
    for left in (0..MAX_TRIES).rev() {
        let refused = enter(wrong).await;
        assert_eq!(refused.fields[0].code, "wrong_code");
        assert_eq!(refused.fields[0].params["left"], left.to_string());
    }
    assert_eq!(enter(&right).await.fields[0].code, "code_over");
    it.app.pass(Duration::from_mins(1)).await;
    assert_eq!(send().await.status(), StatusCode::OK);
    let second = it.own_code(2).await;
    it.app.pass(Duration::from_mins(10)).await;
    assert_eq!(enter(&second).await.fields[0].code, "code_over");
    for _ in 2..MAX_OF_SESSION {
        assert_eq!(send().await.status(), StatusCode::OK);
        it.app.pass(Duration::from_mins(1)).await;
    }
    let over = client::problem(send().await).await;
    assert_eq!(over.code, Code::NoMoreCodes);
    // Nobody but a session of a link has anything to show.
    let own = client::problem(it.buyer.browser.post(path, &json!({ "code": right })).await).await;
    assert_eq!(own.code, Code::Conflict);
    let nobody = it.app.browser().get(path).await;
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    let mut conn = it.app.database.connect().await;
    let known: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM proof_codes t WHERE t::text LIKE '%' || $1 || '%'",
    )
    .bind(&right)
    .fetch_one(&mut conn)
    .await
    .expect("a count");
    assert_eq!(known, 0);
    drop(conn);
    // Sent by SMS was the link alone: no code for the person ever went where the seller said.
    let phone = message(&it.app, "is your code", 1).await;
    assert!(!phone.contains(&right));
    it.app.stop().await;
}

/// Without mail there is no way to show more, and that is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_mail_goes_out_the_page_says_so() {
    let app = TestApp::start().await;
    let own = app.sign_in("buyer@ours.example").await;
    let mut conn = app.database.connect().await;
    sqlx::query(
        "UPDATE sessions SET proof = $1, only_thread = $2, vendor_id = $3, ends_at = now() + interval '1 day'",
    )
    .bind(serde_json::to_value(BY_SMS).expect("JSON"))
    .bind(app.shops.ours.thread.as_uuid())
    .bind(app.shops.ours.vendor.as_uuid())
    .execute(&mut conn)
    .await
    .expect("a session of a link");
    let view = proof(&own).await;
    assert_eq!((view.proof, view.hint), (BY_SMS, None));
    let answer = own.post("/api/session/proof/code", &json!({})).await;
    assert_eq!(client::problem(answer).await.code, Code::ChannelMissing);
    drop(conn);
    app.stop().await;
}
