//! A seller's own rule on who may call beside the vendor's, calls from an order value on, and how long people talked.

use crate::{
    call_support::{Page, private::Private},
    calling_rules::{calling, set},
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Browser, Socket, TestApp, client::problem},
};
use orderline_domain::{
    call::{
        calling_rule::{CallingRule, ProposedRule},
        rules::{Whose, WhyNot},
    },
    thread::contact::ContactPolicy,
};
use orderline_protocol::{
    calling::{OwnCalling, SetOwnCalling},
    customer::{CustomerList, CustomerView},
    problem::Code,
    socket::{Command, ServerFrame, ServerSignal},
};
use reqwest::{Method, Response};

const OWN: &str = "/api/own-calling-rule";

async fn put<T: serde::Serialize>(browser: &Browser, path: &str, wish: &T) -> Response {
    let request = browser.request(Method::PUT, path).json(wish);
    request.send().await.expect("an answer")
}

/// This person's own rule from now on.
async fn set_own(browser: &Browser, rule: ProposedRule) -> OwnCalling {
    let now: OwnCalling = browser.read(OWN).await;
    let version = now.version;
    let response = put(browser, OWN, &SetOwnCalling { rule, version }).await;
    assert!(response.status().is_success(), "{}", response.status());
    response.json().await.expect("a rule")
}

/// The vendor's rule from now on.
async fn set_shop(browser: &Browser, rule: ProposedRule) {
    set(browser, rule, ContactPolicy::Warn).await;
}

/// CU3: a seller's own rule holds in their threads beside the vendor's; the narrower wins, and both people are told
/// whose it is, at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_a_seller_decides_within_the_vendors_rule() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    (buyer.socket, _) = Socket::hello(&buyer.browser, &[(thread, 0)]).await;
    let start = Command::StartCall { thread };
    let ask = Command::RequestCall {
        thread,
        wish: None,
        note: None,
    };
    // A colleague's rule is nobody's business here.
    let colleague = app.sign_in(&shop.email("seller2")).await;
    set_own(&colleague, ProposedRule::Off).await;
    assert_eq!(calling(&buyer.browser, thread).await.why_not, None);

    let mut before = calling(&buyer.browser, thread).await.version;
    let never = ProposedRule::Stages {
        question: false,
        order: true,
    };
    for (own, why, code) in [
        (ProposedRule::Off, WhyNot::SwitchedOff, Code::CallsOff),
        (never, WhyNot::NotAtThisStage, Code::CallsNotAtThisStage),
        (
            ProposedRule::Chosen,
            WhyNot::NotChosen,
            Code::CallsNotChosen,
        ),
    ] {
        set_own(&seller.browser, own).await;
        let heard = buyer
            .socket
            .wait(|frame| match frame {
                ServerFrame::State { state } if state.calling.why_not == Some(why) => {
                    Some(state.calling.clone())
                }
                _ => None,
            })
            .await;
        assert_eq!(heard.whose, Whose::Seller);
        assert!(heard.version > before, "a newer version");
        before = heard.version;
        assert_eq!(seller.refused(start.clone()).await.code, code);
        assert_eq!(buyer.refused(ask.clone()).await.code, code);
    }
    // Chosen by the seller and sold by the vendor: each has its switch, and both are needed.
    set_shop(&seller.browser, ProposedRule::Paid).await;
    let view = calling(&seller.browser, thread).await;
    assert_eq!(
        (view.why_not, view.whose),
        (Some(WhyNot::NotPaid), Whose::Vendor)
    );
    let switches: Vec<_> = view.switches.iter().map(|it| (it.paid, it.on)).collect();
    assert_eq!(switches, [(true, false), (false, false)]);
    for (paid, left) in [
        (true, Some((WhyNot::NotChosen, Whose::Seller))),
        (false, None),
    ] {
        let on = true;
        seller.done(Command::SwitchCalls { thread, paid, on }).await;
        let view = calling(&buyer.browser, thread).await;
        assert_eq!(view.why_not.map(|why| (why, view.whose)), left);
    }
    buyer.done(ask).await;
    // The vendor's no is a no, whatever the seller allows.
    set_own(&seller.browser, ProposedRule::On).await;
    set_shop(&seller.browser, ProposedRule::Off).await;
    let view = calling(&buyer.browser, thread).await;
    assert_eq!(
        (view.why_not, view.whose),
        (Some(WhyNot::SwitchedOff), Whose::Vendor)
    );
    assert_eq!(seller.refused(start).await.code, Code::CallsOff);
    app.stop().await;
}

/// CU3: who sells has a rule of their own, reps too; nobody else; two pages at once do not overwrite each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_whose_own_rule_it_is() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    for (person, status) in [
        ("seller", 200),
        ("rep", 200),
        ("buyer", 403),
        ("admin", 403),
        ("support", 403),
        ("compliance", 403),
    ] {
        let browser = app.sign_in(&shop.email(person)).await;
        let read = browser.get(OWN).await;
        assert_eq!(read.status().as_u16(), status, "{person}");
    }
    let rep = app.sign_in(&shop.email("rep")).await;
    let saved = set_own(&rep, ProposedRule::Paid).await;
    assert_eq!((saved.version, saved.rule), (1, CallingRule::Paid));
    let stale = SetOwnCalling {
        rule: ProposedRule::On,
        version: 0,
    };
    let response = put(&rep, OWN, &stale).await;
    assert_eq!(problem(response).await.code, Code::Conflict);
    let seller = app.sign_in(&shop.email("seller")).await;
    let theirs: OwnCalling = seller.read(OWN).await;
    assert_eq!((theirs.version, theirs.rule), (0, CallingRule::On));
    // An amount is read as every other is.
    for (least, code) in [
        ("", "required"),
        ("0", "not_positive"),
        ("1,005", "too_many_decimals"),
    ] {
        let wish = SetOwnCalling {
            rule: ProposedRule::FromValue {
                least: least.to_owned(),
            },
            version: 0,
        };
        let refused = problem(put(&seller, OWN, &wish).await).await;
        let field = &refused.fields[0];
        assert_eq!(
            (field.field.as_str(), field.code.as_str()),
            ("rule.least", code)
        );
    }
    app.stop().await;
}

/// CU3: from an order value on, to the cent: without an order there is no call; the order that reaches it opens them on
/// every page at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_calls_begin_at_an_order_value() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let shelf = Shelf::fill(&app, shop).await;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let from = |cents: &str| ProposedRule::FromValue {
        least: cents.to_owned(),
    };
    set_shop(&seller.browser, from("2400.00")).await;
    let view = calling(&buyer.browser, thread).await;
    assert_eq!(view.why_not, Some(WhyNot::BelowValue));
    let least = view.least.expect("the value");
    assert_eq!(least.amount().to_string(), "2400.00");
    let start = Command::StartCall { thread };
    let refused = seller.refused(start.clone()).await;
    assert_eq!(refused.code, Code::CallsBelowValue);

    let draft = complete(&app, &shelf.one_time);
    let shown = show(&mut seller.socket, thread, &draft).await;
    confirm(&mut buyer.socket, &shown).await;
    let order = place(&mut seller.socket, &shown).await;
    let total = order.total.amount().to_string();
    set_shop(&seller.browser, from(&total)).await;
    buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Calling { calling, .. },
            } => calling.why_not.is_none().then_some(()),
            ServerFrame::State { state } => state.calling.why_not.is_none().then_some(()),
            _ => None,
        })
        .await;
    // A cent more is not reached; the seller may ask for more than the vendor.
    let more = format!(
        "{}",
        order.total.amount() + rust_decimal::Decimal::new(1, 2)
    );
    set_own(&seller.browser, from(&more)).await;
    let view = calling(&buyer.browser, thread).await;
    assert_eq!(
        (view.why_not, view.whose),
        (Some(WhyNot::BelowValue), Whose::Seller)
    );
    set_own(&seller.browser, from(&total)).await;
    seller.call(start).await;
    app.stop().await;
}

/// CU3: the time of calls that were answered is counted for the thread, and for the customer over all their threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_time_in_calls_is_counted() {
    let mut run = Private::start().await;
    let shop = &run.app.shops.ours;
    let thread = shop.thread;
    let call = run.call.call;
    assert_eq!(calling(&run.seller.browser, thread).await.talked_ms, 0);
    let ended = run.seller.call(Command::HangUp { call }).await;
    let first = u64::try_from(ended.duration_ms.expect("it was held")).expect("positive");
    let heard = run
        .buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Calling { calling, .. },
            } if !calling.unsummarised.is_empty() => Some(calling.talked_ms),
            _ => None,
        })
        .await;
    assert_eq!(heard, first);
    // One that nobody took does not count.
    let rung = run.seller.call(Command::StartCall { thread }).await;
    run.seller.call(Command::HangUp { call: rung.call }).await;
    assert_eq!(calling(&run.seller.browser, thread).await.talked_ms, first);
    let list: CustomerList = run.seller.browser.read("/api/customers?q=buyer").await;
    let mut talked = Vec::new();
    for row in &list.items {
        let path = format!("/api/customers/{}", row.customer);
        let view: CustomerView = run.seller.browser.read(&path).await;
        talked.push(view.talked_ms);
    }
    talked.sort_unstable();
    assert_eq!(talked.last(), Some(&first), "{talked:?}");
    assert_eq!(talked.iter().sum::<u64>(), first, "one of them");
    run.app.stop().await;
}
