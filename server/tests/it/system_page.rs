//! How the installation is, on the platform's System page; and what is still missing up to the first call.

use crate::support::{Browser, TestApp, client::problem, fresh_uuid};
use axum::Router;
use orderline_domain::checkup::{Part, PlatformStep, ShopStep, Symptom, Verdict};
use orderline_protocol::{
    catalogue::PartnerList,
    problem::Code,
    system::{CheckupView, PlatformSteps, ShopSteps, SystemView},
};
use orderline_server::seed::DEMO_PASSWORD;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

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

/// What the platform still misses.
async fn platform_misses(admin: &Browser) -> Vec<PlatformStep> {
    let all: PlatformSteps = admin.read("/api/platform/steps").await;
    let open = all.steps.iter().filter(|it| !it.done);
    open.map(|it| it.step).collect()
}

/// What a shop still misses.
async fn shop_misses(admin: &Browser) -> Vec<ShopStep> {
    missing(&admin.read("/api/vendor/steps").await)
}

async fn change(app: &TestApp, sql: &'static str) {
    let mut conn = app.database.connect().await;
    let changed = sqlx::query(sql).execute(&mut conn).await;
    assert!(changed.expect("changed").rows_affected() > 0, "{sql}");
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
        for path in ["/api/platform/system", "/api/platform/steps"] {
            let refused = problem(other.get(path).await).await;
            assert_eq!(refused.code, Code::NotFound, "{person}: {path}");
        }
        let refused = other.post("/api/platform/checkup", &json!(null)).await;
        assert_eq!(problem(refused).await.code, Code::NotFound, "{person}");
    }
    app.stop().await;
}

/// P1: whoever reads the page while everything is looked at sees the last look, and waits for nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_the_page_does_not_wait_for_a_look_that_is_under_way() {
    let (asked, goes_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let outside = {
        let (asked, goes_on) = (Arc::clone(&asked), Arc::clone(&goes_on));
        Router::new().fallback(async move || {
            asked.add_permits(1);
            goes_on.acquire().await.expect("open").forget();
        })
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("one").port();
    tokio::spawn(async move { axum::serve(listener, outside).await });
    let url = format!("--public-url=http://127.0.0.1:{port}");
    let app = TestApp::start_with(&["--demo", &url]).await;
    let (looker, reader) = (platform_admin(&app).await, platform_admin(&app).await);
    let look = tokio::spawn(async move { check(&looker).await });
    let asked = timeout(Duration::from_secs(20), asked.acquire()).await;
    asked.expect("asked in time").expect("open").forget();
    let view: SystemView = reader.read("/api/platform/system").await;
    assert_eq!(
        view.checkup, None,
        "the public address has not answered yet"
    );
    goes_on.add_permits(1);
    let found = look.await.expect("a look");
    assert_eq!(symptom(&found, Part::PublicUrl), Symptom::PublicElsewhere);
    let view: SystemView = reader.read("/api/platform/system").await;
    assert_eq!(view.checkup, Some(found));
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

/// P1: a step is open again when what it needs is gone; a rep sells as a seller does, and nobody who cannot come in does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_whoever_cannot_come_in_sells_nothing_and_a_rep_alone_is_enough() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform_admin(&app).await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    assert_eq!(platform_misses(&platform).await, []);
    change(&app, "UPDATE products SET active = false WHERE active").await;
    let disable = "UPDATE people SET disabled_at = now() WHERE user_id IN
                    (SELECT user_id FROM memberships WHERE role = 'seller')";
    change(&app, disable).await;
    assert_eq!(platform_misses(&platform).await, [PlatformStep::Product]);
    assert_eq!(shop_misses(&admin).await, [ShopStep::Product]);

    let suspend = "UPDATE memberships SET suspended_at = now() WHERE role = 'rep'";
    change(&app, suspend).await;
    let open = [PlatformStep::Seller, PlatformStep::Product];
    assert_eq!(platform_misses(&platform).await, open);
    let open = [ShopStep::Seller, ShopStep::Product];
    assert_eq!(shop_misses(&admin).await, open);
    app.stop().await;
}
