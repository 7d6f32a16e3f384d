//! What a page shows beside a thread's events reaches whoever was away, and the other nodes, whatever its size.

use crate::{
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Browser, PASSWORD, Socket, TestApp, eventually},
};
use orderline_domain::{
    call::{calling_rule::ProposedRule, rules::WhyNot},
    ids::ThreadId,
    order::OrderState,
    thread::contact::ContactPolicy,
};
use orderline_protocol::{
    http::{CallingSettings, SetCalling},
    socket::{ClientFrame, ClientSignal, ServerFrame},
    thread::{StateView, ThreadSnapshot},
};

/// The state that comes next.
async fn state(socket: &mut Socket) -> StateView {
    socket
        .wait(|frame| match frame {
            ServerFrame::State { state } => Some((**state).clone()),
            _ => None,
        })
        .await
}

async fn snapshot(browser: &Browser, thread: ThreadId) -> ThreadSnapshot {
    browser.read(&format!("/api/threads/{thread}")).await
}

/// The buyer's page was away while the offer was typed, shown, confirmed and ordered. It learns of each with the
/// next connection, without fetching the thread again; of nothing where nothing has changed.
#[tokio::test]
async fn a_page_that_was_away_has_the_offer_and_the_order() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let shelf = Shelf::fill(&app, shop).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let before = snapshot(&browser, thread).await;
    assert_eq!(before.offer, None);

    // Typed, and not saved yet: signals go to whoever is there alone.
    let mut draft = complete(&app, &shelf.instalments);
    let typed = ClientSignal::Draft {
        thread,
        draft: draft.clone(),
        take_over: false,
    };
    seller.send(&ClientFrame::Signal { signal: typed }).await;
    eventually("the draft is taken", || async {
        let offer = snapshot(&browser, thread).await.offer?;
        (offer.draft.version == 1).then_some(())
    })
    .await;
    let (mut buyer, _) = Socket::hello_at(&browser, &[(thread, 0, before.version)]).await;
    let typed = state(&mut buyer).await.offer.expect("an offer");
    assert_eq!(typed.draft, draft);
    assert_eq!(typed.shown, None);
    drop(buyer);

    draft.version += 1;
    let shown = show(&mut seller, thread, &draft).await;
    let (mut buyer, _) = Socket::hello_at(&browser, &[(thread, 0, before.version)]).await;
    let missed = state(&mut buyer).await;
    let offer = missed.offer.clone().expect("an offer");
    assert_eq!(offer.shown, shown.shown, "the button's data");
    assert!(offer.version > before.version);
    confirm(&mut buyer, &offer).await;
    drop(buyer);

    let order = place(&mut seller, &shown).await;
    assert_eq!(order.state, OrderState::AwaitingWrittenConfirmation);
    let (mut buyer, _) = Socket::hello_at(&browser, &[(thread, 0, missed.version)]).await;
    let missed = state(&mut buyer).await;
    assert_eq!(missed.order, Some(order));
    drop(buyer);

    // Once the draft that was typed last is saved nothing changes any more: whoever has what is there hears of the
    // thread's next event, and of no state before it.
    eventually("nothing is told again", || async {
        let there = snapshot(&browser, thread).await;
        let (mut buyer, _) =
            Socket::hello_at(&browser, &[(thread, there.seq, there.version)]).await;
        buyer.say(thread, "thank you").await;
        buyer.event(thread).await;
        let told = |frame: &ServerFrame| matches!(frame, ServerFrame::State { .. });
        (!buyer.passed_over().any(told)).then_some(())
    })
    .await;
    app.stop().await;
}

/// Who may call is state too, of the thread and of its vendor.
#[tokio::test]
async fn a_page_that_was_away_learns_who_may_call() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let before = snapshot(&browser, shop.thread).await;
    let wish = SetCalling {
        rule: ProposedRule::Off,
        contact: ContactPolicy::Warn,
        version: 0,
    };
    let saved = seller.request(reqwest::Method::PUT, "/api/calling-rules");
    let saved = saved.json(&wish).send().await.expect("an answer");
    assert!(saved.json::<CallingSettings>().await.is_ok());
    let (mut buyer, _) = Socket::hello_at(&browser, &[(shop.thread, 0, before.version)]).await;
    let missed = state(&mut buyer).await.calling;
    assert_eq!(missed.why_not, Some(WhyNot::SwitchedOff));
    assert!(missed.version > before.calling.version);
    app.stop().await;
}

/// An offer of 100 payments is larger than what nodes can tell each other; the other node's page has it all the same.
#[tokio::test]
async fn the_other_node_has_an_offer_of_any_size() {
    let app = TestApp::start_with(&["--several-nodes"]).await;
    let (other, _data) = app.second().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let shelf = Shelf::fill(&app, shop).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let mut buyer = Browser::new(other.addr);
    buyer.sign_in(&shop.email("buyer"), PASSWORD).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let before = snapshot(&buyer, thread).await.version;
    let (mut buyer, _) = Socket::hello_at(&buyer, &[(thread, 0, before)]).await;
    let mut draft = complete(&app, &shelf.instalments);
    draft.payments = "100".to_owned();
    let shown = show(&mut seller, thread, &draft).await;
    let size = serde_json::to_string(&shown).expect("JSON").len();
    assert!(size > 7_900, "{size}");
    let offer = loop {
        let offer = state(&mut buyer).await.offer;
        if let Some(offer) = offer.filter(|it| it.shown.is_some()) {
            break offer;
        }
    };
    assert_eq!(offer.shown, shown.shown);
    confirm(&mut buyer, &offer).await;
    other.stop().await.expect("the second node stops");
    app.stop().await;
}
