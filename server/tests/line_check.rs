//! Trying the line to the relay before a call (CU4).

mod support;

use orderline_media::{
    engine::Output,
    testkit::udp::{self, UdpBrowser},
};
use orderline_protocol::{http::LineCheck, problem::Code};
use std::time::{Duration, Instant};
use support::{PATIENCE, TestApp, client::problem};

/// Turns the browser until it is connected.
fn connects(mut browser: UdpBrowser, sdp: String) -> bool {
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
async fn cu4_a_line_is_tried_without_a_call() {
    let app = TestApp::start().await;
    for person in ["seller", "buyer"] {
        let page = app.sign_in(&app.shops.ours.email(person)).await;
        let (browser, offer) = UdpBrowser::new(Instant::now(), 7).expect("a synthetic browser");
        let response = page
            .post("/api/line-check", &LineCheck { sdp: offer })
            .await;
        assert!(response.status().is_success(), "{}", response.status());
        let answer: LineCheck = response.json().await.expect("an answer");
        let tried = tokio::task::spawn_blocking(move || connects(browser, answer.sdp));
        assert!(tried.await.expect("the browser ran"), "{person} connects");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cu4_nonsense_strangers_and_crowds_are_refused() {
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
    // More at a time than the node takes: the next one is told to come later.
    let mut codes = Vec::new();
    for seed in 0..=20 {
        let (_, offer) = UdpBrowser::new(Instant::now(), seed).expect("a synthetic browser");
        let response = seller
            .post("/api/line-check", &LineCheck { sdp: offer })
            .await;
        if !response.status().is_success() {
            codes.push(problem(response).await.code);
        }
    }
    assert_eq!(codes, [Code::Unavailable]);
    app.stop().await;
}
