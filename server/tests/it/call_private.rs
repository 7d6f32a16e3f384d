//! Calls that are private, recorded for a while, and private again: what is recorded and what never is. The private
//! legs' signals pass through the server, their media do not; the relay's legs are synthetic browsers.

use crate::{
    call_support::{
        Page,
        private::{Private, join_privately, moved, paired, refused, signal, talk, yes},
    },
    support::{TestApp, eventually},
};
use orderline_domain::{
    call::{CallSide, mode::Route},
    policy::consent::ConsentDecision,
    thread::EventBody,
};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame, MAX_CANDIDATES, ModeView, PeerSignal},
    problem::Code,
    socket::{Answer, Command, TalkStep},
};

/// X9: a private call runs from browser to browser: signals pass, nothing is recorded, no packet is relayed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x9_of_a_private_call_the_server_has_signals_alone() {
    let mut run = Private::start().await;
    let pair = run.pair;
    let offer = PeerSignal::Offer {
        sdp: "v=0".to_owned(),
    };
    run.at_seller
        .send(&CallClientFrame::Private { pair, body: offer })
        .await;
    let (of, body) = signal(&mut run.at_buyer).await;
    assert_eq!(of, pair);
    assert!(matches!(body, PeerSignal::Offer { sdp } if sdp == "v=0"));
    let hung_up = Command::HangUp {
        call: run.call.call,
    };
    let ended = run.seller.call(hung_up).await;
    assert_eq!(ended.mode, ModeView::Private);
    assert!(ended.duration_ms.is_some());
    run.at_buyer.ended().await;
    assert!(!run.spooled());
    assert_eq!(run.number("SELECT count(*) FROM recordings").await, 0);
    let spans = "SELECT count(*) FROM call_spans WHERE kind = 'private' AND ended_at > started_at";
    assert_eq!(run.number(spans).await, 1);
    assert_eq!(run.number("SELECT count(*) FROM call_spans").await, 1);
    run.app.stop().await;
}

/// Recording begins with the first packet after the buyer's yes; the buyer stops it at once, and both go on
/// hearing each other; recorded twice, a call has two recordings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_for_a_while_and_private_again() {
    let mut run = Private::start().await;
    let call = run.call.call;
    let (first, at_seller, at_buyer) = run.record().await;
    let consent = run.seller.told("consent_given").await;
    let started = run.seller.told("recording_started").await;
    assert!(consent.seq < started.seq);
    let before_consent = format!(
        "SELECT count(*) FROM recordings WHERE started_at < '{}'",
        consent.at
    );
    assert_eq!(run.number(&before_consent).await, 0);

    let stopped = run.buyer.call(talk(call, TalkStep::Stop)).await;
    assert_eq!(stopped.mode, ModeView::Private);
    let EventBody::ConsentGiven { decision, .. } = run.seller.told("consent_given").await.body
    else {
        panic!("not a consent")
    };
    assert_eq!(decision, ConsentDecision::Withdrawn);
    let EventBody::RecordingEnded {
        recording, by, at, ..
    } = run.seller.told("recording_ended").await.body
    else {
        panic!("not an end")
    };
    assert_eq!((recording, by), (first, Some(CallSide::Buyer)));
    // The relay goes on for both, and nothing of it is kept.
    at_seller.hears().await;
    at_buyer.hears().await;
    let stored = run.seller.told("recording_stored").await;
    assert!(
        matches!(stored.body, EventBody::RecordingStored { recording, .. } if recording == first)
    );
    let late = format!(
        "SELECT count(*) FROM recording_segments WHERE last_at > '{at}'::timestamptz + interval '300 ms'"
    );
    assert_eq!(run.number(&late).await, 0);

    // Asked again before the browsers have met again: another recording, over the same relay legs.
    run.seller.call(talk(call, TalkStep::Ask)).await;
    let again = run.buyer.call(talk(call, yes(&run.call))).await;
    let ModeView::Recorded {
        recording: second, ..
    } = again.mode
    else {
        panic!("not recorded")
    };
    assert_ne!(second, first);
    let started = run.seller.told("recording_started").await;
    assert!(
        matches!(started.body, EventBody::RecordingStarted { recording, .. } if recording == second)
    );
    at_seller.hears().await;
    run.seller.call(Command::HangUp { call }).await;
    let stored = run.seller.told("recording_stored").await;
    assert!(
        matches!(stored.body, EventBody::RecordingStored { recording, .. } if recording == second)
    );
    let ready = "SELECT count(*) FROM recordings WHERE phase = 'ready'";
    assert_eq!(run.number(ready).await, 2);
    let spans = "SELECT count(DISTINCT recording_id) FROM call_spans WHERE kind = 'recorded'";
    assert_eq!(run.number(spans).await, 2);
    run.app.stop().await;
}

/// Back to private: the browsers meet again, and the relay lets go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_to_private_ends_the_relays_part() {
    let mut run = Private::start().await;
    let call = run.call.call;
    let (_, mut at_seller, mut at_buyer) = run.record().await;
    run.seller.call(talk(call, TalkStep::Stop)).await;
    let ended = run.buyer.told("recording_ended").await;
    assert!(matches!(
        ended.body,
        EventBody::RecordingEnded {
            by: Some(CallSide::Seller),
            ..
        }
    ));
    let mut seller_again = join_privately(&run.seller, call).await;
    let mut buyer_again = join_privately(&run.buyer, call).await;
    let (pair, _) = paired(&mut seller_again).await;
    assert!(pair > run.pair);
    assert_eq!(paired(&mut buyer_again).await, (pair, false));
    for socket in [&mut seller_again, &mut buyer_again] {
        socket.send(&CallClientFrame::Link { up: true }).await;
    }
    for socket in [&mut seller_again, &mut buyer_again] {
        assert_eq!(moved(socket).await, Route::Private);
    }
    // Neither page lets its leg to the relay go: the server does.
    at_seller.hears_nothing_more().await;
    at_buyer.hears_nothing_more().await;
    let spans = eventually("three spans", async || {
        let spans = run.number("SELECT count(*) FROM call_spans").await;
        (spans == 3).then_some(spans)
    });
    spans.await;
    let open = "SELECT count(*) FROM call_spans WHERE ended_at IS NULL AND kind = 'private'";
    assert_eq!(run.number(open).await, 1);
    run.seller.call(Command::HangUp { call }).await;
    run.app.stop().await;
}

/// The seller asks and the buyer decides; whoever does the other's part, or twice their own, changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_do_what_about_recording() {
    let mut run = Private::start().await;
    let call = run.call.call;
    for step in [TalkStep::Ask, TalkStep::Withdraw] {
        assert_eq!(
            refused(&mut run.buyer, talk(call, step)).await,
            Code::NotAllowed
        );
    }
    let yes = yes(&run.call);
    for step in [yes.clone(), TalkStep::Refuse] {
        assert_eq!(
            refused(&mut run.seller, talk(call, step)).await,
            Code::NotAllowed
        );
    }
    let mut stranger = Page::open(&run.app, &run.app.shops.ours, "seller2").await;
    assert_eq!(
        refused(&mut stranger, talk(call, TalkStep::Ask)).await,
        Code::NotFound
    );
    let mut foreign = Page::open(&run.app, &run.app.shops.other, "seller").await;
    assert_eq!(
        refused(&mut foreign, talk(call, TalkStep::Ask)).await,
        Code::NotFound
    );
    // Nobody was asked.
    for step in [yes.clone(), TalkStep::Refuse, TalkStep::Stop] {
        assert_eq!(
            refused(&mut run.buyer, talk(call, step)).await,
            Code::Conflict
        );
    }
    run.seller.call(talk(call, TalkStep::Ask)).await;
    assert_eq!(
        refused(&mut run.seller, talk(call, TalkStep::Ask)).await,
        Code::Conflict
    );
    let other_wording = TalkStep::Accept {
        wording_hash: "00".repeat(32),
        language: "en".to_owned(),
    };
    assert_eq!(
        refused(&mut run.buyer, talk(call, other_wording)).await,
        Code::Conflict
    );
    let refusal = run.buyer.call(talk(call, TalkStep::Refuse)).await;
    assert_eq!(refusal.mode, ModeView::Private);
    let EventBody::ConsentGiven { decision, .. } = run.seller.told("consent_given").await.body
    else {
        panic!("not a consent")
    };
    assert_eq!(decision, ConsentDecision::Declined);
    assert_eq!(run.number("SELECT count(*) FROM recordings").await, 0);
    // A client that accepts twice, under two command ids, is recorded once.
    run.seller.call(talk(call, TalkStep::Ask)).await;
    run.buyer.call(talk(call, yes.clone())).await;
    assert_eq!(
        refused(&mut run.buyer, talk(call, yes)).await,
        Code::Conflict
    );
    assert_eq!(run.number("SELECT count(*) FROM recordings").await, 1);
    // Stopped before anything came: an empty recording, and no word of it having begun.
    run.seller.call(talk(call, TalkStep::Stop)).await;
    let empty = "SELECT count(*) FROM recordings WHERE phase = 'empty'";
    eventually("the recording is known to be empty", async || {
        (run.number(empty).await == 1).then_some(())
    })
    .await;
    run.seller.call(Command::HangUp { call }).await;
    assert_eq!(
        refused(&mut run.seller, talk(call, TalkStep::Ask)).await,
        Code::CallOver
    );
    run.app.stop().await;
}

/// Signals for another pair go nowhere, and a flood of candidates is bounded; the call goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_flooding_signals_go_nowhere() {
    let mut run = Private::start().await;
    let pair = run.pair;
    let candidate = |text: &str| PeerSignal::Candidate {
        candidate: text.to_owned(),
        mid: "0".to_owned(),
    };
    for forged in [pair + 1, 0, u64::MAX] {
        let body = candidate("forged");
        let frame = CallClientFrame::Private { pair: forged, body };
        run.at_seller.send(&frame).await;
    }
    // A socket that sends more in a second is closed; that is another bound.
    for number in 0..MAX_CANDIDATES + 30 {
        let body = candidate(&number.to_string());
        run.at_seller
            .send(&CallClientFrame::Private { pair, body })
            .await;
    }
    // What the other side says comes after all of that.
    run.at_seller
        .send(&CallClientFrame::Ping { n: 9_999 })
        .await;
    let pong = |frame: &CallServerFrame| match frame {
        CallServerFrame::Pong { n: 9_999 } => Some(()),
        _ => None,
    };
    run.at_seller.wait(pong).await;
    run.at_buyer.send(&CallClientFrame::Ping { n: 9_999 }).await;
    let mut got = Vec::new();
    run.at_buyer
        .wait(|frame| {
            if let CallServerFrame::Private {
                body: PeerSignal::Candidate { candidate, .. },
                ..
            } = frame
            {
                got.push(candidate.clone());
            }
            pong(frame)
        })
        .await;
    let expected: Vec<String> = (0..MAX_CANDIDATES).map(|it| it.to_string()).collect();
    assert_eq!(got, expected);
    let page = run.app.browser().get("/metrics").await;
    let counted = page.text().await.unwrap();
    assert!(
        counted.contains("orderline_call_signals_refused"),
        "{counted}"
    );
    run.app.stop().await;
}

/// The server restarts under a private call: the browsers go on by themselves, both pages come back, meet in
/// a pair with a higher number, and it is the same call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_call_goes_on_after_a_restart() {
    let run = Private::start().await;
    let (call, pair) = (run.call.call, run.pair);
    drop((run.at_seller, run.at_buyer));
    let app = run.app.restart().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let buyer = Page::open(&app, shop, "buyer").await;
    let mut at_seller = join_privately(&seller, call).await;
    let mut at_buyer = join_privately(&buyer, call).await;
    let (next, initiator) = paired(&mut at_seller).await;
    assert!(next > pair && initiator);
    for socket in [&mut at_seller, &mut at_buyer] {
        socket.send(&CallClientFrame::Link { up: true }).await;
    }
    let active = seller.phase(CallPhase::Active).await;
    assert_eq!((active.call, active.mode), (call, ModeView::Private));
    let ended = seller.call(Command::HangUp { call }).await;
    assert!(ended.started_at.is_some());
    app.stop().await;
}

/// A call that would be recorded from its first second is taken without that, where the policy leaves it open;
/// the refusal is logged, and the seller may ask again later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ringing_call_is_taken_without_being_recorded() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let rung = seller.ring(shop.thread).await;
    assert!(
        matches!(rung.mode, ModeView::Asked { .. }),
        "{:?}",
        rung.mode
    );
    assert!(rung.notice.may_refuse);
    let answer = Answer::Accept {
        wording_hash: None,
        language: None,
    };
    let taken = buyer
        .call(Command::AnswerCall {
            call: rung.call,
            answer,
        })
        .await;
    assert_eq!(
        (taken.phase, taken.mode),
        (CallPhase::Connecting, ModeView::Private)
    );
    let EventBody::ConsentGiven { decision, .. } = seller.told("consent_given").await.body else {
        panic!("not a consent")
    };
    assert_eq!(decision, ConsentDecision::Declined);
    let asked = seller.call(talk(rung.call, TalkStep::Ask)).await;
    assert!(matches!(asked.mode, ModeView::Asked { .. }));
    let withdrawn = seller.call(talk(rung.call, TalkStep::Withdraw)).await;
    assert_eq!(withdrawn.mode, ModeView::Private);
    app.stop().await;
}
