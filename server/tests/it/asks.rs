//! A buyer begins (P5): from a vendor's public page, with or without an account.

use crate::{
    offer_support::{Shelf, refused},
    support::{Browser, Socket, TestApp, client, client::problem},
    vendors::put,
};
use orderline_domain::{
    ids::{ProductId, ThreadId, VendorId},
    people::{attempts::QUESTIONS_OF_NETWORK, proof::Proof, roles::Role},
    thread::EventBody,
};
use orderline_protocol::{
    ask::{Asked, PageSettings, TakesNone, VendorPage},
    customer::CustomerList,
    http::{Me, ProofView, ThreadList},
    problem::Code,
    socket::{Command, ServerFrame},
    thread::ThreadSnapshot,
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
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

async fn page(browser: &Browser, page: impl ToString) -> VendorPage {
    browser
        .read(&format!("/api/pages/{}", page.to_string()))
        .await
}

fn about(mut body: Value, product: ProductId) -> Value {
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
    app.pass(Duration::from_secs(31 * 60)).await;
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
    let (guest, _) = asked(app.browser(), shop.vendor, &body).await;
    let me: Me = guest.read("/api/session").await;
    assert_ne!(me.person.user, shop.user("buyer"));
    assert_eq!(me.person.name, "Jana Lind");
    let threads: ThreadList = guest.read("/api/threads").await;
    assert_eq!(threads.items.len(), 1);
    // Nothing that binds is for whoever has shown nothing.
    let (mut buying, _) = Socket::hello(&guest, &[]).await;
    let confirm = Command::ConfirmOffer {
        offer: crate::support::fresh_uuid().to_string().parse().unwrap(),
        hash: "0".repeat(64).parse().unwrap(),
    };
    let refused = refused(&mut buying, confirm).await;
    assert!(matches!(refused.code, Code::ProofNeeded | Code::NotFound));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_the_admin_says_who_answers_and_where_the_page_is() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let admin = app.sign_in(&ours.email("admin")).await;
    let before: PageSettings = admin.read("/api/vendor/page").await;
    assert_eq!(
        (before.slug, before.answers, before.version),
        (None, None, 0)
    );
    assert_eq!(before.proposed.as_deref(), Some("ours-example"));
    assert_eq!(before.sellers.len(), 2);
    let wish = json!({ "slug": " Ours ", "answers": ours.user("seller"), "version": 0 });
    for _ in 0..2 {
        let set = put(&admin, "/api/vendor/page", &wish).await;
        let set = set.status();
        assert!(set == StatusCode::OK || set == StatusCode::CONFLICT);
    }
    let now: PageSettings = admin.read("/api/vendor/page").await;
    assert_eq!((now.slug.as_deref(), now.version), (Some("ours"), 1));
    let (guest, thread) = asked(app.browser(), ours.vendor, &question(1, "Who is there?")).await;
    let snapshot: ThreadSnapshot = guest.read(&format!("/api/threads/{thread}")).await;
    assert!(
        snapshot
            .people
            .iter()
            .any(|it| it.user == ours.user("seller"))
    );
    assert_eq!(page(&guest, "ours").await.vendor, ours.vendor);

    // A slug is one vendor's; who answers sells there; the form says what is wrong.
    let theirs = app.sign_in(&other.email("admin")).await;
    for (wish, field, code) in [
        (json!({ "slug": "ours", "version": 0 }), "slug", "taken"),
        (json!({ "slug": "a b c", "version": 0 }), "slug", "slug"),
        (
            json!({ "answers": ours.user("seller"), "version": 0 }),
            "answers",
            "unknown",
        ),
    ] {
        let refused = problem(put(&theirs, "/api/vendor/page", &wish).await).await;
        assert_eq!(
            (
                refused.fields[0].field.as_str(),
                refused.fields[0].code.as_str()
            ),
            (field, code)
        );
    }
    let seller = app.sign_in(&ours.email("seller")).await;
    let status = put(&seller, "/api/vendor/page", &wish).await.status();
    assert_eq!(status, StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_what_is_wrong_with_a_question_is_said_at_its_field() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let nobody = app.browser();
    let complaints = async |body: &Value| -> Vec<(String, String)> {
        let refused = problem(ask(&nobody, shop.vendor, body).await).await;
        let fields = refused.fields.into_iter();
        fields.map(|it| (it.field, it.code)).collect()
    };
    let said = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        let all = all.iter();
        all.map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
            .collect()
    };
    let empty = json!({ "secret": "0".repeat(64), "question": { "email": "jana", "text": "" } });
    let wanted = said(&[
        ("name", "required"),
        ("email", "email"),
        ("text", "required"),
    ]);
    assert_eq!(complaints(&empty).await, wanted);
    let long = question(1, &"x".repeat(4_001));
    assert_eq!(complaints(&long).await, said(&[("text", "too_long")]));
    let unknown = about(
        question(1, "Is it blue?"),
        ProductId::from_uuid(shop.vendor.as_uuid()),
    );
    assert_eq!(complaints(&unknown).await, said(&[("product", "unknown")]));
    let admin = app.sign_in(&shop.email("admin")).await;
    let rules: Value = admin.read("/api/calling-rules").await;
    let block = json!({ "rule": rules["rule"], "contact": "block", "version": rules["version"] });
    assert!(
        put(&admin, "/api/calling-rules", &block)
            .await
            .status()
            .is_success()
    );
    let leads_away = question(1, "Call me at +49 341 123456");
    assert_eq!(
        complaints(&leads_away).await,
        said(&[("text", "contact_phone")])
    );
    for body in [
        json!({}),
        json!({ "secret": "x", "question": { "text": "?" } }),
    ] {
        let refused = problem(ask(&nobody, shop.vendor, &body).await).await;
        assert_eq!(refused.code, Code::Malformed);
    }
    for page in ["nobody", "0193a6a0-0000-7000-8000-000000000001", "a%20b"] {
        let path = format!("/api/pages/{page}");
        assert_eq!(nobody.get(&path).await.status(), StatusCode::NOT_FOUND);
        let path = format!("{path}/questions");
        let asked = nobody.post(&path, &question(1, "Anybody?")).await;
        assert_eq!(asked.status(), StatusCode::NOT_FOUND);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_where_nobody_can_answer_nothing_is_taken() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    for seller in ["seller", "seller2"] {
        let path = format!("/api/people/{}/roles/seller", shop.user(seller));
        let done = admin.post(&path, &json!({ "step": "suspend" })).await;
        assert!(done.status().is_success());
    }
    let nobody = app.browser();
    let seen = page(&nobody, shop.vendor).await;
    assert_eq!(seen.takes_none, Some(TakesNone::NobodyAnswers));
    let asked = ask(&nobody, shop.vendor, &question(1, "Anybody?")).await;
    assert_eq!(problem(asked).await.code, Code::NobodyAnswers);
    let customers: CustomerList = admin.read("/api/customers?q=jana").await;
    assert_eq!(customers.items.len(), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_suspended_vendor_takes_no_question() {
    let app = TestApp::start_with(&["--demo"]).await;
    let vendor = app.shops.ours.vendor;
    let platform = crate::vendors::platform(&app).await;
    let version = crate::vendors::record(&platform, vendor).await.version;
    let step = json!({ "step": "suspend", "reason": "Invoices are open", "version": version });
    let path = format!("/api/platform/vendors/{vendor}/steps");
    assert!(platform.post(&path, &step).await.status().is_success());
    let nobody = app.browser();
    assert_eq!(
        page(&nobody, vendor).await.takes_none,
        Some(TakesNone::Suspended)
    );
    let refused = ask(&nobody, vendor, &question(1, "Anybody?")).await;
    assert_eq!(problem(refused).await.code, Code::VendorSuspended);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_strangers_ask_so_often_and_no_more() {
    let app = TestApp::start().await;
    let vendor = app.shops.ours.vendor;
    let nobody = app.browser();
    let most = u8::try_from(QUESTIONS_OF_NETWORK.burst).expect("few");
    for n in 0..most {
        asked(nobody.clone(), vendor, &question(n, "Again?")).await;
    }
    let refused = problem(ask(&nobody, vendor, &question(most, "Again?")).await).await;
    assert_eq!(refused.code, Code::TooMany);
    assert!(refused.retry_after_ms.is_some());
    // Who is known here does not wait for strangers.
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    asked(buyer, vendor, &question(most, "And me?")).await;
    app.stop().await;
}
