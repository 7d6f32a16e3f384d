//! X13: a running call goes to a colleague: asked, come, and left to them, in one recording; and who may not.

use crate::call_support::{
    InCall, Page, Running,
    private::{Private, join_privately, paired, refused},
    running,
};
use crate::support::{TestApp, eventually, fresh_uuid};
use orderline_domain::{
    call::CallEndReason,
    call::seat::Seat,
    ids::{CallId, UserId},
    thread::EventBody,
};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame, ModeView},
    hand_over::{ColleagueList, HandOverState, HandOverStep, HandOverView, OpenHandOvers},
    http::RecordingList,
    problem::Code,
    recording::{PlayView, RecordingPhase},
    socket::{Command, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};
use serde_json::json;
use sqlx::Row as _;

fn step(call: CallId, step: HandOverStep) -> Command {
    Command::HandOver { call, step }
}

fn ask(call: CallId, colleague: UserId) -> Command {
    let note = Some(" She wants the Saturday course ".to_owned());
    step(call, HandOverStep::Ask { colleague, note })
}

/// Waits for news of a hand-over.
async fn news(page: &mut Page) -> HandOverView {
    page.socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::HandOver { hand_over },
            } => Some((**hand_over).clone()),
            _ => None,
        })
        .await
}

async fn left(leg: &mut InCall) {
    leg.signalling
        .wait(|frame| matches!(frame, CallServerFrame::Left).then_some(()))
        .await;
}

async fn open(page: &Page) -> Vec<HandOverView> {
    let found: OpenHandOvers = page.browser.read("/api/hand-overs").await;
    found.open
}

/// A call that is recorded, and a colleague with an open page.
async fn with_colleague(app: &TestApp) -> (Running, Page) {
    let run = running(app).await;
    let colleague = Page::open(app, &app.shops.ours, "seller2").await;
    (run, colleague)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told from its beginning to its end"
)]
async fn x13_a_recorded_call_is_handed_over_in_one_recording() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (mut run, mut colleague) = with_colleague(&app).await;
    let (call, thread) = (run.call, run.thread);
    let list: ColleagueList = run
        .seller
        .browser
        .read(&format!("/api/calls/{call}/colleagues"))
        .await;
    let [one] = &list.colleagues[..] else {
        panic!("{list:?}")
    };
    assert_eq!(one.person.user, shop.user("seller2"));
    assert!(one.online && !one.busy);
    let path = format!("/api/threads/{thread}");
    assert_eq!(colleague.browser.get(&path).await.status(), 404);

    let asked = run.seller.call(ask(call, shop.user("seller2"))).await;
    assert!(asked.sellers.is_none(), "nobody has come");
    let rung = news(&mut colleague).await;
    assert_eq!(rung.state, HandOverState::Asked);
    assert_eq!(
        (rung.from.user, rung.buyer.user, rung.title.as_str()),
        (shop.user("seller"), shop.user("buyer"), "A question")
    );
    assert_eq!(rung.note.as_deref(), Some("She wants the Saturday course"));
    assert!(rung.recorded);
    assert_eq!(
        open(&colleague).await,
        std::slice::from_ref(&rung),
        "also after a reload"
    );
    assert!(open(&run.buyer).await.is_empty());
    let ticket = format!("/api/calls/{call}/ticket");
    assert_eq!(
        colleague.browser.post(&ticket, &()).await.status(),
        404,
        "who is asked is not in the call"
    );

    let come = colleague.call(step(call, HandOverStep::Accept)).await;
    let sellers = come.sellers.expect("both");
    assert_eq!(sellers.seller.user, shop.user("seller"));
    assert_eq!(
        sellers.colleague.map(|it| it.user),
        Some(shop.user("seller2"))
    );
    assert_eq!(news(&mut run.seller).await.state, HandOverState::Asked);
    assert_eq!(news(&mut run.seller).await.state, HandOverState::Accepted);
    let joined = run.buyer.told("call_joined").await;
    assert!(
        matches!(joined.body, EventBody::CallJoined { user, .. } if user == shop.user("seller2"))
    );
    let snapshot: ThreadSnapshot = colleague.browser.read(&path).await;
    assert_eq!(snapshot.people[0].user, shop.user("seller2"));
    let mut at_colleague = colleague.join(call, 3).await;
    for leg in [&run.at_seller, &run.at_buyer, &at_colleague] {
        eventually("both of the others are heard", async || {
            let voices = leg.peer.voices();
            (voices.len() == 2 && voices.iter().all(|heard| *heard > 5)).then_some(())
        })
        .await;
    }

    let after = run.seller.call(step(call, HandOverStep::Leave)).await;
    assert_eq!(after.phase, CallPhase::Active);
    assert_eq!(after.seller().user, shop.user("seller2"));
    assert!(after.colleague().is_none());
    left(&mut run.at_seller).await;
    run.at_seller.hears_nothing_more().await;
    let gone = run.buyer.told("call_left").await;
    assert!(matches!(gone.body, EventBody::CallLeft { user, to, .. }
            if user == shop.user("seller") && to == shop.user("seller2")));
    assert_eq!(run.seller.browser.post(&ticket, &()).await.status(), 404);
    at_colleague.hears().await;
    run.at_buyer.hears().await;

    colleague.call(Command::HangUp { call }).await;
    assert_eq!(
        run.at_buyer.signalling.ended().await,
        CallEndReason::HungUpBySeller
    );
    at_colleague.signalling.ended().await;
    // The one who left sees that it is over.
    run.seller.phase(CallPhase::Ended).await;
    colleague.told("recording_stored").await;

    let compliance = app.sign_in(&shop.email("compliance")).await;
    let found: RecordingList = compliance.read("/api/recordings").await;
    let [row] = &found.items[..] else {
        panic!("{found:?}")
    };
    assert_eq!(row.phase, RecordingPhase::Ready);
    assert_eq!(row.seller, "seller, seller2");
    let opened = compliance
        .post(
            &format!("/api/recordings/{}/plays", row.recording),
            &json!({"reason": "Complaint 17"}),
        )
        .await;
    assert!(opened.status().is_success(), "{}", opened.status());
    let play: PlayView = opened.json().await.expect("a play");
    let people: Vec<(Seat, &str)> = play
        .people
        .iter()
        .map(|(seat, name)| (*seat, name.as_str()))
        .collect();
    assert_eq!(
        people,
        [
            (Seat::SELLER, "seller"),
            (Seat::BUYER, "buyer"),
            (Seat(2), "seller2")
        ]
    );
    let mut conn = app.database.connect().await;
    let seats = sqlx::query(
        "SELECT count(DISTINCT seat) FROM recording_tracks WHERE kind = 'audio'
          AND recording_id = (SELECT recording_id FROM recordings)",
    )
    .fetch_one(&mut conn)
    .await
    .expect("one recording");
    assert_eq!(seats.get::<i64, _>(0), 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_ask_or_come() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (mut run, mut colleague) = with_colleague(&app).await;
    let call = run.call;
    let target = shop.user("seller2");
    let path = format!("/api/calls/{call}/colleagues");
    // Whoever is not in the call, and who is not on the seller's side.
    assert_eq!(
        refused(&mut run.buyer, ask(call, target)).await,
        Code::NotAllowed
    );
    assert_eq!(run.buyer.browser.get(&path).await.status(), 403);
    for person in ["seller2", "buyer2", "compliance", "support", "admin"] {
        let mut page = Page::open(&app, shop, person).await;
        for body in [
            ask(call, target),
            step(call, HandOverStep::Withdraw),
            step(call, HandOverStep::Accept),
            step(call, HandOverStep::Decline { reason: None }),
            step(call, HandOverStep::Leave),
        ] {
            assert_eq!(refused(&mut page, body).await, Code::NotFound, "{person}");
        }
        assert_eq!(page.browser.get(&path).await.status(), 404, "{person}");
    }
    let mut stranger = Page::open(&app, &app.shops.other, "seller").await;
    assert_eq!(
        refused(&mut stranger, ask(call, target)).await,
        Code::NotFound
    );
    // Nobody but a seller of the same vendor, and not oneself.
    for (user, code) in [
        (app.shops.other.user("seller"), Code::NotFound),
        (shop.user("buyer2"), Code::NotFound),
        (shop.user("admin"), Code::NotFound),
        (shop.user("seller"), Code::Conflict),
    ] {
        assert_eq!(refused(&mut run.seller, ask(call, user)).await, code);
    }
    let leave = step(call, HandOverStep::Leave);
    assert_eq!(refused(&mut run.seller, leave).await, Code::Conflict);
    run.seller.call(ask(call, target)).await;
    news(&mut colleague).await;
    assert_eq!(
        refused(&mut run.seller, ask(call, target)).await,
        Code::HandOverAsked
    );
    let accept = step(call, HandOverStep::Accept);
    assert_eq!(
        refused(&mut run.seller, accept.clone()).await,
        Code::NotFound
    );
    let hang_up = Command::HangUp { call };
    assert_eq!(
        refused(&mut colleague, hang_up).await,
        Code::NotFound,
        "who is only asked is not in the call"
    );
    colleague.call(accept.clone()).await;
    assert_eq!(
        refused(&mut colleague, accept).await,
        Code::AnsweredElsewhere
    );
    assert_eq!(
        refused(&mut run.seller, ask(call, target)).await,
        Code::HandOverTwo
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn declined_withdrawn_busy_and_over() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (mut run, mut colleague) = with_colleague(&app).await;
    let call = run.call;
    let target = shop.user("seller2");
    let accept = || step(call, HandOverStep::Accept);

    run.seller.call(ask(call, target)).await;
    assert_eq!(news(&mut run.seller).await.state, HandOverState::Asked);
    let reason = Some("I am at the counter".to_owned());
    let declined = HandOverState::Declined {
        reason: reason.clone(),
    };
    colleague
        .call(step(call, HandOverStep::Decline { reason }))
        .await;
    assert_eq!(news(&mut run.seller).await.state, declined);
    assert_eq!(refused(&mut colleague, accept()).await, Code::HandOverGone);

    run.seller.call(ask(call, target)).await;
    run.seller.call(step(call, HandOverStep::Withdraw)).await;
    for wanted in [
        HandOverState::Asked,
        declined,
        HandOverState::Asked,
        HandOverState::Withdrawn,
    ] {
        assert_eq!(news(&mut colleague).await.state, wanted);
    }
    assert_eq!(refused(&mut colleague, accept()).await, Code::HandOverGone);

    // In a call of their own.
    let other = fresh_uuid();
    let wish =
        json!({"thread": other, "customer": shop.user("buyer2"), "title": "Another question"});
    let opened = colleague.browser.post("/api/threads", &wish).await;
    assert!(opened.status().is_success());
    let thread = orderline_domain::ids::ThreadId::from_uuid(other);
    let own = colleague.ring(thread).await;
    let problem = run.seller.refused(ask(call, target)).await;
    assert_eq!(problem.code, Code::ColleagueBusy);
    assert_eq!(problem.params["name"], "seller2");
    colleague.call(Command::HangUp { call: own.call }).await;

    // The buyer hangs up meanwhile.
    run.seller.call(ask(call, target)).await;
    assert_eq!(news(&mut colleague).await.state, HandOverState::Asked);
    run.buyer.call(Command::HangUp { call }).await;
    assert_eq!(news(&mut colleague).await.state, HandOverState::CallOver);
    assert_eq!(refused(&mut colleague, accept()).await, Code::CallOver);
    assert!(open(&colleague).await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_question_goes_with_the_line_of_the_one_who_asks() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (mut run, mut colleague) = with_colleague(&app).await;
    run.seller.call(ask(run.call, shop.user("seller2"))).await;
    assert_eq!(news(&mut colleague).await.state, HandOverState::Asked);
    drop(run.at_seller);
    assert_eq!(news(&mut colleague).await.state, HandOverState::LineLost);
    let accept = step(run.call, HandOverStep::Accept);
    assert_eq!(refused(&mut colleague, accept).await, Code::HandOverGone);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_of_a_private_call_the_colleague_takes_over_from_browser_to_browser() {
    let mut run = Private::start().await;
    let shop = &run.app.shops.ours;
    let call = run.call.call;
    let mut colleague = Page::open(&run.app, shop, "seller2").await;
    run.seller.call(ask(call, shop.user("seller2"))).await;
    assert!(!news(&mut colleague).await.recorded);
    colleague.call(step(call, HandOverStep::Accept)).await;
    let mut at_colleague = join_privately(&colleague, call).await;
    let (pair, initiator) = paired(&mut at_colleague).await;
    assert!(initiator && pair > run.pair);
    assert_eq!(paired(&mut run.at_buyer).await, (pair, false));
    at_colleague.send(&CallClientFrame::Link { up: true }).await;
    run.at_seller
        .wait(|frame| matches!(frame, CallServerFrame::Left).then_some(()))
        .await;
    let goes_on = run
        .buyer
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Call { call },
            } if call.seller().user == shop.user("seller2") => Some((**call).clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        (goes_on.phase, goes_on.mode),
        (CallPhase::Active, ModeView::Private)
    );
    assert!(!run.spooled());
    assert_eq!(run.number("SELECT count(*) FROM recordings").await, 0);
    let relayed = "SELECT count(*) FROM call_legs WHERE route = 'relay'";
    assert_eq!(run.number(relayed).await, 0);
    let spans = "SELECT count(*) FROM call_spans";
    assert_eq!(run.number(spans).await, 1, "private from beginning to end");
    run.app.stop().await;
}
