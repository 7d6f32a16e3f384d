//! How the installation is, on the platform's System page; and what is still missing up to the first call.

use crate::support::{Browser, TestApp, client::problem, fresh_uuid};
use orderline_domain::checkup::{Part, PlatformStep, ShopStep, Symptom, Verdict};
use orderline_protocol::{
    catalogue::PartnerList,
    problem::Code,
    system::{CheckupView, PlatformSteps, ShopSteps, SystemView},
};
use orderline_server::seed::DEMO_PASSWORD;
use serde_json::json;
use std::time::Duration;

/// The demo's platform admin.
async fn platform_admin(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser
        .sign_in("platform@orderline.example", DEMO_PASSWORD)
        .await;
    browser
}

fn symptom(view: &CheckupView, part: Part) -> Symptom {
    let found = view.findings.iter().find(|it| it.part == part);
    found.expect("a line for each part").symptom
}

fn missing(all: &ShopSteps) -> Vec<ShopStep> {
    let open = all.steps.iter().filter(|it| !it.done);
    open.map(|it| it.step).collect()
}

async fn check(browser: &Browser) -> CheckupView {
    let answer = browser.post("/api/platform/checkup", &json!(null)).await;
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.expect("what was found")
}

/// P1: the platform's admin has everything looked at; the last look stays with its time, beside the servers that run,
/// what is kept and the jobs. Nobody else sees any of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_the_platforms_admin_sees_how_the_installation_is() {
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = platform_admin(&app).await;
    let view: SystemView = admin.read("/api/platform/system").await;
    assert_eq!(view.checkup, None);
    let [node] = view.nodes.as_slice() else {
        panic!("one server runs: {:?}", view.nodes)
    };
    assert_eq!(node.node, app.server.app.env.node);
    assert_eq!(node.version, env!("CARGO_PKG_VERSION"));
    assert!(view.storage.free.is_some_and(|free| free > 0));
    assert!(view.jobs.iter().any(|job| job.name == "mail"));

    let found = check(&admin).await;
    let parts: Vec<Part> = found.findings.iter().map(|it| it.part).collect();
    assert_eq!(parts, Part::ALL);
    for (part, wanted) in [
        (Part::Database, Symptom::DatabaseGood),
        (Part::Storage, Symptom::StorageGood),
        (Part::Clock, Symptom::ClockGood),
        (Part::Keys, Symptom::KeysGood),
        (Part::Sms, Symptom::SmsGood),
    ] {
        assert_eq!(symptom(&found, part), wanted);
    }
    let view: SystemView = admin.read("/api/platform/system").await;
    assert_eq!(view.checkup, Some(found));

    // What breaks later is found by the next look.
    app.clock.advance(Duration::from_mins(10));
    let found = check(&admin).await;
    assert_eq!(symptom(&found, Part::Clock), Symptom::ClockOff);
    assert!(
        found
            .findings
            .iter()
            .any(|it| it.verdict == Verdict::Broken)
    );

    for person in ["admin", "seller", "support", "compliance", "buyer"] {
        let other = app.sign_in(&app.shops.ours.email(person)).await;
        let refused = problem(other.get("/api/platform/system").await).await;
        assert_eq!(refused.code, Code::NotFound, "{person}");
        let refused = other.post("/api/platform/checkup", &json!(null)).await;
        assert_eq!(problem(refused).await.code, Code::NotFound, "{person}");
    }
    app.stop().await;
}

/// P1: what is missing up to the first call is told to the platform's admin and, of their own shop, to a vendor's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_what_is_missing_up_to_the_first_call_is_listed_until_it_is_done() {
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = platform_admin(&app).await;
    let all: PlatformSteps = admin.read("/api/platform/steps").await;
    let steps: Vec<PlatformStep> = all.steps.iter().map(|it| it.step).collect();
    assert_eq!(steps[0], PlatformStep::Entity);
    assert_eq!(steps.len(), 7);
    assert!(all.steps.iter().all(|it| it.done), "{all:?}");

    let theirs = app.sign_in(&app.shops.ours.email("admin")).await;
    let other = app.sign_in(&app.shops.other.email("admin")).await;
    let before: ShopSteps = other.read("/api/vendor/steps").await;
    let all: ShopSteps = theirs.read("/api/vendor/steps").await;
    assert_eq!(missing(&all), [ShopStep::Product]);
    let partners: PartnerList = theirs.read("/api/partners").await;
    let wish = json!({ "product": fresh_uuid(), "proposed": {
        "name": "Coaching", "price": "100", "label": "One payment", "vat_rate": "19",
        "partner": { "known": partners.items[0].id } } });
    let added = theirs.post("/api/products", &wish).await;
    assert!(added.status().is_success(), "{}", added.status());
    let all: ShopSteps = theirs.read("/api/vendor/steps").await;
    assert_eq!(missing(&all), []);
    let after: ShopSteps = other.read("/api/vendor/steps").await;
    assert_eq!(after, before, "one shop's are not another's");

    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let refused = problem(seller.get("/api/vendor/steps").await).await;
    assert_eq!(refused.code, Code::NotAllowed);
    app.stop().await;
}
