//! How the lines of a call were: told to the other side at once, kept with the call, read by whoever may. And how a
//! line is tried before a call.

use crate::call_support::running;
use crate::support::{PATIENCE, TestApp, client::problem, eventually};
use orderline_domain::call::{quality::LineLevel, seat::Seat};
use orderline_media::{
    engine::Output,
    testkit::udp::{self, UdpBrowser},
};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame},
    http::LineCheck,
    problem::Code,
    quality::{CallQuality, QualitySample},
    socket::Command,
};
use std::time::{Duration, Instant};

fn sample(level: LineLevel) -> QualitySample {
    QualitySample {
        level,
        loss_in: 4_000,
        rtt_ms: 210,
        bits_in: 640_000,
        available_out: Some(300_000),
        ..QualitySample::default()
    }
}

/// A weak line is shown to the other side; the timeline is there for support after the call, and for nobody
/// who may not see it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_weak_line_is_told_and_kept_for_support() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    for level in [LineLevel::Weak, LineLevel::Bad] {
        run.at_buyer
            .signalling
            .send(&CallClientFrame::Quality {
                sample: sample(level),
            })
            .await;
        run.at_seller
            .signalling
            .wait(|frame| match frame {
                CallServerFrame::Peer { peer } => (peer.line == Some(level)).then_some(()),
                _ => None,
            })
            .await;
    }
    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    assert_eq!(ended.phase, CallPhase::Ended);

    let path = format!("/api/calls/{}/quality", run.call);
    let support = app.sign_in(&app.shops.ours.email("support")).await;
    let kept = eventually("the points are written", || async {
        let kept: CallQuality = support.read(&path).await;
        (!kept.points.is_empty()).then_some(kept)
    })
    .await;
    assert_eq!(kept.points.len(), 1, "one in five seconds");
    let point = kept.points[0];
    assert_eq!(
        (point.seat, point.sample.level),
        (Seat::BUYER, LineLevel::Weak)
    );
    assert_eq!(point.sample.loss_in, 1_000, "what cannot be is cut");
    assert_eq!(point.sample.available_out, Some(300_000));
    assert_eq!(kept.people.len(), 2);

    let own: CallQuality = run.seller.browser.read(&path).await;
    assert_eq!(own, kept);
    let refused = problem(run.buyer.browser.get(&path).await).await;
    assert_eq!(refused.code, Code::NotAllowed);
    let colleague = app.sign_in(&app.shops.ours.email("seller2")).await;
    let hidden = problem(colleague.get(&path).await).await;
    assert_eq!(hidden.code, Code::NotFound);
    let elsewhere = app.sign_in(&app.shops.other.email("support")).await;
    let hidden = problem(elsewhere.get(&path).await).await;
    assert_eq!(hidden.code, Code::NotFound);
    app.stop().await;
}

/// Turns the browser until it is connected.
fn connects(mut browser: UdpBrowser, sdp: &str) -> bool {
    let began = Instant::now();
    browser
        .browser
        .answered(began, sdp)
        .expect("the answer fits the offer");
    let mut browsers = [browser];
    let mut connected = false;
    while !connected && began.elapsed() < PATIENCE {
        browsers[0].turn(Instant::now(), |output| {
            connected |= matches!(output, Output::Connected);
        });
        udp::wait(&mut browsers, Duration::from_millis(5));
    }
    connected
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_tried_without_a_call() {
    let app = TestApp::start().await;
    for person in ["seller", "buyer"] {
        let page = app.sign_in(&app.shops.ours.email(person)).await;
        let (browser, offer) = UdpBrowser::new(Instant::now(), 7).expect("a synthetic browser");
        let response = page
            .post("/api/line-check", &LineCheck { sdp: offer })
            .await;
        assert!(response.status().is_success(), "{}", response.status());
        let answer: LineCheck = response.json().await.expect("an answer");
        let tried = tokio::task::spawn_blocking(move || connects(browser, &answer.sdp));
        assert!(tried.await.expect("the browser ran"), "{person} connects");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_strangers_and_crowds_are_refused() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let nonsense = LineCheck {
        sdp: "v=0\r\nnonsense".to_owned(),
    };
    let refused = problem(seller.post("/api/line-check", &nonsense).await).await;
    assert_eq!(refused.code, Code::Malformed);
    let support = app.sign_in(&app.shops.ours.email("support")).await;
    let refused = problem(support.post("/api/line-check", &nonsense).await).await;
    assert_eq!(refused.code, Code::NotAllowed);
    let stranger = app.browser();
    let refused = problem(stranger.post("/api/line-check", &nonsense).await).await;
    assert_eq!(refused.code, Code::SignInNeeded);
    // More at a time than one person's share: the next one is told to come later, and others are not.
    let offer = |seed| {
        let (_, sdp) = UdpBrowser::new(Instant::now(), seed).expect("a synthetic browser");
        LineCheck { sdp }
    };
    let mut refused = 0;
    for seed in 0..=20 {
        let response = seller.post("/api/line-check", &offer(seed)).await;
        if !response.status().is_success() {
            assert_eq!(problem(response).await.code, Code::TooMany);
            refused += 1;
        }
    }
    assert!((1..=20).contains(&refused), "{refused} refused of 21");
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let other = buyer.post("/api/line-check", &offer(21)).await;
    assert!(other.status().is_success(), "{}", other.status());
    app.stop().await;
}
