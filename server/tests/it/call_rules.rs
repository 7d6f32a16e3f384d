//! Who may start, answer and join a call, and what happens when two do at once.

use crate::call_support::{CallSocket, Page, Peer, accept, accepted, running};
use crate::support::{Socket, TestApp, client::problem, socket::command_id};
use orderline_domain::{call::seat::Seat, ids::CallId};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame, MediaState},
    http::ThreadList,
    problem::Code,
    socket::{Answer, Command, CommandResult},
    thread::ThreadSnapshot,
};
use std::time::Duration;
use uuid::Uuid;

async fn refused(page: &mut Page, body: Command) -> Code {
    match page.socket.command(command_id(), body).await {
        CommandResult::Failed { problem } => problem.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// One live call holds a thread, also when two are started at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_live_call_holds_a_thread() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut one = Page::open(&app, shop, "seller").await;
    let mut two = Page::open(&app, shop, "seller").await;
    let start = Command::StartCall {
        thread: shop.thread,
    };
    let (first, second) = tokio::join!(
        one.socket.command(command_id(), start.clone()),
        two.socket.command(command_id(), start.clone())
    );
    let rings = [&first, &second]
        .iter()
        .filter(|it| matches!(it, CommandResult::Call { .. }))
        .count();
    assert_eq!(rings, 1, "{first:?} {second:?}");
    assert_eq!(refused(&mut one, start).await, Code::CallInProgress);
    app.stop().await;
}

/// CU1: only the seller starts calls, only in their own threads; only the buyer answers; strangers see nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu1_who_may_start_and_answer() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    assert_eq!(
        refused(&mut buyer, Command::StartCall { thread }).await,
        Code::NotAllowed
    );
    let mut other_seller = Page::open(&app, shop, "seller2").await;
    assert_eq!(
        refused(&mut other_seller, Command::StartCall { thread }).await,
        Code::NotFound
    );
    let mut support = Page::open(&app, shop, "support").await;
    assert_eq!(
        refused(&mut support, Command::StartCall { thread }).await,
        Code::NotAllowed
    );
    let mut foreign = Page::open(&app, &app.shops.other, "seller").await;
    assert_eq!(
        refused(&mut foreign, Command::StartCall { thread }).await,
        Code::NotFound
    );

    let mut seller = Page::open(&app, shop, "seller").await;
    let call = seller.ring(thread).await;
    for (page, code) in [
        (&mut seller, Code::NotAllowed),
        (&mut other_seller, Code::NotFound),
        (&mut support, Code::NotFound),
        (&mut foreign, Code::NotFound),
    ] {
        assert_eq!(refused(page, accept(&call)).await, code);
        let response = page
            .browser
            .post(&format!("/api/calls/{}/ticket", call.call), &())
            .await;
        assert!(!response.status().is_success());
    }
    for page in [&mut other_seller, &mut support, &mut foreign] {
        assert_eq!(
            refused(page, Command::HangUp { call: call.call }).await,
            Code::NotFound
        );
    }
    let unknown = CallId::from_uuid(Uuid::new_v4());
    assert_eq!(
        refused(&mut buyer, Command::HangUp { call: unknown }).await,
        Code::NotFound
    );
    app.stop().await;
}

/// The first answer counts; the same command again gets the same reply; another wording is no consent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_answer_counts() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut phone = Page::open(&app, shop, "buyer").await;
    let mut desk = Page::open(&app, shop, "buyer").await;
    let call = seller.ring(shop.thread).await;
    let other_wording = Command::AnswerCall {
        call: call.call,
        answer: Answer::Accept {
            wording_hash: Some("00".repeat(32)),
            language: Some("en".to_owned()),
        },
    };
    assert_eq!(refused(&mut phone, other_wording).await, Code::Conflict);

    let (one, two) = (command_id(), command_id());
    let (first, second) = tokio::join!(
        phone.socket.command(one, accept(&call)),
        desk.socket.command(two, accept(&call))
    );
    let (winner, id, result, loser) = match (&first, &second) {
        (CommandResult::Call { .. }, CommandResult::Failed { problem }) => {
            (&mut phone, one, &first, problem)
        }
        (CommandResult::Failed { problem }, CommandResult::Call { .. }) => {
            (&mut desk, two, &second, problem)
        }
        other => panic!("not one answer: {other:?}"),
    };
    assert_eq!(loser.code, Code::AnsweredElsewhere);
    assert_eq!(&winner.socket.command(id, accept(&call)).await, result);
    app.stop().await;
}

/// A ringing call survives a reload: Welcome, list and snapshot show it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ringing_call_survives_a_reload() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let call = seller.ring(shop.thread).await;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let (_socket, calls) = Socket::hello(&browser, &[]).await;
    assert_eq!(calls, vec![call.clone()]);
    let list: ThreadList = browser.read("/api/threads").await;
    assert_eq!(list.items[0].call, Some(call.clone()));
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{}", shop.thread)).await;
    assert_eq!(snapshot.call, Some(call));
    app.stop().await;
}

/// Tickets open the socket once, for half a minute, and cannot be made up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_for_one_use_and_one_moment() {
    let app = TestApp::start().await;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    let thread = app.shops.ours.thread;
    let ringing = seller.ring(thread).await;
    let early = seller
        .browser
        .post(&format!("/api/calls/{}/ticket", ringing.call), &())
        .await;
    assert_eq!(problem(early).await.code, Code::Conflict);
    seller.call(Command::HangUp { call: ringing.call }).await;
    let late = seller
        .browser
        .post(&format!("/api/calls/{}/ticket", ringing.call), &())
        .await;
    assert_eq!(problem(late).await.code, Code::CallOver);

    let (mut seller, _buyer, call) = accepted(&app).await;
    for forged in [
        String::new(),
        "x".repeat(43),
        "é".to_owned(),
        "A".repeat(10_000),
    ] {
        assert_eq!(knock(&seller, forged).await, Some(Code::BadTicket));
    }
    let ticket = seller.ticket(call.call).await;
    assert!(
        ticket.url.ends_with("/call") && ticket.url.starts_with("ws://"),
        "{}",
        ticket.url
    );
    assert_eq!(knock(&seller, ticket.ticket.clone()).await, None);
    assert_eq!(knock(&seller, ticket.ticket).await, Some(Code::BadTicket));
    seller.call(Command::HangUp { call: call.call }).await;

    // One that is being spoken in: a call in which nobody is heard ends as soon as its tickets do.
    let run = running(&app).await;
    let expired = run.seller.ticket(run.call).await;
    app.pass(Duration::from_secs(29)).await;
    let fresh = run.seller.ticket(run.call).await;
    app.pass(Duration::from_secs(1)).await;
    let refused = knock(&run.seller, expired.ticket).await;
    assert_eq!(refused, Some(Code::BadTicket));
    assert_eq!(knock(&run.seller, fresh.ticket).await, None);
    app.stop().await;
}

/// Joins with this ticket; answers why not.
async fn knock(page: &Page, ticket: String) -> Option<Code> {
    let (peer, sdp) = Peer::start(9);
    let mut socket = CallSocket::open(&page.browser).await;
    socket
        .send(&CallClientFrame::Join {
            ticket,
            sdp: Some(sdp),
            media: MediaState::default(),
        })
        .await;
    let answer = socket
        .wait(|frame| match frame {
            CallServerFrame::Joined { .. } => Some(None),
            CallServerFrame::Refused { problem } => Some(Some(problem.code)),
            _ => None,
        })
        .await;
    drop(peer);
    answer
}

/// Nonsense on the call socket is refused in words, and the call goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_on_the_call_socket_is_refused() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    let ticket = run.buyer.ticket(run.call).await.ticket;
    let mut socket = CallSocket::open(&run.buyer.browser).await;
    let media = MediaState::default();
    socket
        .send(&CallClientFrame::Join {
            ticket,
            sdp: Some("v=0\r\nnonsense".to_owned()),
            media,
        })
        .await;
    let code = socket
        .wait(|frame| match frame {
            CallServerFrame::Refused { problem } => Some(problem.code),
            _ => None,
        })
        .await;
    assert_eq!(code, Code::Malformed);
    let mut early = CallSocket::open(&run.buyer.browser).await;
    early.send(&CallClientFrame::HangUp).await;
    let code = early
        .wait(|frame| match frame {
            CallServerFrame::Refused { problem } => Some(problem.code),
            _ => None,
        })
        .await;
    assert_eq!(code, Code::Malformed);
    run.at_seller.hears().await;
    run.at_seller
        .signalling
        .send(&CallClientFrame::Ping { n: 7 })
        .await;
    let pong = run
        .at_seller
        .signalling
        .wait(|frame| match frame {
            CallServerFrame::Pong { n } => Some(*n),
            _ => None,
        })
        .await;
    assert_eq!(pong, 7);
    app.stop().await;
}

/// CU5: the other side's switches are shown; a second tab of the same person takes the call over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu5_switches_are_shown_and_a_second_tab_takes_over() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    let media = MediaState {
        microphone: true,
        camera: false,
        screen: true,
        has_microphone: true,
    };
    run.at_buyer
        .signalling
        .send(&CallClientFrame::Media { media })
        .await;
    let shown = run
        .at_seller
        .signalling
        .wait(|frame| match frame {
            CallServerFrame::Peer { peer } if peer.media == media => Some(peer.clone()),
            _ => None,
        })
        .await;
    assert_eq!((shown.seat, shown.connected), (Seat::BUYER, true));
    assert_eq!(shown.user, app.shops.ours.user("buyer"));

    let second = run.buyer.join(run.call, 4).await;
    let replaced = run
        .at_buyer
        .signalling
        .wait(|frame| matches!(frame, CallServerFrame::Replaced).then_some(()));
    replaced.await;
    second.hears().await;
    run.at_seller.hears().await;
    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    assert_eq!(ended.phase, CallPhase::Ended);
    app.stop().await;
}

/// A buyer who talks elsewhere is busy; the second call never rings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_talks_elsewhere_is_busy() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (_seller, _buyer, _call) = accepted(&app).await;
    let mut other = Page::open(&app, shop, "seller2").await;
    let thread = orderline_domain::ids::ThreadId::from_uuid(Uuid::new_v4());
    let open = serde_json::json!({"thread": thread, "customer": shop.user("buyer"), "title": "Another question"});
    let response = other.browser.post("/api/threads", &open).await;
    assert!(response.status().is_success(), "{}", response.status());
    let busy = other.ring(thread).await;
    assert_eq!(busy.phase, CallPhase::Busy);
    other.told("call_busy").await;
    app.stop().await;
}
