//! The ports of recorded calls, and the provider of text messages.

use super::{assert_found, beside, found, without_database};
use crate::support::TestApp;
use axum::{Router, http::StatusCode};
use orderline_domain::checkup::{Part, Symptom};
use std::net::UdpSocket;
use tokio::net::TcpListener;

/// A port that was free a moment ago.
fn a_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("an address").port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_media_port_that_is_taken_or_leads_nowhere_is_found() {
    let other = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let taken = other.local_addr().expect("an address");
    let udp = format!("--media-udp={taken}");
    let report = without_database(&[&udp]).await;
    assert_found(&report, Part::Media, Symptom::MediaTaken);
    let unusable = "--media-udp=192.0.2.1:40000";
    let report = without_database(&[unusable]).await;
    assert_found(&report, Part::Media, Symptom::MediaUnusable);

    let url = "--public-url=https://shop.example";
    let udp = format!("--media-udp=127.0.0.1:{}", a_port());
    let report = without_database(&[url, &udp, "--media-announce=10.0.0.7"]).await;
    assert_found(&report, Part::Media, Symptom::MediaPrivate);
    let report = without_database(&[url, &udp, "--media-announce=203.0.113.7"]).await;
    assert_found(&report, Part::Media, Symptom::MediaGood);
}

/// A port that our own running server holds is as it should be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_our_own_servers_media_port_is_good() {
    let udp = format!("--media-udp=127.0.0.1:{}", a_port());
    let app = TestApp::start_with(&[&udp]).await;
    assert_found(
        &beside(&app, &[&udp]).await,
        Part::Media,
        Symptom::MediaOurs,
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_provider_of_text_messages_that_does_not_know_us_is_found() {
    for (status, symptom) in [
        (StatusCode::OK, Symptom::SmsGood),
        (StatusCode::UNAUTHORIZED, Symptom::SmsDenied),
        (StatusCode::NOT_FOUND, Symptom::SmsDenied),
        (StatusCode::FOUND, Symptom::SmsUnreachable),
        (StatusCode::TOO_MANY_REQUESTS, Symptom::SmsUnreachable),
        (StatusCode::BAD_GATEWAY, Symptom::SmsUnreachable),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let routes = Router::new().fallback(async move || status);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let url = format!("--sms-url=http://{addr}");
        let report = without_database(&sms(&url)).await;
        assert_found(&report, Part::Sms, symptom);
        if symptom != Symptom::SmsGood {
            let params = &found(&report, Part::Sms).params;
            let named = params.values().any(|it| it.contains(status.as_str()));
            assert!(named, "{params:?}");
        }
    }
    let report = without_database(&sms("--sms-url=http://127.0.0.1:1")).await;
    assert_found(&report, Part::Sms, Symptom::SmsUnreachable);
}

fn sms(url: &str) -> [&str; 4] {
    [
        url,
        "--sms-account=AC1",
        "--sms-token=t0ken",
        "--sms-from=Orderline",
    ]
}
