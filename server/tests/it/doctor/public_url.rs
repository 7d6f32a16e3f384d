//! The public URL behind reverse proxies that do one thing wrong.

use super::{assert_found, beside, found, without_database};
use crate::support::TestApp;
use axum::{
    Router,
    extract::{Request, State},
    http::HeaderValue,
    response::IntoResponse,
};
use orderline_domain::checkup::{Part, Symptom};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

const FORWARDED: &str = "x-forwarded-for";

/// What a proxy does with the header that names the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// Writes who asked.
    Client,
    /// Leaves what the visitor wrote.
    Whatever,
    Nobody,
}

#[derive(Clone)]
struct Proxy {
    names: Arc<Mutex<Names>>,
    /// Known once the server has begun.
    target: Arc<Mutex<Option<SocketAddr>>>,
}

impl Proxy {
    async fn start() -> (Self, SocketAddr) {
        let proxy = Self {
            names: Arc::new(Mutex::new(Names::Client)),
            target: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let routes = Router::new().fallback(pass).with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (proxy, addr)
    }

    fn name(&self, names: Names) {
        *self.names.lock().expect("a lock") = names;
    }
}

async fn pass(State(proxy): State<Proxy>, request: Request) -> impl IntoResponse {
    let names = *proxy.names.lock().expect("a lock");
    let target = *proxy.target.lock().expect("a lock");
    let Some(target) = target else {
        return "ok\n".into_response();
    };
    let mut headers = request.headers().clone();
    headers.remove("host");
    match names {
        Names::Client => {
            headers.insert(FORWARDED, HeaderValue::from_static("203.0.113.9"));
        }
        Names::Whatever => {}
        Names::Nobody => {
            headers.remove(FORWARDED);
        }
    }
    let url = format!("http://{target}{}", request.uri().path());
    let answer = reqwest::Client::new()
        .get(url)
        .headers(headers)
        .send()
        .await;
    let answer = answer.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.expect("a body");
    (status, headers, body).into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_what_a_reverse_proxy_does_wrong_is_found() {
    let (proxy, addr) = Proxy::start().await;
    let url = format!("--public-url=http://{addr}");
    let trusted = "--trusted-proxies=127.0.0.1";
    let app = TestApp::start_with(&[&url, trusted]).await;
    let listen = format!("--listen={}", app.server.addr);
    let options = [url.as_str(), listen.as_str(), trusted];

    // Another program answers at that address.
    let report = beside(&app, &options).await;
    assert_found(&report, Part::PublicUrl, Symptom::PublicElsewhere);

    *proxy.target.lock().expect("a lock") = Some(app.server.addr);
    for (names, symptom) in [
        (Names::Client, Symptom::PublicGood),
        (Names::Whatever, Symptom::PublicForged),
        (Names::Nobody, Symptom::PublicSilent),
    ] {
        proxy.name(names);
        let report = beside(&app, &options).await;
        let finding = found(&report, Part::PublicUrl);
        assert_eq!(finding.symptom, symptom, "{names:?}: {finding:?}");
        if names == Names::Client {
            assert_eq!(finding.params["address"], "203.0.113.9");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_proxy_that_nobody_named_is_found() {
    let (proxy, addr) = Proxy::start().await;
    let url = format!("--public-url=http://{addr}");
    let app = TestApp::start_with(&[&url]).await;
    *proxy.target.lock().expect("a lock") = Some(app.server.addr);
    let listen = format!("--listen={}", app.server.addr);
    let report = beside(&app, &[&url, &listen]).await;
    assert_found(&report, Part::PublicUrl, Symptom::PublicUnnamed);
    let away = "--public-url=https://127.0.0.1:1";
    let report = beside(&app, &[away, &listen]).await;
    assert_found(&report, Part::PublicUrl, Symptom::PublicUnreachable);
    app.stop().await;
}

/// Without the database nobody knows which servers are of this installation, so none is called another's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_server_that_nobody_can_place_is_not_called_another() {
    let (proxy, addr) = Proxy::start().await;
    let url = format!("--public-url=http://{addr}");
    let app = TestApp::start_with(&[&url]).await;
    *proxy.target.lock().expect("a lock") = Some(app.server.addr);
    let report = without_database(&[&url]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseUnreachable);
    assert_found(&report, Part::PublicUrl, Symptom::PublicWaits);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_public_address_without_tls_is_found() {
    let report = without_database(&["--public-url=http://shop.example"]).await;
    assert_found(&report, Part::PublicUrl, Symptom::PublicPlain);
    let report = without_database(&["--public-url=https://127.0.0.1:1"]).await;
    assert_found(&report, Part::PublicUrl, Symptom::PublicWaits);
}
