//! The buyer's wish for a call, what is said when a call is declined, and several people and devices at once.

use crate::{
    call_support::{Page, accept},
    support::{TestApp, fresh_uuid, shops::Shop, socket::command_id},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    follow_up::{
        call_request::{CallRequestState, RequestAnswer},
        refusal::{ReadyReason, Refusal},
    },
    ids::{CallRequestId, ThreadId},
    people::roles::Role,
    thread::EventBody,
};
use orderline_protocol::{
    call::CallPhase,
    calling::{CallRequestView, CallingView, RequestReply},
    http::ThreadList,
    problem::Code,
    socket::{Answer, Command, CommandResult, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};
use orderline_server::store::{thread as threads, thread::NewThread};

/// The next news of how the thread stands to calls.
async fn calling(page: &mut Page) -> CallingView {
    page.socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Calling { calling, .. },
            } => Some(calling.clone()),
            _ => None,
        })
        .await
}

fn ask(shop: &Shop, wish: Option<Timestamp>) -> Command {
    Command::RequestCall {
        thread: shop.thread,
        wish,
        note: Some("The payment dates".to_owned()),
    }
}

fn answer(request: CallRequestId, reply: RequestReply) -> Command {
    Command::AnswerCallRequest { request, reply }
}

fn ahead(app: &TestApp, minutes: i64) -> Timestamp {
    app.clock.now() + SignedDuration::from_mins(minutes)
}

/// CU3: the seller hears of the wish at once, names a time, and the call that the buyer takes fulfils it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_a_wish_is_heard_planned_and_comes_true() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let wish = ahead(&app, 60);
    buyer.done(ask(shop, Some(wish))).await;
    let seen = calling(&mut seller).await.request.expect("a wish");
    assert_eq!(
        (seen.wish, &seen.state),
        (Some(wish), &CallRequestState::Open)
    );
    assert_eq!(seen.by.user, shop.user("buyer"));
    let event = seller.told("call_requested").await;
    assert_eq!(event.author, Some(shop.user("buyer")));

    // A second wish while the first waits is none; list and snapshot show the first.
    assert_eq!(
        buyer.refused(ask(shop, None)).await.code,
        Code::CallRequested
    );
    let list: ThreadList = seller.browser.read("/api/threads").await;
    assert_eq!(list.items[0].calling.request.as_ref(), Some(&seen));
    let path = format!("/api/threads/{}", shop.thread);
    let snapshot: ThreadSnapshot = buyer.browser.read(&path).await;
    assert_eq!(snapshot.calling.request, Some(seen.clone()));

    let at = ahead(&app, 90);
    seller
        .done(answer(seen.request, RequestReply::Plan { at }))
        .await;
    calling(&mut buyer).await;
    let planned = calling(&mut buyer).await.request.expect("it waits on");
    assert!(matches!(planned.state, CallRequestState::Planned { at: then, .. } if then == at));
    let told = buyer.told("call_request_answered").await;
    let EventBody::CallRequestAnswered { answer, .. } = told.body else {
        panic!("another event")
    };
    assert_eq!(answer, RequestAnswer::Planned { at });

    // A call that rings does not fulfil it yet; one that is taken does.
    let call = seller.ring(shop.thread).await;
    let snapshot: ThreadSnapshot = buyer.browser.read(&path).await;
    assert!(snapshot.calling.request.is_some());
    let late = buyer.refused(ask(shop, None)).await;
    assert_eq!(late.code, Code::CallInProgress);
    buyer.call(accept(&call)).await;
    assert_eq!(calling(&mut buyer).await.request, None);
    app.stop().await;
}

/// CU3: a refusal has a reason, which the buyer reads; a wish that is over stays so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_a_refusal_is_explained() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    buyer.done(ask(shop, None)).await;
    let request = calling(&mut buyer).await.request.expect("a wish").request;
    let refuse = |because, words: &str| RequestReply::Refuse {
        because,
        reason: Some(words.to_owned()),
    };
    let silent = refuse(None, "  ");
    let problem = seller.refused(answer(request, silent)).await;
    assert_eq!(
        (problem.code, problem.fields[0].field.as_str()),
        (Code::Invalid, "reply.reason")
    );
    for at in [
        app.clock.now() - SignedDuration::from_hours(1),
        ahead(&app, 60 * 24 * 400),
    ] {
        let problem = seller
            .refused(answer(request, RequestReply::Plan { at }))
            .await;
        assert_eq!(problem.fields[0].field, "reply.at");
    }
    let refused = refuse(None, "I can say it in two sentences here");
    seller.done(answer(request, refused.clone())).await;
    let told = refusal(&mut buyer).await;
    let words = told.reason.expect("words");
    assert_eq!(words.as_str(), "I can say it in two sentences here");
    assert_eq!(told.because, None);
    assert_eq!(calling(&mut buyer).await.request, None);
    for reply in [refused, RequestReply::Plan { at: ahead(&app, 5) }] {
        assert_eq!(
            seller.refused(answer(request, reply)).await.code,
            Code::Conflict
        );
    }
    let withdrawn = buyer.refused(answer(request, RequestReply::Withdraw)).await;
    assert_eq!(withdrawn.code, Code::Conflict);
    // The buyer may ask anew; a reason that stands ready needs no words.
    for because in ReadyReason::ALL {
        buyer.done(ask(shop, None)).await;
        let request = calling(&mut buyer).await.request.expect("a wish").request;
        seller
            .done(answer(request, refuse(Some(because), "")))
            .await;
        let told = refusal(&mut buyer).await;
        assert_eq!((told.because, told.reason), (Some(because), None));
        assert_eq!(calling(&mut buyer).await.request, None);
    }
    app.stop().await;
}

/// The refusal that the buyer reads next.
async fn refusal(buyer: &mut Page) -> Refusal {
    let event = buyer.told("call_request_answered").await;
    let EventBody::CallRequestAnswered {
        answer: RequestAnswer::Refused(refusal),
        ..
    } = event.body
    else {
        panic!("no refusal")
    };
    refusal
}

/// CU3: only the thread's buyer asks and takes back, only its seller answers; for everybody else there is nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu3_who_may_ask_and_answer() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    for (person, code) in [
        ("seller", Code::NotAllowed),
        ("seller2", Code::NotFound),
        ("buyer2", Code::NotFound),
        ("support", Code::NotAllowed),
        ("compliance", Code::NotAllowed),
        ("admin", Code::NotFound),
    ] {
        let mut page = Page::open(&app, shop, person).await;
        assert_eq!(page.refused(ask(shop, None)).await.code, code, "{person}");
    }
    buyer.done(ask(shop, None)).await;
    let request = calling(&mut buyer).await.request.expect("a wish").request;
    let plan = RequestReply::Plan {
        at: ahead(&app, 30),
    };
    for (person, planning, withdrawing) in [
        ("buyer", Code::NotAllowed, None),
        ("seller2", Code::NotFound, Some(Code::NotFound)),
        ("buyer2", Code::NotFound, Some(Code::NotFound)),
        ("support", Code::NotAllowed, Some(Code::NotAllowed)),
        ("admin", Code::NotFound, Some(Code::NotFound)),
        ("seller", Code::Conflict, Some(Code::NotAllowed)),
    ] {
        let mut page = Page::open(&app, shop, person).await;
        if person != "seller" {
            let problem = page.refused(answer(request, plan.clone())).await;
            assert_eq!(problem.code, planning, "{person}");
        }
        if let Some(code) = withdrawing {
            let problem = page.refused(answer(request, RequestReply::Withdraw)).await;
            assert_eq!(problem.code, code, "{person}");
        }
    }
    let mut foreign = Page::open(&app, &app.shops.other, "seller").await;
    assert_eq!(
        foreign.refused(answer(request, plan)).await.code,
        Code::NotFound
    );
    buyer.done(answer(request, RequestReply::Withdraw)).await;
    app.stop().await;
}

/// Declined with a reason and "call me at": the thread says both, and the time waits as a wish.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn declined_with_a_better_time() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let start = Command::StartCall {
        thread: shop.thread,
    };
    let rung = seller.call(start.clone()).await;
    let past = Answer::Decline {
        reason: None,
        call_at: Some(app.clock.now() - SignedDuration::from_hours(2)),
    };
    let decline = |call, answer| Command::AnswerCall { call, answer };
    let problem = buyer.refused(decline(rung.call, past)).await;
    assert_eq!(problem.fields[0].field, "answer.call_at");
    let at = ahead(&app, 120);
    let later = Answer::Decline {
        reason: Some("In a meeting".to_owned()),
        call_at: Some(at),
    };
    let over = buyer.call(decline(rung.call, later.clone())).await;
    assert_eq!(over.phase, CallPhase::Declined);
    let event = seller.told("call_declined").await;
    let EventBody::CallDeclined {
        reason, call_at, ..
    } = event.body
    else {
        panic!("another event")
    };
    assert_eq!(
        (reason.unwrap().as_str(), call_at),
        ("In a meeting", Some(at))
    );
    let request = calling(&mut seller).await.request.expect("a wish");
    assert_eq!(
        (request.wish, request.note.unwrap().as_str()),
        (Some(at), "In a meeting")
    );

    // Declined once more: the newer time takes the place of the older one.
    let again = seller.call(start).await;
    let at = ahead(&app, 240);
    let later = Answer::Decline {
        reason: None,
        call_at: Some(at),
    };
    buyer.call(decline(again.call, later)).await;
    let newer = calling(&mut seller).await.request.expect("a wish");
    assert_eq!(newer.wish, Some(at));
    assert_ne!(newer.request, request.request);
    app.stop().await;
}

/// Two sellers of one thread press Call at the same moment: one call, and the other is told whose.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sellers_at_once_make_one_call() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shared_thread(&app).await;
    let mut one = Page::open(&app, shop, "seller").await;
    let mut two = Page::open(&app, shop, "seller2").await;
    let start = Command::StartCall { thread };
    let (first, second) = tokio::join!(
        one.socket.command(command_id(), start.clone()),
        two.socket.command(command_id(), start.clone())
    );
    let (call, problem) = match (first, second) {
        (CommandResult::Call { call }, CommandResult::Failed { problem })
        | (CommandResult::Failed { problem }, CommandResult::Call { call }) => (call, problem),
        other => panic!("not one call: {other:?}"),
    };
    assert_eq!(problem.code, Code::ColleagueCalls);
    assert_eq!(problem.params["name"], call.caller.name);
    let list: ThreadList = one.browser.read("/api/threads").await;
    let live: Vec<_> = list
        .items
        .iter()
        .filter_map(|it| it.call.as_ref())
        .collect();
    assert_eq!(live.len(), 1);
    app.stop().await;
}

/// A thread that two sellers share with the buyer.
async fn shared_thread(app: &TestApp) -> ThreadId {
    let shop = &app.shops.ours;
    let thread = ThreadId::from_uuid(fresh_uuid());
    let new = NewThread {
        thread,
        vendor: shop.vendor,
        title: "A question to both",
        people: &[
            (shop.user("seller"), Role::Seller),
            (shop.user("seller2"), Role::Seller),
            (shop.user("buyer"), Role::Buyer),
        ],
        at: app.clock.now(),
    };
    let mut tx = app
        .server
        .app
        .store
        .begin(shop.vendor)
        .await
        .expect("the store answers");
    assert!(threads::open(&mut tx, &new).await.expect("a thread"));
    tx.commit().await.expect("committed");
    thread
}

/// Every tab and device rings; one answers, and the others hear at once that it is over for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_device_rings_and_the_first_answer_stops_the_others() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let browser = app.sign_in(&shop.email("buyer")).await;
    // Two tabs of one browser, and another device.
    let mut devices = Vec::new();
    for _ in 0..2 {
        let (socket, _) = crate::support::Socket::hello(&browser, &[]).await;
        devices.push(Page {
            browser: browser.clone(),
            socket,
        });
    }
    devices.push(Page::open(&app, shop, "buyer").await);
    let rung = seller.ring(shop.thread).await;
    for device in &mut devices {
        assert_eq!(device.phase(CallPhase::Ringing).await.call, rung.call);
    }
    devices[1].call(accept(&rung)).await;
    for at in [0, 2] {
        let seen = devices[at].phase(CallPhase::Connecting).await;
        assert_eq!(seen.call, rung.call);
        let late = devices[at].refused(accept(&rung)).await;
        assert_eq!(late.code, Code::AnsweredElsewhere);
    }
    app.stop().await;
}

/// A request is never lost between two wishes at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_wishes_at_once_are_one() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut one = Page::open(&app, shop, "buyer").await;
    let mut two = Page::open(&app, shop, "buyer").await;
    let (first, second) = tokio::join!(
        one.socket.command(command_id(), ask(shop, None)),
        two.socket.command(command_id(), ask(shop, None))
    );
    let refused = [&first, &second]
        .into_iter()
        .filter(|it| matches!(it, CommandResult::Failed { problem } if problem.code == Code::CallRequested))
        .count();
    assert_eq!(refused, 1, "{first:?} {second:?}");
    let list: ThreadList = one.browser.read("/api/threads").await;
    let waiting: Option<&CallRequestView> = list.items[0].calling.request.as_ref();
    assert!(waiting.is_some());
    app.stop().await;
}
