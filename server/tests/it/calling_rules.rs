//! Who may call, contact that stays here, closed threads, and summaries of calls that were not recorded.

use crate::{
    call_support::{CallSocket, Page},
    support::{Browser, Socket, TestApp, client::problem},
};
use orderline_domain::{
    call::{
        calling_rule::{CallingRule, ProposedRule},
        rules::WhyNot,
    },
    ids::{CallId, ThreadId},
    thread::{EventBody, contact::ContactPolicy},
};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame, MediaState, ModeView},
    calling::CallingView,
    http::{CallingSettings, SetCalling},
    problem::Code,
    socket::{Answer, Command, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};
use serde_json::json;

/// The vendor's rule from now on.
pub(crate) async fn set(
    browser: &Browser,
    rule: impl Into<ProposedRule>,
    contact: ContactPolicy,
) -> CallingSettings {
    let now: CallingSettings = browser.read("/api/calling-rules").await;
    let wish = SetCalling {
        rule: rule.into(),
        contact,
        version: now.version,
    };
    let response = browser
        .request(reqwest::Method::PUT, "/api/calling-rules")
        .json(&wish)
        .send()
        .await
        .expect("an answer");
    assert!(response.status().is_success(), "{}", response.status());
    response.json().await.expect("settings")
}

/// What a person's page reads of calls in a thread.
pub(crate) async fn calling(browser: &Browser, thread: ThreadId) -> CallingView {
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    snapshot.calling
}

/// CU3: off, by stage, chosen or paid: the server refuses both the call and the wish, under a code of its own, and
/// everybody's page hears of the change at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_the_sellers_setting_decides_who_may_call() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    // A page follows the threads that it shows.
    (buyer.socket, _) = Socket::hello(&buyer.browser, &[(thread, 0)]).await;
    let ask = Command::RequestCall {
        thread,
        wish: None,
        note: None,
    };
    let start = Command::StartCall { thread };
    let mut before = 0;
    let stages = |question, order| CallingRule::Stages { question, order };
    for (rule, why, code) in [
        (CallingRule::Off, WhyNot::SwitchedOff, Code::CallsOff),
        (
            stages(false, true),
            WhyNot::NotAtThisStage,
            Code::CallsNotAtThisStage,
        ),
        (CallingRule::Chosen, WhyNot::NotChosen, Code::CallsNotChosen),
        (CallingRule::Paid, WhyNot::NotPaid, Code::CallsNotPaid),
    ] {
        let saved = set(&seller.browser, rule, ContactPolicy::Warn).await;
        assert_eq!(saved.rule, rule);
        let heard = buyer
            .socket
            .wait(|frame| match frame {
                ServerFrame::State { state } if state.calling.why_not == Some(why) => {
                    Some(state.calling.version)
                }
                _ => None,
            })
            .await;
        assert!(heard > before, "a newer version");
        before = heard;
        assert_eq!(seller.refused(start.clone()).await.code, code);
        assert_eq!(buyer.refused(ask.clone()).await.code, code);
    }
    let switch_on = |paid| Command::SwitchCalls {
        thread,
        paid,
        on: true,
    };
    // The option is paid: the seller says so for this thread, and both may again.
    assert_eq!(buyer.refused(switch_on(true)).await.code, Code::NotAllowed);
    seller.done(switch_on(true)).await;
    let event = buyer.told("calls_switched").await;
    assert_eq!(
        event.body,
        EventBody::CallsSwitched {
            on: true,
            paid: true
        }
    );
    assert_eq!(calling(&buyer.browser, thread).await.why_not, None);
    buyer.done(ask).await;
    // What was paid is not what was chosen.
    set(&seller.browser, CallingRule::Chosen, ContactPolicy::Warn).await;
    assert_eq!(
        seller.refused(start.clone()).await.code,
        Code::CallsNotChosen
    );
    set(&seller.browser, stages(true, false), ContactPolicy::Warn).await;
    assert_eq!(seller.refused(switch_on(false)).await.code, Code::Conflict);
    seller.call(start).await;
    app.stop().await;
}

/// CU3: sellers and the admin edit the setting; nobody else reads it; two at once do not overwrite each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_who_edits_the_setting() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    for (person, status) in [
        ("seller", 200),
        ("admin", 200),
        ("rep", 200),
        ("buyer", 403),
        ("support", 403),
        ("compliance", 403),
    ] {
        let browser = app.sign_in(&shop.email(person)).await;
        let read = browser.get("/api/calling-rules").await;
        assert_eq!(read.status().as_u16(), status, "{person}");
    }
    let admin = app.sign_in(&shop.email("admin")).await;
    let first = set(&admin, CallingRule::Off, ContactPolicy::Block).await;
    assert_eq!(
        (first.version, first.changed_by.as_deref()),
        (1, Some("admin"))
    );
    let stale = SetCalling {
        rule: ProposedRule::On,
        contact: ContactPolicy::Off,
        version: 0,
    };
    let response = admin
        .request(reqwest::Method::PUT, "/api/calling-rules")
        .json(&stale)
        .send()
        .await
        .expect("an answer");
    assert_eq!(problem(response).await.code, Code::Conflict);
    let other = app.sign_in(&app.shops.other.email("admin")).await;
    let theirs: CallingSettings = other.read("/api/calling-rules").await;
    assert_eq!((theirs.version, theirs.rule), (0, CallingRule::On));
    app.stop().await;
}

/// CU1: in a closed thread nobody calls, asks or writes; opened again it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu1_no_calls_once_the_thread_is_closed() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let mut support = Page::open(&app, shop, "support").await;
    seller.socket.say(thread, "before").await;
    let close = |open| Command::SetThreadOpen { thread, open };
    assert_eq!(buyer.refused(close(false)).await.code, Code::NotAllowed);
    let mut stranger = Page::open(&app, shop, "seller2").await;
    assert_eq!(stranger.refused(close(false)).await.code, Code::NotFound);
    // Whoever reviews reads and never writes.
    assert_eq!(support.refused(close(false)).await.code, Code::NotAllowed);
    seller.done(close(false)).await;
    buyer.told("thread_closed").await;
    assert_eq!(seller.refused(close(false)).await.code, Code::Conflict);
    let ask = Command::RequestCall {
        thread,
        wish: None,
        note: None,
    };
    let say = Command::SendMessage {
        thread,
        text: "one more thing".to_owned(),
    };
    for body in [ask, say.clone()] {
        assert_eq!(buyer.refused(body).await.code, Code::ThreadClosed);
    }
    // The node that wrote last still knows the head: it learns that the thread is closed all the same.
    assert_eq!(seller.refused(say.clone()).await.code, Code::ThreadClosed);
    let start = Command::StartCall { thread };
    assert_eq!(seller.refused(start.clone()).await.code, Code::ThreadClosed);
    assert!(calling(&buyer.browser, thread).await.closed);
    seller.done(close(true)).await;
    buyer.done(say).await;
    seller.call(start).await;
    app.stop().await;
}

/// CU9: off lets it pass, warn lets it pass too, block refuses it with what it is; other words are nobody's business.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu9_contact_is_blocked_where_the_vendor_wants_it() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let say = |text: &str| Command::SendMessage {
        thread,
        text: text.to_owned(),
    };
    let phone = say("Call me: +49 341 1234567 or jana@lind.example");
    for policy in [ContactPolicy::Warn, ContactPolicy::Off] {
        set(&seller.browser, CallingRule::On, policy).await;
        assert_eq!(calling(&buyer.browser, thread).await.contact, policy);
        buyer.done(phone.clone()).await;
    }
    set(&seller.browser, CallingRule::On, ContactPolicy::Block).await;
    let seq = calling_seq(&buyer.browser, thread).await;
    for page in [&mut buyer, &mut seller] {
        let problem = page.refused(phone.clone()).await;
        assert_eq!(problem.code, Code::ContactBlocked);
        let found: Vec<&str> = problem.fields.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(found, ["contact_phone", "contact_email"]);
    }
    let ask = Command::RequestCall {
        thread,
        wish: None,
        note: Some("Better on t.me/jana".to_owned()),
    };
    assert_eq!(buyer.refused(ask).await.code, Code::ContactBlocked);
    assert_eq!(calling_seq(&buyer.browser, thread).await, seq);
    buyer
        .done(say("The total is 2.280,00 € until 01.12.2026, order 10482"))
        .await;
    // Another vendor's thread has its own setting.
    let other = &app.shops.other;
    let mut theirs = Page::open(&app, other, "buyer").await;
    let body = Command::SendMessage {
        thread: other.thread,
        text: "+49 341 1234567".to_owned(),
    };
    theirs.done(body).await;
    app.stop().await;
}

/// CU9: contact is looked for in everything that somebody else reads, not in messages alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu9_contact_is_blocked_in_reasons_titles_and_summaries() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    set(&seller.browser, CallingRule::On, ContactPolicy::Block).await;
    let wish = json!({
        "thread": crate::support::fresh_uuid(),
        "customer": shop.user("buyer2"),
        "title": "Call me on ٠٣٤١ ١٢٣٤٥٦٧",
    });
    let refused = problem(seller.browser.post("/api/threads", &wish).await).await;
    assert_eq!(refused.code, Code::ContactBlocked);
    assert_eq!(refused.fields[0].field, "title");

    let start = Command::StartCall {
        thread: shop.thread,
    };
    let call = seller.call(start).await.call;
    let decline = |reason: &str| Command::AnswerCall {
        call,
        answer: Answer::Decline {
            reason: Some(reason.to_owned()),
            call_at: None,
        },
    };
    let refused = buyer.refused(decline("Rather on »zoom.us/j/1«")).await;
    assert_eq!(refused.code, Code::ContactBlocked);
    assert_eq!(refused.fields[0].field, "answer.reason");
    // Nothing of the refused answer is left: it rings on, and can be declined in other words.
    buyer
        .call(decline("In a meeting, order number 0012345678"))
        .await;

    let ask = Command::RequestCall {
        thread: shop.thread,
        wish: None,
        note: Some("0341\u{2011}1234567".to_owned()),
    };
    assert_eq!(buyer.refused(ask).await.code, Code::ContactBlocked);
    app.stop().await;
}

async fn calling_seq(browser: &Browser, thread: ThreadId) -> i64 {
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    snapshot.seq
}

/// A call from browser to browser up to the moment when both are connected.
async fn private(app: &TestApp) -> (Page, Page, CallId) {
    let shop = &app.shops.ours;
    let mut seller = Page::open(app, shop, "seller").await;
    let mut buyer = Page::open(app, shop, "buyer").await;
    let start = Command::StartCall {
        thread: shop.thread,
    };
    let call = seller.call(start).await.call;
    // Taken without being recorded, as the policy in force lets the buyer.
    let answer = Answer::Accept {
        wording_hash: None,
        language: None,
    };
    let taken = buyer.call(Command::AnswerCall { call, answer }).await;
    assert_eq!(taken.mode, ModeView::Private);
    let mut legs = Vec::new();
    for page in [&seller, &buyer] {
        let ticket = page.ticket(call).await.ticket;
        let mut leg = CallSocket::open(&page.browser).await;
        leg.send(&CallClientFrame::Join {
            ticket,
            sdp: None,
            media: MediaState::default(),
        })
        .await;
        leg.wait(|frame| matches!(frame, CallServerFrame::Joined { .. }).then_some(()))
            .await;
        legs.push(leg);
    }
    for leg in &mut legs {
        leg.send(&CallClientFrame::Link { up: true }).await;
    }
    seller.phase(CallPhase::Active).await;
    (seller, buyer, call)
}

/// CU6: a private call misses its summary until the seller writes it, once; both hear of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu6_a_private_call_misses_its_summary_until_it_is_written() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (mut seller, mut buyer, call) = private(&app).await;
    let summarise = |text: &str| Command::SummariseCall {
        call,
        text: text.to_owned(),
    };
    let summary = summarise("Six payments, first on 1 December. Jana thinks it over.");
    let early = seller.refused(summary.clone()).await;
    assert_eq!(early.code, Code::Conflict);
    seller.call(Command::HangUp { call }).await;
    let heard = buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Calling { calling, .. },
            } => Some(calling.unsummarised.clone()),
            _ => None,
        })
        .await;
    assert_eq!(heard, [call]);
    let missing = calling(&seller.browser, shop.thread).await.unsummarised;
    assert_eq!(missing, [call]);
    let silent = seller.refused(summarise(" \n ")).await;
    assert_eq!(silent.code, Code::Invalid);
    let by_buyer = buyer.refused(summary.clone()).await;
    assert_eq!(by_buyer.code, Code::NotAllowed);
    for person in ["seller2", "admin"] {
        let mut page = Page::open(&app, shop, person).await;
        let problem = page.refused(summary.clone()).await;
        assert_eq!(problem.code, Code::NotFound, "{person}");
    }
    seller.done(summary.clone()).await;
    let event = buyer.told("call_summarised").await;
    let EventBody::CallSummarised { call: of, text } = event.body else {
        panic!("another event")
    };
    assert_eq!(of, call);
    assert!(text.as_str().starts_with("Six payments"));
    let missing = calling(&seller.browser, shop.thread).await.unsummarised;
    assert!(missing.is_empty());
    let twice = seller.refused(summary).await;
    assert_eq!(twice.code, Code::Conflict);
    app.stop().await;
}
