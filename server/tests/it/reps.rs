//! Reps and the customers that are assigned to them (OX1, OX2): who sees whom, moves of many, and searches that forgive
//! typing errors (P4), also what they cost below row-level security.

mod moves;
mod search;

use crate::{
    call_support::Page,
    customers::{add, complaints, edit, found, guest, noor, open, wish},
    support::{Browser, TestApp, client::problem, fresh_uuid},
};
use orderline_domain::{
    ids::{CustomerId, CustomerMoveId, UserId},
    people::roles::Role,
};
use orderline_protocol::{
    account::OwnThreads,
    call::CallPhase,
    customer::{
        AddCustomer, CustomerList, CustomerMoves, CustomerThreads, CustomerView, CustomersMoved,
        MoveCustomers, Which,
    },
    http::{Me, ThreadList},
    problem::Code,
    socket::Command,
    thread::{ThreadSnapshot, ThreadSummary},
};
use reqwest::StatusCode;

/// A move of these customers.
fn these(customers: &[CustomerId], rep: Option<UserId>) -> MoveCustomers {
    MoveCustomers {
        move_id: CustomerMoveId::from_uuid(fresh_uuid()),
        which: Which::These(customers.to_vec()),
        rep,
    }
}

async fn assign(browser: &Browser, wish: &MoveCustomers) -> CustomersMoved {
    let answer = browser.post("/api/customers/moves", wish).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("what came of it")
}

fn path(customer: CustomerId) -> String {
    format!("/api/customers/{customer}")
}

/// Others' customers do not exist for a rep: not in the list, not by search, not by their id, not for a thread.
#[tokio::test]
async fn ox1_a_rep_sees_only_the_customers_that_are_assigned_to_them() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    let rep = app.sign_in(&shop.email("rep")).await;
    let me: Me = rep.read("/api/session").await;
    assert_eq!(me.person.role, Role::Rep);
    let mine = add(&admin, &wish(noor())).await;
    let others = add(&admin, &wish(guest("Noor Vogt"))).await;
    assert_eq!(found(&rep, "").await, Vec::<String>::new());
    assign(&admin, &these(&[mine.customer], Some(shop.user("rep")))).await;

    assert_eq!(found(&rep, "").await, ["Noor Haddad"]);
    assert_eq!(found(&rep, "noor").await, ["Noor Haddad"]);
    // A typing error that finds them for the admin finds them for nobody who does not have them.
    assert_eq!(found(&admin, "vogtt").await, ["Noor Vogt"]);
    assert_eq!(found(&rep, "vogtt").await, Vec::<String>::new());
    let read: CustomerView = rep.read(&path(mine.customer)).await;
    assert_eq!(read.rep.expect("a rep").name, "rep");
    for path in [
        path(others.customer),
        format!("{}/threads", path(others.customer)),
    ] {
        assert_eq!(problem(rep.get(&path).await).await.code, Code::NotFound);
    }
    // The filter is no way around.
    for narrowed in [
        "rep=nobody".to_owned(),
        format!("rep={}", shop.user("seller")),
    ] {
        let none: CustomerList = rep.read(&format!("/api/customers?{narrowed}")).await;
        assert!(none.items.is_empty(), "{narrowed}");
    }
    let refused = problem(edit(&rep, &others, guest("Changed")).await).await;
    assert_eq!(refused.code, Code::NotFound);
    let refused = problem(open(&rep, others.customer, "A question").await).await;
    assert_eq!(complaints(&refused), [("customer", "unknown")]);

    let opened: ThreadSummary = open(&rep, mine.customer, "A question")
        .await
        .json()
        .await
        .expect("a thread");
    let threads: ThreadList = rep.read("/api/threads").await;
    assert_eq!(threads.items.len(), 1);
    assert_eq!(threads.items[0].thread, opened.thread);
    let theirs: CustomerThreads = rep.read(&format!("{}/threads", path(mine.customer))).await;
    assert_eq!(theirs.items.len(), 1);
    let saved = edit(&rep, &read_again(&rep, mine.customer).await, noor()).await;
    assert_eq!(saved.status(), StatusCode::OK);

    // Who assigns, who holds how many, and who assigned a customer before are not a rep's to see or to do.
    let refused = problem(rep.post("/api/customers/moves", &these(&[], None)).await).await;
    assert_eq!(refused.code, Code::NotAllowed);
    for path in [
        "/api/customers/reps".to_owned(),
        format!("{}/moves", path(mine.customer)),
    ] {
        assert_eq!(problem(rep.get(&path).await).await.code, Code::NotAllowed);
    }
    app.stop().await;
}

async fn read_again(browser: &Browser, customer: CustomerId) -> CustomerView {
    browser.read(&path(customer)).await
}

/// Whom a rep notes is theirs at once; a seller's customer is nobody's until somebody says so.
#[tokio::test]
async fn ox1_a_customer_whom_a_rep_adds_is_theirs() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let rep = app.sign_in(&shop.email("rep")).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let asked = wish(noor());
    let mine = add(&rep, &asked).await;
    let holder = mine.rep.clone().map(|it| it.user);
    assert_eq!(holder, Some(shop.user("rep")));
    // Sent twice, it is there once, and given once.
    assert_eq!(add(&rep, &asked).await, mine);
    let moves: CustomerMoves = seller.read(&format!("{}/moves", path(mine.customer))).await;
    assert_eq!(moves.items.len(), 1);
    let first = &moves.items[0];
    assert_eq!((&first.by.name[..], first.by.role), ("rep", Role::Rep));
    assert_eq!((&first.from, first.to.as_deref()), (&None, Some("rep")));

    let nobodys = add(&seller, &wish(guest("Zoë"))).await;
    assert_eq!(nobodys.rep, None);
    // The id of a customer whom a rep does not see answers nothing about them.
    let same = AddCustomer {
        customer: nobodys.customer,
        data: guest("Somebody"),
    };
    let refused = rep.post("/api/customers", &same).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}

/// A rep sells to their customers as a seller does: writes, calls, keeps the thread when the customer is given to another
/// one, and is named as a rep in it.
#[tokio::test]
async fn ox1_a_rep_sells_to_their_customers_as_a_seller_does() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    let list: CustomerList = admin.read("/api/customers?q=buyer@ours").await;
    let customer = list.items[0].customer;
    assign(&admin, &these(&[customer], Some(shop.user("rep")))).await;
    let mut rep = Page::open(&app, shop, "rep").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let opened: ThreadSummary = open(&rep.browser, customer, "A visit")
        .await
        .json()
        .await
        .expect("a thread");
    let thread = opened.thread;
    rep.socket.say(thread, "Good morning").await;
    let call = rep.ring(thread).await;
    assert_eq!(call.caller.role, Role::Rep);
    buyer.phase(CallPhase::Ringing).await;
    rep.call(Command::HangUp { call: call.call }).await;

    assign(&admin, &these(&[customer], Some(shop.user("seller")))).await;
    assert_eq!(found(&rep.browser, "").await, Vec::<String>::new());
    let kept: ThreadSnapshot = rep.browser.read(&format!("/api/threads/{thread}")).await;
    let people: Vec<_> = kept
        .people
        .iter()
        .map(|it| (&it.name[..], it.role))
        .collect();
    assert_eq!(people, [("rep", Role::Rep), ("buyer", Role::Buyer)]);
    // The buyer's own list names who sells, be it a rep.
    let own: OwnThreads = buyer.browser.read("/api/account/threads").await;
    let own = own.items.into_iter().find(|it| it.thread == thread);
    assert_eq!(own.expect("it is listed").seller.as_deref(), Some("rep"));
    app.stop().await;
}
