//! A vendor as the platform keeps it: suspended, restored, closed.

use crate::{
    call_support::{Page, running},
    installation,
    offer_support::Shelf,
    support::{Browser, PASSWORD, Socket, TestApp, client::problem, fresh_uuid, socket},
};
use orderline_domain::{
    call::{CallEndReason, rules::WhyNot},
    ids::{OfferId, VendorId},
    people::roles::Role,
    vendor::{
        change::VendorChange,
        record::RecordField,
        state::{Shut, VendorStep},
    },
};
use orderline_protocol::{
    call::CallPhase,
    http::Me,
    platform::VendorList,
    problem::Code,
    socket::{ByeReason, Command, CommandResult, ServerFrame},
    thread::ThreadSnapshot,
    vendor::{VendorLog, VendorRecord},
};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// The demo's platform admin.
pub(crate) async fn platform(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser
        .sign_in("platform@orderline.example", DEMO_PASSWORD)
        .await;
    browser
}

pub(crate) async fn record(platform: &Browser, vendor: VendorId) -> VendorRecord {
    platform
        .read(&format!("/api/platform/vendors/{vendor}"))
        .await
}

/// Takes a step from the vendor's present version.
async fn step(platform: &Browser, vendor: VendorId, step: &str, reason: &str) -> Response {
    let version = record(platform, vendor).await.version;
    let body = json!({ "step": step, "reason": reason, "version": version });
    let path = format!("/api/platform/vendors/{vendor}/steps");
    platform.post(&path, &body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_a_suspended_vendors_people_are_out_at_once_its_calls_end_and_its_buyers_read_on() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut running = running(&app).await;
    let repeated = socket::command_id();
    let text = Command::SendMessage {
        thread,
        text: "before".to_owned(),
    };
    let (mut watching, _) = Socket::hello(&running.buyer.browser, &[(thread, 0)]).await;
    watching.command(repeated, text.clone()).await;

    let answer = step(&platform, shop.vendor, "suspend", "Invoices are open").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(running.seller.socket.bye().await, ByeReason::SignedOut);
    let ended = running.buyer.phase(CallPhase::Ended).await;
    assert_eq!(ended.end_reason, Some(CallEndReason::VendorShut));
    running.at_buyer.hears_nothing_more().await;
    running.at_seller.hears_nothing_more().await;
    // Whoever works there is told why, when they sign in and when they switch to it.
    let refused = app
        .browser()
        .try_sign_in(&shop.email("seller"), PASSWORD)
        .await;
    let refused = problem(refused).await;
    assert_eq!(refused.code, Code::WorkSuspended);
    assert_eq!(refused.params["reason"], "Invoices are open");
    assert_eq!(refused.params["vendor"], "ours.example");

    // The buyer's page hears of it, reads on, and does nothing else there.
    let mut buyer = running.buyer;
    buyer.socket = watching;
    let why = buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::State { state } => state.calling.why_not,
            _ => None,
        })
        .await;
    assert_eq!(why, WhyNot::VendorSuspended);
    let me: Me = buyer.browser.read("/api/session").await;
    assert_eq!(me.capacities[0].shut, Some(Shut::Suspended));
    assert_eq!(me.capacities[0].reason, None, "that is between the two");
    let read: ThreadSnapshot = buyer.browser.read(&format!("/api/threads/{thread}")).await;
    assert!(
        read.events
            .iter()
            .any(|it| it.body.kind() == "message_sent")
    );
    for body in [
        Command::SendMessage {
            thread,
            text: "after".to_owned(),
        },
        Command::RequestCall {
            thread,
            wish: None,
            note: None,
        },
        Command::ConfirmOffer {
            offer: OfferId::from_uuid(fresh_uuid()),
            hash: String::new(),
        },
    ] {
        let refused = buyer.refused(body).await;
        assert_eq!(refused.code, Code::VendorSuspended);
    }
    // What was done before is answered as it was.
    let again = buyer.socket.command(repeated, text).await;
    assert!(matches!(again, CommandResult::Done { .. }), "{again:?}");
    // The other vendor works on.
    let mut other = Page::open(&app, &app.shops.other, "seller").await;
    other.socket.say(app.shops.other.thread, "as ever").await;

    let answer = step(&platform, shop.vendor, "restore", "They were paid").await;
    assert_eq!(answer.status(), StatusCode::OK);
    buyer.socket.say(thread, "again").await;
    let mut seller = Page::open(&app, shop, "seller").await;
    seller.ring(thread).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_a_closed_vendor_stays_closed_and_each_change_is_kept_with_its_reason() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    let own: VendorRecord = admin.read("/api/vendor").await;
    assert_eq!(own, record(&platform, shop.vendor).await);
    // Only the platform takes these steps, with a reason, from the version that it has seen.
    let path = format!("/api/platform/vendors/{}/steps", shop.vendor);
    let body = json!({ "step": "close", "reason": "Because", "version": own.version });
    let refused = problem(admin.post(&path, &body).await).await;
    assert_eq!(refused.code, Code::NotFound);
    let refused = problem(step(&platform, shop.vendor, "suspend", " ").await).await;
    assert_eq!(refused.fields[0].field, "reason");
    let stale = json!({ "step": "close", "reason": "Because", "version": own.version + 1 });
    let refused = problem(platform.post(&path, &stale).await).await;
    assert_eq!(refused.code, Code::Conflict);
    let refused = problem(step(&platform, shop.vendor, "restore", "Because").await).await;
    assert_eq!(refused.code, Code::Conflict);

    let invite = format!("/api/platform/vendors/{}/invitations", shop.vendor);
    let asked = installation::wish("late@ours.example", Role::Admin);
    platform.post(&invite, &asked).await;
    step(&platform, shop.vendor, "suspend", "Invoices are open").await;
    let answer = step(&platform, shop.vendor, "close", "The shop gave up").await;
    assert_eq!(answer.status(), StatusCode::OK);
    for back in ["restore", "suspend", "close"] {
        let refused = problem(step(&platform, shop.vendor, back, "Because").await).await;
        assert_eq!(refused.code, Code::Conflict, "{back}");
    }
    let browser = app.browser();
    let refused = browser.try_sign_in(&shop.email("admin"), PASSWORD).await;
    assert_eq!(problem(refused).await.code, Code::WorkClosed);
    // Nobody comes to work there any more.
    let link = installation::token(&app, "late@ours.example").await;
    let refused = installation::take(&app.browser(), &link, PASSWORD).await;
    assert_eq!(problem(refused).await.code, Code::VendorClosed);
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let late = Command::SendMessage {
        thread: shop.thread,
        text: "late".to_owned(),
    };
    assert_eq!(buyer.refused(late).await.code, Code::VendorClosed);
    let list: ThreadSnapshot = buyer
        .browser
        .read(&format!("/api/threads/{}", shop.thread))
        .await;
    assert_eq!(list.calling.why_not, Some(WhyNot::VendorClosed));

    let log: VendorLog = platform
        .read(&format!("/api/platform/vendors/{}/log", shop.vendor))
        .await;
    let lines: Vec<_> = log
        .items
        .iter()
        .map(|it| match &it.change {
            VendorChange::Stepped { step, reason } => {
                (*step, reason.as_str(), it.by.role, it.by.name.as_str())
            }
            other => panic!("not a step: {other:?}"),
        })
        .collect();
    assert_eq!(
        lines,
        [
            (
                VendorStep::Close,
                "The shop gave up",
                Role::PlatformAdmin,
                "Ole Brandt"
            ),
            (
                VendorStep::Suspend,
                "Invoices are open",
                Role::PlatformAdmin,
                "Ole Brandt"
            ),
        ]
    );
    let all: VendorList = platform.read("/api/platform/vendors").await;
    let listed = all.items.iter().find(|it| it.vendor == shop.vendor);
    assert_eq!(listed.and_then(|it| it.shut), Some(Shut::Closed));
    app.stop().await;
}

/// Somebody who works for two vendors goes on at the one that works.
#[tokio::test]
async fn p2_who_works_elsewhere_too_goes_on_there() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let mut lena = app.browser();
    lena.sign_in("lena@vogt.example", DEMO_PASSWORD).await;
    let me: Me = lena.read("/api/session").await;
    let at = |vendor: VendorId| lena.clone().acting(vendor, Role::Seller);
    let first = me.vendor.expect("a vendor");
    let second = me.capacities.iter().filter_map(|it| it.vendor);
    let second = second.into_iter().find(|it| *it != first);
    let second = second.expect("another vendor");
    step(&platform, first, "suspend", "Invoices are open").await;
    let out = problem(at(second).get("/api/threads").await).await;
    assert_eq!(out.code, Code::SignInNeeded);
    lena.sign_in("lena@vogt.example", DEMO_PASSWORD).await;
    let me: Me = lena.read("/api/session").await;
    assert_eq!(me.vendor, Some(second));
    let shut = lena.acting(first, Role::Seller);
    let refused = problem(shut.get("/api/threads").await).await;
    assert_eq!(refused.code, Code::WorkSuspended);
    app.stop().await;
}

#[tokio::test]
async fn p2_a_vendors_record_is_kept_by_the_platform_and_by_its_own_admin() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    let own: VendorRecord = admin.read("/api/vendor").await;
    let data = json!({ "name": " Südwind Reisen ", "currency": "chf", "country": "ch", "time_zone": "Europe/Zurich" });
    let profile = json!({
        "legal_name": "Südwind Reisen AG", "address": "Bahnhofstrasse 1\n8001 Zürich",
        "register_number": "CHE-123.456.789", "email": "office@suedwind.example", "phone": "044 668 18 00",
        "languages": ["it", "de"], "colour": "#3B74C4"
    });
    let body = |data: &Value, profile: &Value, version: i64| json!({ "data": data, "profile": profile, "version": version });

    let answer = put(&admin, "/api/vendor", &body(&data, &profile, own.version)).await;
    let saved: VendorRecord = answer.json().await.expect("a record");
    assert_eq!(
        (saved.data.name.as_str(), saved.data.currency.as_str()),
        ("Südwind Reisen", "CHF")
    );
    assert_eq!(
        saved.profile.phone.as_deref(),
        Some("+41446681800"),
        "read in its country"
    );
    assert_eq!(saved.profile.languages, ["de", "it"]);
    assert_eq!(saved.profile.colour.as_deref(), Some("#3b74c4"));
    assert_eq!(saved, record(&platform, shop.vendor).await);
    // From an older version it is refused, and what changes nothing changes nothing.
    let stale = put(&admin, "/api/vendor", &body(&data, &profile, own.version)).await;
    assert_eq!(problem(stale).await.code, Code::Conflict);
    let same = put(&admin, "/api/vendor", &body(&data, &profile, saved.version)).await;
    assert_eq!(same.json::<VendorRecord>().await.expect("the same"), saved);

    // What is wrong is said at each field.
    let bad = json!({ "legal_name": "x".repeat(201), "email": "office", "phone": "1", "languages": [], "colour": "#ffffff" });
    let nameless =
        json!({ "name": "", "currency": "EURO", "country": "XX", "time_zone": "Vienna" });
    let refused = put(&admin, "/api/vendor", &body(&nameless, &bad, saved.version)).await;
    let refused = problem(refused).await;
    let wrong: Vec<_> = refused
        .fields
        .iter()
        .map(|it| (it.field.as_str(), it.code.as_str()))
        .collect();
    let wanted = [
        ("name", "required"),
        ("currency", "unknown"),
        ("country", "unknown"),
        ("time_zone", "unknown"),
        ("legal_name", "too_long"),
        ("email", "email"),
        ("languages", "required"),
        ("colour", "low_contrast"),
        ("phone", "phone"),
    ];
    assert_eq!(wrong, wanted);

    // Once there are products the currency stays; the platform keeps the same record.
    Shelf::fill(&app, shop).await;
    let path = format!("/api/platform/vendors/{}", shop.vendor);
    let mut euro = data.clone();
    euro["currency"] = json!("EUR");
    let refused = problem(put(&platform, &path, &body(&euro, &profile, saved.version)).await).await;
    assert_eq!(
        (
            refused.fields[0].field.as_str(),
            refused.fields[0].code.as_str()
        ),
        ("currency", "fixed")
    );
    let mut renamed = data.clone();
    renamed["name"] = json!("Südwind");
    let answer = put(&platform, &path, &body(&renamed, &profile, saved.version)).await;
    let renamed: VendorRecord = answer.json().await.expect("a record");
    assert!(renamed.is_currency_fixed);
    let log: VendorLog = admin.read("/api/vendor/log").await;
    let lines: Vec<_> = log
        .items
        .iter()
        .map(|it| (&it.change, it.by.role))
        .collect();
    let by_platform = VendorChange::Edited {
        fields: vec![RecordField::Name],
    };
    assert_eq!(lines[0], (&by_platform, Role::PlatformAdmin));
    assert_eq!((lines.len(), lines[1].1), (2, Role::Admin));
    app.stop().await;
}

pub(crate) async fn put(browser: &Browser, path: &str, body: &Value) -> Response {
    let request = browser.request(Method::PUT, path).json(body);
    request.send().await.expect("an answer")
}
