//! What a vendor can do: switched one by one, as far as its plan allows it.

use crate::{
    call_support::Page,
    offer_support::{Shelf, complete, confirm, show},
    support::{Browser, Socket, TestApp, client::problem, fresh_uuid, shops::Shop, socket},
    vendors::{platform, put, record},
};
use orderline_domain::{
    call::rules::WhyNot,
    ids::ThreadId,
    vendor::{
        change::VendorChange,
        function::{Function, Functions, Off},
    },
};
use orderline_protocol::{
    problem::{Code, Problem},
    socket::{Command, CommandResult, ServerFrame},
    thread::ThreadSnapshot,
    vendor::{VendorLog, VendorPlanList, VendorPlanView, VendorRecord},
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

/// Switches a function of one's own vendor.
async fn switch(admin: &Browser, function: Function, on: bool) -> Response {
    let own: VendorRecord = admin.read("/api/vendor").await;
    let body = json!({ "function": function, "on": on, "version": own.version });
    admin.post("/api/vendor/functions", &body).await
}

async fn off_in(browser: &Browser, thread: ThreadId) -> Functions {
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    snapshot.calling.off
}

async fn refused(socket: &mut Socket, body: Command) -> Problem {
    match socket.command(socket::command_id(), body).await {
        CommandResult::Failed { problem } => problem,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_calls_are_switched_off_and_open_pages_hear_of_it() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let admin = app.sign_in(&shop.email("admin")).await;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    (buyer.socket, _) = Socket::hello(&buyer.browser, &[(thread, 0)]).await;
    let answer = switch(&admin, Function::Calls, false).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let (why, off) = buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::State { state } => state
                .calling
                .why_not
                .map(|why| (why, state.calling.off.clone())),
            _ => None,
        })
        .await;
    assert_eq!(why, WhyNot::FunctionOff);
    assert!(off.has(Function::Calls));
    let start = Command::StartCall { thread };
    assert_eq!(seller.refused(start).await.code, Code::CallsOff);
    let ask = Command::RequestCall {
        thread,
        wish: None,
        note: None,
    };
    assert_eq!(buyer.refused(ask).await.code, Code::CallsOff);
    switch(&admin, Function::Calls, true).await;
    assert!(off_in(&buyer.browser, thread).await.is_empty());
    seller.ring(thread).await;
    // Nobody else switches, and two at once do not overwrite each other.
    let stale = json!({ "function": "calls", "on": false, "version": 1 });
    let answer = admin.post("/api/vendor/functions", &stale).await;
    assert_eq!(problem(answer).await.code, Code::Conflict);
    for person in ["seller", "buyer", "compliance", "support"] {
        let browser = app.sign_in(&shop.email(person)).await;
        let answer = browser.post("/api/vendor/functions", &stale).await;
        assert_eq!(problem(answer).await.code, Code::NotAllowed, "{person}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_without_manual_price_amounts_and_payments_stay_the_plans() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let shelf = Shelf::fill(&app, shop).await;
    let admin = app.sign_in(&shop.email("admin")).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let (mut seller, _) = Socket::hello(&seller, &[]).await;
    switch(&admin, Function::ManualPrice, false).await;
    let mut draft = complete(&app, &shelf.one_time);
    // As many of it as are wanted, at its price.
    draft.quantity = "2".to_owned();
    show(&mut seller, shop.thread, &draft).await;
    draft.amount = "1.00".to_owned();
    let body = |draft: &orderline_domain::offer::Draft| Command::ShowOffer {
        thread: shop.thread,
        draft: draft.clone(),
    };
    let problem = refused(&mut seller, body(&draft)).await;
    assert_eq!(problem.code, Code::ManualPriceOff);
    assert_eq!(problem.fields[0].field, "amount");
    switch(&admin, Function::ManualPrice, true).await;
    show(&mut seller, shop.thread, &draft).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_without_phone_sales_nothing_is_shown_confirmed_or_ordered() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let shelf = Shelf::fill(&app, shop).await;
    let admin = app.sign_in(&shop.email("admin")).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[]).await;
    let draft = complete(&app, &shelf.one_time);
    let shown = show(&mut seller, shop.thread, &draft).await;
    let revision = shown.shown.clone().expect("a revision");
    switch(&admin, Function::PhoneSales, false).await;
    let again = Command::ShowOffer {
        thread: shop.thread,
        draft,
    };
    let yes = Command::ConfirmOffer {
        offer: shown.offer,
        hash: revision.hash.clone(),
    };
    let order = Command::PlaceOrder {
        offer: shown.offer,
        hash: revision.hash,
    };
    let off = Code::PhoneSalesOff;
    assert_eq!(refused(&mut seller, again).await.code, off);
    assert_eq!(refused(&mut buyer, yes).await.code, off);
    switch(&admin, Function::PhoneSales, true).await;
    confirm(&mut buyer, &shown).await;
    switch(&admin, Function::PhoneSales, false).await;
    assert_eq!(refused(&mut seller, order).await.code, off);
    app.stop().await;
}

fn plan(name: &str, allows: &[Function]) -> Value {
    json!({ "name": name, "price": "49,90", "currency": "EUR", "allows": allows })
}

async fn add_plan(platform: &Browser, name: &str, allows: &[Function]) -> VendorPlanView {
    let body = json!({ "plan": fresh_uuid(), "data": plan(name, allows) });
    let answer = platform.post("/api/platform/plans", &body).await;
    answer.json().await.expect("a plan")
}

async fn choose(platform: &Browser, shop: &Shop, plan: &VendorPlanView) -> VendorRecord {
    let now = record(platform, shop.vendor).await;
    let path = format!("/api/platform/vendors/{}/plan", shop.vendor);
    let body = json!({ "plan": plan.plan, "version": now.version });
    let answer = put(platform, &path, &body).await;
    answer.json().await.expect("a record")
}

#[tokio::test]
async fn p2_plans_are_kept_by_the_platform_and_what_one_does_not_allow_is_never_switched_on() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    // Made once for its id; what is wrong is said at each field.
    let id = fresh_uuid();
    let wish = json!({ "plan": id, "data": plan("In writing", &[Function::PhoneSales]) });
    let made: VendorPlanView = platform
        .post("/api/platform/plans", &wish)
        .await
        .json()
        .await
        .expect("a plan");
    let twice: VendorPlanView = platform
        .post("/api/platform/plans", &wish)
        .await
        .json()
        .await
        .expect("the same");
    assert_eq!((&twice, made.vendors), (&made, 0));
    let other = json!({ "plan": id, "data": plan("Another", &[]) });
    let twice_used = platform.post("/api/platform/plans", &other).await;
    assert_eq!(problem(twice_used).await.code, Code::CommandReused);
    let bad = json!({ "plan": fresh_uuid(), "data": { "name": "", "price": "", "currency": "EUR", "allows": [] } });
    let refused = problem(platform.post("/api/platform/plans", &bad).await).await;
    let wrong: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(wrong, ["name", "price"]);

    // A vendor has one; what it does not allow is off and cannot be switched on, what it allows can.
    let has = choose(&platform, shop, &made).await;
    assert_eq!(has.plan.name, "In writing");
    assert_eq!(has.functions.check(Function::Calls), Err(Off::NotOnPlan));
    assert_eq!(has.functions.check(Function::PhoneSales), Ok(()));
    let refused = switch(&admin, Function::Calls, true).await;
    assert_eq!(problem(refused).await.code, Code::NotOnPlan);
    let path = format!("/api/platform/vendors/{}/functions", shop.vendor);
    let body = json!({ "function": "calls", "on": true, "version": has.version });
    let refused = platform.post(&path, &body).await;
    assert_eq!(problem(refused).await.code, Code::NotOnPlan);
    let nowhere = json!({ "plan": fresh_uuid(), "version": has.version });
    let path = format!("/api/platform/vendors/{}/plan", shop.vendor);
    let refused = problem(put(&platform, &path, &nowhere).await).await;
    assert_eq!(refused.fields[0].field, "plan");

    // Changed, it changes for every vendor that has it; from an older version it is refused.
    let path = format!("/api/platform/plans/{id}");
    let more = json!({ "data": plan("In writing", &[Function::PhoneSales, Function::Calls]), "version": made.version });
    let answer = put(&platform, &path, &more).await;
    let changed: VendorPlanView = answer.json().await.expect("a plan");
    assert_eq!((changed.vendors, changed.version), (1, made.version + 1));
    let stale = put(&platform, &path, &more).await;
    assert_eq!(problem(stale).await.code, Code::Conflict);
    let own: VendorRecord = admin.read("/api/vendor").await;
    assert_eq!(own.functions.check(Function::Calls), Ok(()));
    let list: VendorPlanList = platform.read("/api/platform/plans").await;
    assert_eq!(list.items[0], changed, "the newest first");
    let log: VendorLog = admin.read("/api/vendor/log").await;
    let chosen = VendorChange::PlanChosen {
        name: "In writing".to_owned(),
    };
    assert_eq!(log.items[0].change, chosen);
    app.stop().await;
}

/// CU2: where the plan has no calls the seller is told so, and the buyer is told nothing of calls; open pages hear of a
/// plan that changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu2_a_plan_without_calls_leaves_the_thread_to_writing() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform(&app).await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let all = add_plan(&platform, "All", &Function::ALL).await;
    choose(&platform, shop, &all).await;
    let mut seller = Page::open(&app, shop, "seller").await;
    (seller.socket, _) = Socket::hello(&seller.browser, &[(thread, 0)]).await;
    let body = json!({ "data": plan("All", &[Function::PhoneSales]), "version": all.version });
    put(
        &platform,
        &format!("/api/platform/plans/{}", all.plan),
        &body,
    )
    .await;
    let why = seller
        .socket
        .wait(|frame| match frame {
            ServerFrame::State { state } => state.calling.why_not,
            _ => None,
        })
        .await;
    assert_eq!(why, WhyNot::NotOnPlan);
    assert!(!why.is_told_to_buyers());
    let start = Command::StartCall { thread };
    assert_eq!(seller.refused(start).await.code, Code::CallsNotOnPlan);
    seller.socket.say(thread, "then in writing").await;
    let mut other = Page::open(&app, &app.shops.other, "seller").await;
    other.ring(app.shops.other.thread).await;
    app.stop().await;
}
