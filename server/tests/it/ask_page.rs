//! Where a vendor's public page is, who answers there, and what it refuses (P5).

use crate::{
    asks::{about, ask, asked, page, question},
    support::{TestApp, client::problem},
    vendors::put,
};
use orderline_domain::{ids::ProductId, people::attempts::QUESTIONS_OF_NETWORK};
use orderline_protocol::{
    ask::{PageSettings, TakesNone},
    customer::CustomerList,
    problem::Code,
    thread::ThreadSnapshot,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

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
        ("text", "required"),
        ("name", "required"),
        ("email", "email"),
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
        // Sent once more it is the same one, and counts as one.
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
