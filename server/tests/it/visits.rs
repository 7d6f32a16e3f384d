//! The platform's people look for something across vendors with a reason, and into one for a time.

use crate::{
    offer_support::{Shelf, complete, confirm, place, show},
    support::{
        Browser, Socket, TestApp,
        client::{problem, session_cookie},
        fresh_uuid, second_factor,
        socket::command_id,
    },
};
use orderline_domain::{
    ids::VendorId,
    people::{roles::Role, security::SecurityStep},
};
use orderline_protocol::{
    http::Me,
    problem::Code,
    security::SecurityLog,
    socket::{ByeReason, Command, CommandResult},
    thread::ThreadSnapshot,
    visit::{Findings, StewardList, VisitLog, VisitView},
};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const REASON: &str = "The buyer disputes the order";

async fn of_platform(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser();
    let email = format!("{name}@orderline.example");
    browser.sign_in(&email, DEMO_PASSWORD).await;
    browser
}

fn search(id: Uuid, what: &str, reason: &str) -> Value {
    json!({ "search": id, "what": what, "reason": reason })
}

/// The threads that were found.
async fn found(browser: &Browser, id: Uuid, what: &str) -> Findings {
    let answer = browser
        .post("/api/platform/searches", &search(id, what, REASON))
        .await;
    assert_eq!(answer.status(), StatusCode::OK, "{what}");
    answer.json().await.expect("findings")
}

fn visit(search: Uuid, vendor: VendorId) -> Value {
    json!({ "visit": fresh_uuid(), "search": search, "vendor": vendor })
}

async fn begun(browser: &Browser, wish: &Value) -> VisitView {
    let answer = browser.post("/api/platform/visits", wish).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("a visit")
}

async fn refused(browser: &Browser, path: &str) -> Code {
    problem(browser.get(path).await).await.code
}

/// What was written down: whoever looked, for what and how much was found.
async fn written(app: &TestApp) -> Vec<(String, String, i32)> {
    let mut conn = app.database.connect().await;
    sqlx::query_as("SELECT role, what, found FROM platform_searches ORDER BY at, search_id")
        .fetch_all(&mut conn)
        .await
        .expect("searches")
}

/// A search says why and is written down before it is answered; it leads into the vendor for an hour, where nothing can be
/// written, and the vendor's admin reads who looked in and why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_platform_staff_look_into_a_vendor_only_with_a_reason() {
    let app = TestApp::start_with(&["--demo"]).await;
    let (ours, thread) = (&app.shops.ours, app.shops.ours.thread);
    let support = of_platform(&app, "support").await;

    // By themselves they see nothing of vendors, and without a visit they are nothing there.
    for path in [
        "/api/threads",
        "/api/platform/vendors",
        "/api/platform/people",
    ] {
        assert_eq!(refused(&support, path).await, Code::NotFound, "{path}");
    }
    let inside = support.acting(ours.vendor, Role::Support);
    assert_eq!(refused(&inside, "/api/session").await, Code::NotFound);

    // One exact thing, and a reason.
    let bad = search(fresh_uuid(), "%", " ");
    let bad = problem(support.post("/api/platform/searches", &bad).await).await;
    let fields: Vec<_> = bad.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["what", "reason"]);
    assert!(written(&app).await.is_empty());

    let id = fresh_uuid();
    let buyer = ours.email("buyer");
    let by_mail = found(&support, id, &buyer).await;
    assert!(by_mail.items.iter().any(|it| it.thread == thread));
    let by_id = found(&support, fresh_uuid(), &thread.to_string()).await;
    assert_eq!(by_id.items.len(), 1);
    assert_eq!(by_id.items[0].vendor, ours.vendor);
    let count = i32::try_from(by_mail.items.len()).expect("few");
    let as_support = || "platform_support".to_owned();
    let lines = [
        (as_support(), buyer.clone(), count),
        (as_support(), thread.to_string(), 1),
    ];
    assert_eq!(written(&app).await, lines);
    // Sent again it is written once; with other words it is refused.
    let _ = found(&support, id, &buyer).await;
    assert_eq!(written(&app).await.len(), 2);
    let other = search(id, &buyer, "Another reason");
    let other = problem(support.post("/api/platform/searches", &other).await).await;
    assert_eq!(other.code, Code::CommandReused);

    // It leads to whose thread was found, to nobody else, and nobody else by it.
    let elsewhere = visit(id, app.shops.other.vendor);
    let elsewhere = problem(support.post("/api/platform/visits", &elsewhere).await).await;
    assert_eq!(elsewhere.code, Code::NotFound);
    let compliance = of_platform(&app, "compliance").await;
    let anothers = visit(id, ours.vendor);
    let anothers = problem(compliance.post("/api/platform/visits", &anothers).await).await;
    assert_eq!(anothers.code, Code::NotFound);

    let wish = visit(id, ours.vendor);
    let first = begun(&support, &wish).await;
    assert_eq!(first.role, Role::Support);
    assert_eq!(begun(&support, &wish).await, first);
    let snapshot: ThreadSnapshot = inside.read(&format!("/api/threads/{thread}")).await;
    assert_eq!(snapshot.thread, thread);
    // As the vendor's own support: what is compliance's or the admin's is not theirs, and nothing is written.
    for path in ["/api/recordings", "/api/people", "/api/visits"] {
        assert_eq!(refused(&inside, path).await, Code::NotAllowed, "{path}");
    }
    let as_compliance = support.acting(ours.vendor, Role::Compliance);
    assert_eq!(
        refused(&as_compliance, "/api/session").await,
        Code::NotFound
    );
    let (mut socket, _) = Socket::hello(&inside, &[(thread, 0)]).await;
    let body = Command::SendMessage {
        thread,
        text: "from the platform".to_owned(),
    };
    let said = socket.command(command_id(), body).await;
    assert!(matches!(said, CommandResult::Failed { .. }), "{said:?}");

    // The same account signed in by its password alone is asked for the second factor there.
    let weak = app.browser();
    let answer = weak
        .try_sign_in("support@orderline.example", DEMO_PASSWORD)
        .await;
    let mut weak = weak.acting(ours.vendor, Role::Support);
    weak.cookie = Some(session_cookie(&answer).0);
    let code = refused(&weak, &format!("/api/threads/{thread}")).await;
    assert_eq!(code, Code::SecondFactorNeeded);

    // The vendor's admin reads it; a seller does not.
    let admin = app.sign_in(&ours.email("admin")).await;
    let log: VisitLog = admin.read("/api/visits").await;
    assert_eq!(log.items.len(), 1);
    let line = &log.items[0];
    assert_eq!(
        (line.by.name.as_str(), line.by.role, line.reason.as_str()),
        ("Hanne Vik", Role::Support, REASON)
    );
    assert_eq!(line.until, first.until);
    let seller = app.sign_in(&ours.email("seller")).await;
    assert_eq!(refused(&seller, "/api/visits").await, Code::NotAllowed);
    let foreign = app.sign_in(&app.shops.other.email("admin")).await;
    let log: VisitLog = foreign.read("/api/visits").await;
    assert!(log.items.is_empty());

    // One click ends it, for sockets too.
    let path = format!("/api/visits/{}", first.visit);
    assert_eq!(
        problem(compliance.delete(&path).await).await.code,
        Code::NotFound
    );
    assert_eq!(inside.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(support.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(&inside, "/api/session").await, Code::NotFound);
    assert_eq!(socket.bye().await, ByeReason::SignedOut);
    let over = problem(support.post("/api/platform/visits", &wish).await).await;
    assert_eq!(over.code, Code::Conflict);
    app.stop_leaving(&["mail", "text_message", "render"]).await;
}

/// By an order's number; by itself a visit is over after an hour, and what a search found cannot be visited for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b7_a_visit_by_an_orders_number_ends_by_itself() {
    let app = TestApp::start_with(&["--demo"]).await;
    let (ours, thread) = (&app.shops.ours, app.shops.ours.thread);
    let shelf = Shelf::fill(&app, ours).await;
    let seller = app.sign_in(&ours.email("seller")).await;
    let buyer = app.sign_in(&ours.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[(thread, 0)]).await;
    let shown = show(&mut seller, thread, &complete(&app, &shelf.one_time)).await;
    confirm(&mut buyer, &shown).await;
    let order = place(&mut seller, &shown).await;

    let compliance = of_platform(&app, "compliance").await;
    let id = fresh_uuid();
    let hits = found(&compliance, id, &order.number).await;
    let hit = hits.items.iter().find(|it| it.thread == thread);
    assert_eq!(
        hit.and_then(|it| it.order_number),
        order.number.parse().ok()
    );
    let first = begun(&compliance, &visit(id, ours.vendor)).await;
    assert_eq!(first.role, Role::Compliance);
    let inside = compliance.acting(ours.vendor, Role::Compliance);
    let me: Me = inside.read("/api/session").await;
    let lasting = me.capacities.iter().find_map(|it| it.visit);
    assert_eq!(lasting.map(|it| it.until), Some(first.until));

    app.pass(Duration::from_mins(30)).await;
    let again = begun(&compliance, &visit(id, ours.vendor)).await;
    assert_eq!(again.visit, first.visit);
    assert!(again.until > first.until, "it is extended");
    app.pass(Duration::from_mins(59)).await;
    let _: Me = inside.read("/api/session").await;
    app.pass(Duration::from_mins(1)).await;
    assert_eq!(refused(&inside, "/api/session").await, Code::NotFound);
    let late = visit(id, ours.vendor);
    let late = problem(compliance.post("/api/platform/visits", &late).await).await;
    assert_eq!(late.code, Code::Conflict);
    app.stop_leaving(&["mail", "text_message", "render"]).await;
}

/// The platform's admin gives the platform's roles and takes them back, and the last admin stays.
#[tokio::test]
async fn p3_the_platforms_admin_gives_its_roles_and_takes_them_back() {
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = of_platform(&app, "platform").await;
    let email = app.shops.ours.email("support");
    let give = |email: &str, role: Role| json!({ "email": email, "role": role });
    for (wish, field) in [
        (give("nobody@x.example", Role::PlatformSupport), "email"),
        (give(&email, Role::Support), "role"),
    ] {
        let refused = problem(admin.post("/api/platform/people", &wish).await).await;
        assert_eq!(refused.fields[0].field, field);
    }
    let wish = give(&email, Role::PlatformSupport);
    for _ in 0..2 {
        let given = admin.post("/api/platform/people", &wish).await;
        assert_eq!(given.status(), StatusCode::NO_CONTENT);
    }
    let list: StewardList = admin.read("/api/platform/people").await;
    let line = list
        .items
        .iter()
        .find(|it| it.email.as_ref() == Some(&email));
    let user = line.expect("a line").person.user;
    let chief = list
        .items
        .iter()
        .find(|it| it.person.role == Role::PlatformAdmin)
        .expect("an admin");
    assert_eq!(list.items.len(), 4);

    let mut hers = app.sign_in(&email).await;
    let _ = second_factor::add(&hers).await;
    hers.acting = "platform.platform_support".parse().ok();
    let _ = found(&hers, fresh_uuid(), "4711").await;

    let role = |user, role: Role| format!("/api/platform/people/{user}/roles/{}", role.name());
    let stays = admin
        .delete(&role(chief.person.user, Role::PlatformAdmin))
        .await;
    assert_eq!(problem(stays).await.code, Code::LastAdmin);
    let path = role(user, Role::PlatformSupport);
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        problem(admin.delete(&path).await).await.code,
        Code::NotFound
    );
    assert_eq!(refused(&hers, "/api/session").await, Code::SignInNeeded);
    let log: SecurityLog = admin.read("/api/platform/security").await;
    let steps: Vec<_> = log.items.iter().map(|it| it.step).collect();
    assert!(steps.contains(&SecurityStep::PlatformRoleGiven));
    assert!(steps.contains(&SecurityStep::PlatformRoleTaken));
    app.stop().await;
}
