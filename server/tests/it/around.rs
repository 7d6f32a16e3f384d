//! Around a call: what is planned before it, noted after it, and still to be done (X13).

use crate::{
    call_support::{
        Page,
        planned::{planned, step},
        running,
    },
    support::{TestApp, client::problem, eventually, socket::command_id},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    follow_up::{appointment::AppointmentChange, call_back::CallBackReason, outcome::Outcome},
    ids::AppointmentId,
    outward::FOLD,
    thread::EventBody,
};
use orderline_protocol::{
    around::{
        AppointmentPhase, AppointmentStep, AppointmentView, CallBackList, CallBackStep,
        OutcomeList, OutcomeWish, SlotWish, TimeZoneOf,
    },
    call::CallPhase,
    calling::RequestReply,
    problem::Code,
    socket::{Command, CommandResult, ServerFrame, ServerSignal},
};
use reqwest::{Method, StatusCode, header};
use std::time::Duration;

const DONE: Option<Code> = None;

/// What a command was refused with, if it was.
async fn refused(page: &mut Page, body: Command) -> Option<Code> {
    match page.socket.command(command_id(), body).await {
        CommandResult::Failed { problem } => Some(problem.code),
        _ => DONE,
    }
}

fn slot(app: &TestApp, ahead: SignedDuration) -> SlotWish {
    SlotWish {
        starts_at: app.clock.now() + ahead,
        minutes: 30,
        note: Some("  The March group ".to_owned()),
    }
}

/// X13: a time is named, agreed to by the other side, moved and called off; the thread tells each step.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_a_call_is_planned_agreed_to_moved_and_called_off() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let zone = TimeZoneOf {
        time_zone: "America/Sao_Paulo".to_owned(),
    };
    let request = buyer.browser.request(Method::PUT, "/api/session/time-zone");
    let kept = request.json(&zone).send().await.unwrap();
    assert_eq!(kept.status(), StatusCode::NO_CONTENT);

    let thread = shop.thread;
    let plan = Command::PlanCall {
        thread,
        slot: slot(&app, SignedDuration::from_hours(2)),
    };
    let id = command_id();
    let first = seller.socket.command(id, plan.clone()).await;
    assert_eq!(
        seller.socket.command(id, plan).await,
        first,
        "sent twice, planned once"
    );
    let event = buyer.told("appointment_changed").await;
    let EventBody::AppointmentChanged {
        change: AppointmentChange::Proposed { slot: told },
        ..
    } = event.body
    else {
        panic!("not a proposal")
    };
    assert_eq!(told.note.unwrap().as_str(), "The March group");

    let mut at_buyer = planned(&buyer).await;
    assert_eq!(at_buyer, planned(&seller).await);
    let it = at_buyer.pop().unwrap();
    assert!(at_buyer.is_empty());
    assert_eq!(it.phase, AppointmentPhase::Proposed);
    assert_eq!(it.seller_zone, "Europe/Berlin");
    assert_eq!(it.buyer_zone.as_deref(), Some("America/Sao_Paulo"));

    let confirm = || step(&it, AppointmentStep::Confirm);
    assert_eq!(
        refused(&mut seller, confirm()).await,
        Some(Code::NotAllowed)
    );
    assert_eq!(refused(&mut buyer, confirm()).await, DONE);
    assert_eq!(
        refused(&mut buyer, confirm()).await,
        Some(Code::Conflict),
        "it has changed since"
    );
    let it = planned(&buyer).await.pop().unwrap();
    assert_eq!(it.phase, AppointmentPhase::Confirmed);

    let later = slot(&app, SignedDuration::from_hours(30));
    let moved = step(
        &it,
        AppointmentStep::Move {
            slot: later.clone(),
        },
    );
    assert_eq!(refused(&mut buyer, moved).await, DONE);
    let it = planned(&seller).await.pop().unwrap();
    assert_eq!(it.phase, AppointmentPhase::Proposed);
    assert_eq!(it.slot.starts_at, later.starts_at);
    assert_eq!(it.by.user, shop.user("buyer"));

    let path = format!("/api/appointments/{}/calendar.ics", it.appointment);
    let file = calendar(&seller, &path).await;
    assert!(file.contains("METHOD:PUBLISH\r\n") && file.contains("SEQUENCE:1\r\n"));
    assert!(file.contains("SUMMARY:Call with buyer\r\n"), "{file}");
    let cancel = step(
        &it,
        AppointmentStep::Cancel {
            reason: Some("I am ill".to_owned()),
        },
    );
    assert_eq!(refused(&mut seller, cancel).await, DONE);
    assert_eq!(planned(&seller).await, []);
    let file = calendar(&buyer, &path).await;
    assert!(file.contains("METHOD:CANCEL\r\n") && file.contains("SEQUENCE:2\r\n"));
    assert!(file.contains(&format!("UID:{}@orderline\r\n", it.appointment)));
    assert!(file.contains("SUMMARY:Call with seller\r\n"), "{file}");
    // What was told closely after each other waits to be one mail.
    app.pass(FOLD.unsigned_abs()).await;
    app.stop().await;
}

async fn calendar(page: &Page, path: &str) -> String {
    let answer = page.browser.get(path).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(kind, "text/calendar; charset=utf-8");
    answer.text().await.unwrap()
}

/// What cannot be a time, too many of them, and people whom it is none of their business.
#[tokio::test]
async fn what_cannot_be_planned_and_by_whom() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let good = slot(&app, SignedDuration::from_hours(2));
    for (field, code, bad) in [
        (
            "slot.starts_at",
            "past",
            slot(&app, SignedDuration::from_secs(-1)),
        ),
        (
            "slot.starts_at",
            "too_far",
            slot(&app, SignedDuration::from_hours(24 * 400)),
        ),
        (
            "slot.minutes",
            "out_of_range",
            SlotWish {
                minutes: 0,
                ..good.clone()
            },
        ),
        (
            "slot.note",
            "too_long",
            SlotWish {
                note: Some("x".repeat(501)),
                ..good.clone()
            },
        ),
    ] {
        let body = Command::PlanCall { thread, slot: bad };
        let CommandResult::Failed { problem } = seller.socket.command(command_id(), body).await
        else {
            panic!("{field} was taken")
        };
        assert_eq!(problem.fields[0].field, field);
        assert_eq!(problem.fields[0].code, code);
    }
    let plan = || Command::PlanCall {
        thread,
        slot: good.clone(),
    };
    for _ in 0..5 {
        assert_eq!(refused(&mut seller, plan()).await, DONE);
    }
    assert_eq!(refused(&mut seller, plan()).await, Some(Code::TooMany));
    let it = planned(&seller).await.pop().unwrap();

    // person, planning and changing, the thread's list, the file, outcomes of the thread, the list of calls to make
    let ok = StatusCode::OK;
    let (no, none) = (StatusCode::FORBIDDEN, StatusCode::NOT_FOUND);
    let table = [
        ("seller2", Some(Code::NotFound), none, none, ok),
        ("buyer", DONE, ok, none, no),
        ("buyer2", Some(Code::NotFound), none, none, no),
        ("compliance", Some(Code::NotAllowed), ok, ok, no),
        ("support", Some(Code::NotAllowed), ok, ok, no),
        ("admin", Some(Code::NotFound), none, none, no),
    ];
    for (person, changes, reads, outcomes, call_backs) in table {
        let mut page = Page::open(&app, shop, person).await;
        let status = async |path: String| page.browser.get(&path).await.status();
        let list = format!("/api/threads/{thread}/appointments");
        assert_eq!(status(list).await, reads, "{person}");
        let file = format!("/api/appointments/{}/calendar.ics", it.appointment);
        assert_eq!(status(file).await, reads, "{person}");
        let noted = format!("/api/threads/{thread}/outcomes");
        assert_eq!(status(noted).await, outcomes, "{person}");
        let due = "/api/call-backs".to_owned();
        assert_eq!(status(due).await, call_backs, "{person}");
        let confirm = step(&it, AppointmentStep::Confirm);
        assert_eq!(refused(&mut page, confirm).await, changes, "{person}");
    }
    let mut stranger = Page::open(&app, &app.shops.other, "seller").await;
    let foreign = step(&it, AppointmentStep::Confirm);
    assert_eq!(refused(&mut stranger, foreign).await, Some(Code::NotFound));
    let nothing = AppointmentView {
        appointment: AppointmentId::from_uuid(crate::support::fresh_uuid()),
        ..it
    };
    let missing = step(&nothing, AppointmentStep::Confirm);
    assert_eq!(refused(&mut seller, missing).await, Some(Code::NotFound));
    let zone = TimeZoneOf {
        time_zone: "Nowhere/Land".to_owned(),
    };
    let request = seller
        .browser
        .request(Method::PUT, "/api/session/time-zone");
    let refused = problem(request.json(&zone).send().await.unwrap()).await;
    assert_eq!(refused.fields[0].field, "time_zone");
    app.stop().await;
}

/// X13: both are reminded ten minutes before, once; of a call that was moved, again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_both_are_reminded_once() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    for hours in [1, 3] {
        let body = Command::PlanCall {
            thread,
            slot: slot(&app, SignedDuration::from_hours(hours)),
        };
        assert_eq!(refused(&mut seller, body).await, DONE);
    }
    // One of the two is agreed to; nobody is reminded of the other.
    let it = planned(&buyer).await.remove(0);
    let confirm = step(&it, AppointmentStep::Confirm);
    assert_eq!(refused(&mut buyer, confirm).await, DONE);
    app.pass(Duration::from_mins(49)).await;
    assert_eq!(remind(&app).await, 0);
    app.pass(Duration::from_mins(2)).await;
    for page in [&mut seller, &mut buyer] {
        assert_eq!(reminded(page).await, it.appointment);
    }
    assert_eq!(remind(&app).await, 0);
    let it = planned(&buyer).await.remove(0);
    let moved = step(
        &it,
        AppointmentStep::Move {
            slot: slot(&app, SignedDuration::from_mins(9)),
        },
    );
    assert_eq!(refused(&mut buyer, moved).await, DONE);
    let it = planned(&seller).await.remove(0);
    let confirm = step(&it, AppointmentStep::Confirm);
    assert_eq!(refused(&mut seller, confirm).await, DONE);
    for page in [&mut seller, &mut buyer] {
        assert_eq!(reminded(page).await, it.appointment);
    }
    app.stop().await;
}

/// What is due is taken by the server's own job; whatever that has left is counted here.
async fn remind(app: &TestApp) -> usize {
    orderline_server::jobs::remind::remind(&app.server.app.run)
        .await
        .unwrap()
}

async fn reminded(page: &mut Page) -> AppointmentId {
    page.socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Reminder { appointment },
            } => Some(appointment.appointment),
            _ => None,
        })
        .await
}

async fn to_call(page: &Page) -> CallBackList {
    page.browser.read("/api/call-backs").await
}

/// X13: what came of a call stays with the vendor's people, in every version; "call again" makes an entry of the
/// list, which the next talk ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_outcomes_keep_their_versions_and_the_buyer_sees_none() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut run = running(&app).await;
    let note = |after, outcome, text: &str| Command::NoteOutcome {
        call: run.call,
        after,
        noted: OutcomeWish {
            outcome,
            note: Some(text.to_owned()),
        },
    };
    let first = note(0, Outcome::Thinking, "Asks her partner");
    assert_eq!(
        refused(&mut run.seller, first.clone()).await,
        Some(Code::Conflict),
        "the call runs"
    );
    run.seller.call(Command::HangUp { call: run.call }).await;
    assert_eq!(refused(&mut run.seller, first.clone()).await, DONE);
    assert_eq!(
        refused(&mut run.seller, first).await,
        Some(Code::Conflict),
        "a colleague's version is not passed over"
    );
    let due_at: Timestamp = app.clock.now() + SignedDuration::from_hours(48);
    let past = Outcome::CallAgain {
        due_at: app.clock.now() - SignedDuration::from_secs(1),
    };
    let again = note(1, past, "x");
    assert_eq!(refused(&mut run.seller, again).await, Some(Code::Invalid));
    let again = note(1, Outcome::CallAgain { due_at }, "On Tuesday");
    assert_eq!(refused(&mut run.seller, again.clone()).await, DONE);
    assert_eq!(refused(&mut run.buyer, again).await, Some(Code::NotAllowed));

    let path = format!("/api/threads/{}/outcomes", shop.thread);
    let list: OutcomeList = run.seller.browser.read(&path).await;
    let notes: Vec<(i64, &str)> = list.items[0]
        .versions
        .iter()
        .map(|it| (it.version, it.noted.note.as_ref().unwrap().as_str()))
        .collect();
    assert_eq!(notes, [(2, "On Tuesday"), (1, "Asks her partner")]);
    assert_eq!(
        run.buyer.browser.get(&path).await.status(),
        StatusCode::NOT_FOUND
    );
    // Nothing of it stands in the thread, which the buyer reads.
    let snapshot = run
        .buyer
        .browser
        .get(&format!("/api/threads/{}", shop.thread))
        .await
        .text()
        .await
        .unwrap();
    assert!(!snapshot.contains("On Tuesday") && !snapshot.contains("thinking"));

    let due = to_call(&run.seller).await.items;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].reason, CallBackReason::CallAgain);
    assert_eq!(due[0].due_at, due_at);
    let settled = note(2, Outcome::NotInterested, "");
    assert_eq!(refused(&mut run.seller, settled).await, DONE);
    assert!(to_call(&run.seller).await.items.is_empty());
    app.stop().await;
}

/// X13: a missed call waits on the seller's list until it is made, put off or crossed off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_missed_calls_wait_on_the_list() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    for _ in 0..2 {
        seller.ring(thread).await;
        app.pass(Duration::from_secs(50)).await;
        seller.phase(CallPhase::NoAnswer).await;
    }
    let list = to_call(&seller).await.items;
    assert_eq!(list.len(), 1, "two missed calls are one to make");
    let it = &list[0];
    assert_eq!(it.reason, CallBackReason::Missed);
    assert_eq!(it.buyer.user, shop.user("buyer"));
    let keep = |version, step| Command::KeepCallBack {
        call_back: it.call_back,
        version,
        step,
    };
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let cross = keep(it.version, CallBackStep::CrossOff);
    assert_eq!(
        refused(&mut buyer, cross.clone()).await,
        Some(Code::NotAllowed)
    );
    let mut colleague = Page::open(&app, shop, "seller2").await;
    assert_eq!(
        refused(&mut colleague, cross.clone()).await,
        Some(Code::NotFound)
    );
    let until = app.clock.now() + SignedDuration::from_hours(1);
    let put_off = keep(it.version, CallBackStep::PutOff { until });
    assert_eq!(refused(&mut seller, put_off).await, DONE);
    assert_eq!(to_call(&seller).await.items[0].due_at, until);
    assert_eq!(refused(&mut seller, cross).await, Some(Code::Conflict));
    let cross = keep(it.version + 1, CallBackStep::CrossOff);
    assert_eq!(refused(&mut seller, cross).await, DONE);
    assert!(to_call(&seller).await.items.is_empty());
    drop((seller, buyer));

    // A busy line waits too, and the talk that follows ends it.
    let mut seller = Page::open(&app, shop, "seller").await;
    seller.ring(thread).await;
    app.pass(Duration::from_secs(50)).await;
    seller.phase(CallPhase::NoAnswer).await;
    assert_eq!(to_call(&seller).await.items.len(), 1);
    drop(seller);
    let run = running(&app).await;
    eventually("the talk ends the entry", async || {
        to_call(&run.seller).await.items.is_empty().then_some(())
    })
    .await;
    app.stop().await;
}

/// X13: a buyer's wish to be called stands on the seller's list, at the time that was named last; refused, it goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_wishes_to_be_called_stand_on_the_list() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let wish = app.clock.now() + SignedDuration::from_hours(3);
    let ask = Command::RequestCall {
        thread,
        wish: Some(wish),
        note: None,
    };
    assert_eq!(refused(&mut buyer, ask).await, DONE);
    let list = to_call(&seller).await.items;
    assert_eq!((list.len(), list[0].reason), (1, CallBackReason::Requested));
    assert_eq!(list[0].due_at, wish);
    let asked = buyer.told("call_requested").await;
    let EventBody::CallRequested { request, .. } = asked.body else {
        panic!("not a wish")
    };
    let at = app.clock.now() + SignedDuration::from_hours(5);
    let plan = Command::AnswerCallRequest {
        request,
        reply: RequestReply::Plan { at },
    };
    assert_eq!(refused(&mut seller, plan).await, DONE);
    assert_eq!(to_call(&seller).await.items[0].due_at, at);
    let refuse = Command::AnswerCallRequest {
        request,
        reply: RequestReply::Refuse {
            because: None,
            reason: Some("Please write to me".to_owned()),
        },
    };
    assert_eq!(refused(&mut seller, refuse).await, DONE);
    assert!(to_call(&seller).await.items.is_empty());
    app.stop().await;
}
