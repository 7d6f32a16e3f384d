//! A buyer begins (P5): from a vendor's public page, with or without an account.

use crate::{
    given_addresses::{addressee, code_in, mail},
    join_links,
    offer_support::{Shelf, complete, refused, show},
    support::{Browser, Socket, TestApp, client, client::problem, eventually, socket::command_id},
};
use orderline_domain::{
    ids::{ProductId, ThreadId, VendorId},
    people::{proof::Proof, roles::Role},
    thread::EventBody,
};
use orderline_protocol::{
    account::OwnThreads,
    ask::{Asked, VendorPage},
    customer::CustomerList,
    http::{Me, ProofView, ThreadList},
    join::JoinLinkList,
    problem::Code,
    socket::{Command, CommandResult, ServerFrame},
    thread::ThreadSnapshot,
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::time::Duration;

/// What a page sends, with a secret of its own.
pub(crate) fn question(secret: u8, text: &str) -> Value {
    let secret = format!("{secret:064x}");
    let typed = json!({ "name": "Jana Lind", "text": text });
    json!({ "secret": secret, "question": typed })
}

pub(crate) async fn ask(browser: &Browser, vendor: VendorId, body: &Value) -> Response {
    browser
        .post(&format!("/api/pages/{vendor}/questions"), body)
        .await
}

/// The thread that a question went into, and the browser with the session that it got, if it got one.
pub(crate) async fn asked(
    mut browser: Browser,
    vendor: VendorId,
    body: &Value,
) -> (Browser, ThreadId) {
    let answer = ask(&browser, vendor, body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    if answer.headers().contains_key("set-cookie") {
        browser.cookie = Some(client::session_cookie(&answer).0);
    }
    let asked: Asked = answer.json().await.expect("a thread");
    assert_eq!(asked.vendor, vendor);
    (browser, asked.thread)
}

pub(crate) async fn page(browser: &Browser, page: impl ToString) -> VendorPage {
    browser
        .read(&format!("/api/pages/{}", page.to_string()))
        .await
}

pub(crate) fn about(mut body: Value, product: ProductId) -> Value {
    body["product"] = json!(product);
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_stranger_asks_and_goes_on_in_a_thread_with_a_seller() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    // The other seller has a thread less.
    let answering = app.sign_in(&shop.email("seller2")).await;
    let (mut selling, _) = Socket::hello(&answering, &[]).await;
    let seen = page(&app.browser(), shop.vendor).await;
    assert_eq!(
        (seen.vendor_name.as_str(), seen.asks_as),
        ("ours.example", None)
    );
    assert_eq!((seen.takes_none, seen.open), (None, None));

    let body = question(1, "Do you deliver to Graz?");
    let (guest, thread) = asked(app.browser(), shop.vendor, &body).await;
    // The seller hears of it at once.
    let how = selling.wait(|frame| match frame {
        ServerFrame::Event { thread: at, event } if *at == thread => match &event.body {
            EventBody::QuestionAsked { proof, product } => Some((*proof, product.clone())),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(how.await, (Proof::AskedThemselves, None));
    let list: ThreadList = answering.read("/api/threads").await;
    assert_eq!((list.items[0].thread, list.items[0].unread), (thread, 2));
    let customers: CustomerList = answering.read("/api/customers?q=jana").await;
    assert_eq!(customers.items[0].name, "Jana Lind");

    // The guest sees this thread alone, has shown nothing, and goes on writing.
    let me: Me = guest.read("/api/session").await;
    assert_eq!(
        (me.only_thread, me.proof),
        (Some(thread), Proof::AskedThemselves)
    );
    let snapshot: ThreadSnapshot = guest.read(&format!("/api/threads/{thread}")).await;
    assert_eq!(snapshot.title, "Do you deliver to Graz?");
    assert_eq!(snapshot.people.len(), 2);
    let (mut buying, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    buying.say(thread, "By Friday, perhaps?").await;
    selling.say(thread, "We do.").await;
    let other = guest.get(&format!("/api/threads/{}", shop.thread)).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    let proof: ProofView = guest.read("/api/session/proof").await;
    assert_eq!(proof.proof, Proof::AskedThemselves);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_question_that_is_sent_again_is_one() {
    let app = TestApp::start().await;
    let vendor = app.shops.ours.vendor;
    let body = question(1, "Do you deliver to Graz?");
    let nobody = app.browser();
    let both = [(); 2].map(|()| asked(nobody.clone(), vendor, &body));
    let [(one, thread), (two, same)] = futures::future::join_all(both)
        .await
        .try_into()
        .map_err(|_| "two")
        .unwrap();
    assert_eq!(thread, same);
    for guest in [&one, &two] {
        let list: ThreadList = guest.read("/api/threads").await;
        assert_eq!((list.items.len(), list.items[0].seq), (1, 2));
    }
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let customers: CustomerList = seller.read("/api/customers?q=jana").await;
    assert_eq!(customers.items.len(), 1);

    // With other words it is refused; and nobody comes in by an old one.
    let other = ask(&nobody, vendor, &question(1, "Another one?")).await;
    assert_eq!(problem(other).await.code, Code::CommandReused);
    app.pass(Duration::from_mins(31)).await;
    let late = ask(&nobody, vendor, &body).await;
    assert_eq!(problem(late).await.code, Code::Conflict);
    // Nor with the session of somebody else.
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let theirs = ask(&buyer, vendor, &body).await;
    assert_eq!(problem(theirs).await.code, Code::Conflict);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_buyer_asks_under_their_own_name_and_goes_on_where_they_were() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let shelf = Shelf::fill(&app, ours).await;
    let buyer = app.sign_in(&ours.email("buyer")).await;
    // An open thread about nothing in particular is where a question goes.
    let seen = page(&buyer, ours.vendor).await;
    assert_eq!(seen.asks_as.as_deref(), Some("buyer"));
    assert_eq!(seen.open.map(|it| it.thread), Some(ours.thread));
    let (buyer, thread) = asked(buyer, ours.vendor, &question(1, "And in red?")).await;
    assert_eq!(thread, ours.thread);
    let product = shelf.one_time.product;
    let lamp = about(question(2, "Is it blue?"), product);
    let (buyer, fresh) = asked(buyer, ours.vendor, &lamp).await;
    assert_ne!(fresh, ours.thread);
    let seen: VendorPage = buyer
        .read(&format!("/api/pages/{}?product={product}", ours.vendor))
        .await;
    assert_eq!(seen.open.map(|it| it.thread), Some(fresh));
    let shown = seen.product.expect("a product");
    assert!(shown.price.is_some());
    let again = about(question(3, "Or green?"), product);
    let (buyer, same) = asked(buyer, ours.vendor, &again).await;
    assert_eq!(same, fresh);
    let snapshot: ThreadSnapshot = buyer.read(&format!("/api/threads/{fresh}")).await;
    assert_eq!((snapshot.title, snapshot.seq), (shown.name, 4));

    // At a vendor that does not know them yet they become a customer, by the name that they have.
    let (buyer, there) = asked(buyer, other.vendor, &question(4, "Do you know me?")).await;
    let there_as = buyer.acting(other.vendor, Role::Buyer);
    let list: ThreadList = there_as.read("/api/threads").await;
    assert_eq!((list.items.len(), list.items[0].thread), (1, there));
    // Their own list goes across vendors; nobody else's is in it.
    let all: OwnThreads = buyer.read("/api/account/threads").await;
    let listed: Vec<_> = all.items.iter().map(|it| (it.vendor, it.thread)).collect();
    let wanted = [
        (other.vendor, there),
        (ours.vendor, fresh),
        (ours.vendor, ours.thread),
    ];
    assert_eq!(listed, wanted);
    let guest = asked(app.browser(), ours.vendor, &question(5, "And me?"))
        .await
        .0;
    let none = guest.get("/api/account/threads").await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    let seller = app.sign_in(&other.email("seller")).await;
    let customers: CustomerList = seller.read("/api/customers?q=buyer").await;
    let emails: Vec<_> = customers.items.iter().map(|it| it.email.clone()).collect();
    assert!(
        emails.contains(&None),
        "their address stays theirs: {emails:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_typed_address_opens_nobodys_account() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut body = question(1, "It is me, the buyer.");
    body["question"]["email"] = json!(shop.email("buyer"));
    let shelf = Shelf::fill(&app, shop).await;
    let (guest, thread) = asked(app.browser(), shop.vendor, &body).await;
    let me: Me = guest.read("/api/session").await;
    assert_ne!(me.person.user, shop.user("buyer"));
    assert_eq!(me.person.name, "Jana Lind");
    let threads: ThreadList = guest.read("/api/threads").await;
    assert_eq!(threads.items.len(), 1);
    // Nothing that binds is for whoever has shown nothing.
    let seller = app.sign_in(&shop.email("seller2")).await;
    let (mut selling, _) = Socket::hello(&seller, &[]).await;
    let shown = show(&mut selling, thread, &complete(&app, &shelf.one_time)).await;
    let (mut buying, _) = Socket::hello(&guest, &[]).await;
    let confirm = Command::ConfirmOffer {
        offer: shown.offer,
        hash: shown.shown.expect("a revision").hash,
    };
    let refused = refused(&mut buying, confirm).await;
    assert_eq!(refused.code, Code::ProofNeeded);
    app.stop().await;
}

/// Whoever has left and typed an address is told of an answer, once; and by that way they go on where they were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_who_left_an_address_is_told_of_an_answer() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut body = question(1, "Do you deliver to Graz?");
    body["question"]["email"] = json!("Jana@Lind.example");
    let (_, thread) = asked(app.browser(), shop.vendor, &body).await;
    let seller = app.sign_in(&shop.email("seller2")).await;
    let (mut selling, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    selling.say(thread, "We do.").await;
    selling.say(thread, "By Friday.").await;
    let text = mail(&app, "join_link").await;
    assert_eq!(addressee(&app, "join_link").await, "jana@lind.example");
    let links: JoinLinkList = seller
        .read(&format!("/api/threads/{thread}/join-links"))
        .await;
    assert_eq!(links.links.len(), 1, "one that waits is enough");
    let (_, after) = text.split_once("/j#").expect("a link");
    let token: String = after.chars().take(64).collect();
    let guest = app.browser();
    let sent = join_links::ask(&guest, "code", &json!({ "token": token })).await;
    assert_eq!(sent.status(), StatusCode::OK);
    assert_eq!(addressee(&app, "join_code").await, "jana@lind.example");
    let code = code_in(&mail(&app, "join_code").await);
    let guest = join_links::entered(guest, &token, &code).await;
    let me: Me = guest.read("/api/session").await;
    assert_eq!(
        (me.only_thread, me.person.name),
        (Some(thread), "Jana Lind".to_owned())
    );
    app.stop().await;
}

/// A seller who takes the link back wants nobody in: what they write afterwards sends no other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_after_a_revoked_link_an_answer_sends_none() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut body = question(1, "Do you deliver to Graz?");
    body["question"]["email"] = json!("jana@lind.example");
    let (_, thread) = asked(app.browser(), shop.vendor, &body).await;
    let seller = app.sign_in(&shop.email("seller2")).await;
    let (mut selling, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let links = async || -> JoinLinkList {
        let path = format!("/api/threads/{thread}/join-links");
        seller.read(&path).await
    };
    selling.say(thread, "We do.").await;
    let sent = links().await.links;
    assert_eq!(sent.len(), 1);
    let revoke = Command::RevokeJoinLink {
        link: sent[0].link,
        version: sent[0].version,
    };
    let revoked = selling.command(command_id(), revoke).await;
    assert!(matches!(revoked, CommandResult::Done { .. }));
    // The answer comes after whoever is away was told.
    selling.say(thread, "By Friday.").await;
    assert_eq!(links().await.links.len(), 1);
    app.stop().await;
}

/// A message whose answer was lost is sent again: whoever is away is told then, if they were not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_an_answer_that_is_sent_again_tells_whoever_was_not_told() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut body = question(1, "Do you deliver to Graz?");
    body["question"]["email"] = json!("jana@lind.example");
    let (guest, thread) = asked(app.browser(), shop.vendor, &body).await;
    let seller = app.sign_in(&shop.email("seller2")).await;
    let (mut selling, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let path = format!("/api/threads/{thread}/join-links");
    // While the guest is here nobody is told.
    let me: Me = guest.read("/api/session").await;
    let here = Socket::hello(&guest, &[(thread, 0)]).await;
    let (command, text) = (command_id(), "We do.".to_owned());
    let answer = Command::SendMessage { thread, text };
    selling.command(command, answer.clone()).await;
    let none: JoinLinkList = seller.read(&path).await;
    assert_eq!(none.links.len(), 0);
    drop(here);
    let hub = &app.server.app.hub;
    let user = me.person.user;
    eventually("the guest is gone", async || {
        (!hub.is_online(shop.vendor, user)).then_some(())
    })
    .await;
    selling.command(command, answer).await;
    let list: JoinLinkList = seller.read(&path).await;
    assert_eq!(list.links.len(), 1);
    app.stop().await;
}

/// Closes a thread while a question is on its way into it, and answers where the question went.
async fn closed_under(
    app: &TestApp,
    thread: ThreadId,
    asking: impl Future<Output = (Browser, ThreadId)>,
) -> (Browser, ThreadId) {
    let mut closing = app.database.connect().await;
    let close = format!("BEGIN; UPDATE threads SET closed_at = now() WHERE thread_id = '{thread}'");
    sqlx::raw_sql(AssertSqlSafe(close))
        .execute(&mut closing)
        .await
        .expect("it is closed");
    let close = async {
        let waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
                        AND wait_event_type = 'Lock'";
        eventually("the question waits", async || {
            let mut looking = app.database.connect().await;
            let one: Option<i32> = sqlx::query_scalar(waits)
                .fetch_optional(&mut looking)
                .await
                .expect("an answer");
            one
        })
        .await;
        sqlx::raw_sql("COMMIT")
            .execute(&mut closing)
            .await
            .expect("it stays closed");
    };
    tokio::join!(asking, close).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_question_never_goes_into_a_thread_that_is_being_closed() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let body = question(1, "And in red?");
    let asking = asked(buyer, shop.vendor, &body);
    let (buyer, fresh) = closed_under(&app, shop.thread, asking).await;
    assert_ne!(fresh, shop.thread);
    let snapshot: ThreadSnapshot = buyer.read(&format!("/api/threads/{fresh}")).await;
    assert_eq!(snapshot.title, "And in red?");

    // Whoever saw the closed one alone sees the new one alone.
    let (guest, first) = asked(app.browser(), shop.vendor, &question(2, "In Graz?")).await;
    let before: Me = guest.read("/api/session").await;
    let body = question(3, "By Friday?");
    let asking = asked(guest, shop.vendor, &body);
    let (guest, second) = closed_under(&app, first, asking).await;
    assert_ne!(second, first);
    let me: Me = guest.read("/api/session").await;
    assert_eq!(
        (me.only_thread, me.person.user),
        (Some(second), before.person.user)
    );
    app.stop().await;
}
