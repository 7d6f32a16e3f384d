//! Limits count whom they mean: the client behind the proxies that the operator named, the account, the person; and
//! nobody is refused for what strangers did.

use crate::{
    call_support::{Page, Peer},
    join_links::token,
    support::{Browser, PASSWORD, TestApp, client::problem, socket},
};
use clap::Parser as _;
use orderline_domain::{people::attempts, thread::join_link::Channel};
use orderline_protocol::{
    SOCKET_PROTOCOL,
    http::LineCheck,
    problem::{Code, Problem},
    socket::Command,
};
use orderline_server::config::{Cli, Config, Doing};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

const PROXY: &str = "--trusted-proxies=127.0.0.1";

/// A request that the proxy hands on for this client.
async fn through(
    browser: &Browser,
    client: &str,
    path: &str,
    body: &serde_json::Value,
) -> Response {
    browser
        .request(Method::POST, path)
        .header("x-forwarded-for", client)
        .json(body)
        .send()
        .await
        .expect("an answer")
}

/// Tries until it has to wait. A slow machine gains some attempts by the time that passes meanwhile.
async fn until_slowed(burst: u32, attempt: impl AsyncFn(u32) -> Response) -> Problem {
    for n in 0..burst * 2 {
        let problem = problem(attempt(n).await).await;
        if problem.code == Code::TooMany {
            assert!(n >= burst - 1, "slowed after {n}");
            return problem;
        }
    }
    panic!("never slowed")
}

async fn sign_in(browser: &Browser, client: &str, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    through(browser, client, "/api/session", &body).await
}

/// Strangers' wrong links slow their own network down; a right link opens from everywhere, theirs too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_link_is_never_refused_for_wrong_ones() {
    let app = TestApp::start_with(&["--demo", PROXY]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let body = Command::SendJoinLink {
        thread: shop.thread,
        channel: Channel::Sms,
        phone: Some("+49 341 123456".to_owned()),
    };
    seller.done(body).await;
    let right = json!({ "token": token(&app, 1).await });
    let wrong = json!({ "token": "00".repeat(32) });
    let browser = app.browser();
    let look = "/api/join/look";
    let slowed = until_slowed(attempts::LINKS_OF_NETWORK.burst, async |_| {
        through(&browser, "198.51.100.7", look, &wrong).await
    });
    assert!(slowed.await.retry_after_ms.is_some_and(|ms| ms > 0));
    let elsewhere = through(&browser, "203.0.113.9", look, &wrong).await;
    assert_eq!(problem(elsewhere).await.code, Code::BadTicket);
    for client in ["203.0.113.9", "198.51.100.7"] {
        let answer = through(&browser, client, look, &right).await;
        assert_eq!(answer.status(), StatusCode::OK, "{client}");
    }
    app.stop().await;
}

/// Nobody but a named proxy says where a request comes from.
#[tokio::test]
async fn who_is_no_proxy_is_not_believed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let wrong = json!({ "token": "00".repeat(32) });
    let many = until_slowed(attempts::LINKS_OF_NETWORK.burst, async |n| {
        let client = format!("198.51.100.{n}");
        through(&browser, &client, "/api/join/look", &wrong).await
    });
    many.await;
    let answer = through(&browser, "203.0.113.77", "/api/join/look", &wrong).await;
    assert_eq!(problem(answer).await.code, Code::TooMany);
    app.stop().await;
}

/// An account is guessed at from many networks: strangers wait, its person does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_guarded_over_all_networks() {
    let app = TestApp::start_with(&[PROXY]).await;
    let browser = app.browser();
    let email = app.shops.ours.email("buyer");
    let home = "203.0.113.9";
    let first = sign_in(&browser, home, &email, PASSWORD).await;
    assert_eq!(first.status(), StatusCode::OK);
    let many = until_slowed(attempts::PASSWORDS_OF_ACCOUNT.burst, async |n| {
        let client = format!("2001:db8:{n:x}::1");
        sign_in(&browser, &client, &email, "wrong").await
    });
    many.await;
    let fresh = sign_in(&browser, "198.51.100.77", &email, PASSWORD).await;
    assert_eq!(problem(fresh).await.code, Code::TooMany);
    let own = sign_in(&browser, home, &email, PASSWORD).await;
    assert_eq!(own.status(), StatusCode::OK);
    let other = sign_in(
        &browser,
        "198.51.100.77",
        &app.shops.ours.email("seller"),
        PASSWORD,
    )
    .await;
    assert_eq!(other.status(), StatusCode::OK);
    app.stop().await;
}

/// One network tries one password at many accounts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_is_slowed_over_all_accounts() {
    let app = TestApp::start_with(&[PROXY]).await;
    let browser = app.browser();
    let many = until_slowed(attempts::PASSWORDS_OF_NETWORK.burst, async |n| {
        // An IPv6 host that changes its address stays in its network.
        let client = format!("2001:db8:0:1::{:x}", n + 1);
        let email = format!("person{n}@ours.example");
        sign_in(&browser, &client, &email, "wrong").await
    });
    many.await;
    let email = app.shops.ours.email("buyer");
    let same = sign_in(&browser, "2001:db8:0:1::ffff", &email, PASSWORD).await;
    assert_eq!(problem(same).await.code, Code::TooMany);
    let elsewhere = sign_in(&browser, "2001:db8:0:2::1", &email, PASSWORD).await;
    assert_eq!(elsewhere.status(), StatusCode::OK);
    for (nonsense, code) in [
        ("a\0b@ours.example", Code::Malformed),
        ("a\nb@ours.example", Code::WrongCredentials),
    ] {
        let answer = sign_in(&browser, "2001:db8:0:2::1", nonsense, PASSWORD).await;
        assert_eq!(problem(answer).await.code, code, "{nonsense:?}");
    }
    app.stop().await;
}

/// Numbers are not the world's: behind a public URL they need the token, or an address of their own.
#[tokio::test]
async fn numbers_are_not_the_worlds() {
    let near = TestApp::start().await;
    assert_eq!(
        near.browser().get("/metrics").await.status(),
        StatusCode::OK
    );
    for header in [
        "x-forwarded-for",
        "forwarded",
        "via",
        "x-real-ip",
        "x-forwarded-host",
    ] {
        let request = near.browser().request(Method::GET, "/metrics");
        let answer = request.header(header, "198.51.100.7").send().await;
        assert_eq!(
            answer.expect("an answer").status(),
            StatusCode::NOT_FOUND,
            "{header}"
        );
    }
    near.stop().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = free.local_addr().expect("an address");
    drop(free);
    let app = TestApp::start_with(&[
        "--public-url=https://shop.example",
        "--metrics-token=numbers",
        &format!("--metrics-listen={own}"),
    ])
    .await;
    let plain = app.browser().get("/metrics").await;
    assert_eq!(plain.status(), StatusCode::NOT_FOUND);
    let request = app.browser().request(Method::GET, "/metrics");
    let answer = request.bearer_auth("numbers").send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    let apart = Browser::new(own);
    assert_eq!(apart.get("/metrics").await.status(), StatusCode::OK);
    assert_eq!(apart.get("/api/site").await.status(), StatusCode::NOT_FOUND);
    // What a proxy makes of the host is borne: the page's origin is the public URL.
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let open = async |origin: &str| {
        let mut request = socket::request(&seller, "/ws", SOCKET_PROTOCOL);
        let origin = origin.parse().expect("text");
        request.headers_mut().insert("origin", origin);
        tokio_tungstenite::connect_async(request).await.is_ok()
    };
    assert!(open("https://shop.example").await);
    assert!(open("https://shop.example:443").await);
    assert!(!open("https://evil.example").await);
    assert!(!open("http://shop.example").await);
    app.stop().await;
}

/// One person's line checks leave room for everybody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line_checks_have_a_share_for_each_person() {
    let app = TestApp::start().await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let mut peers = Vec::new();
    let mut refused = 0;
    for seed in 0..20 {
        let (peer, sdp) = Peer::start(seed);
        peers.push(peer);
        let answer = buyer.post("/api/line-check", &LineCheck { sdp }).await;
        if answer.status() != StatusCode::OK {
            assert_eq!(problem(answer).await.code, Code::TooMany);
            refused += 1;
        }
    }
    assert_eq!(refused, 18);
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let (_peer, sdp) = Peer::start(99);
    let answer = seller.post("/api/line-check", &LineCheck { sdp }).await;
    assert_eq!(answer.status(), StatusCode::OK);
    app.stop().await;
}

/// Settings that would believe anybody are no settings.
#[test]
fn nonsense_about_proxies_is_refused() {
    let read = |options: &[&str]| {
        let args = ["orderline", "serve"]
            .into_iter()
            .chain(options.iter().copied());
        let Doing::Serve(args) = Cli::try_parse_from(args).expect("known options").doing else {
            panic!("serve was asked for")
        };
        Config::try_from(*args)
    };
    assert!(
        read(&[
            "--trusted-proxies=10.0.0.0/24,::1",
            "--client-header=X-Real-IP"
        ])
        .is_ok()
    );
    for bad in [
        &["--client-header=x-forwarded-for"][..],
        &["--trusted-proxies=0.0.0.0/0"],
        &["--trusted-proxies=proxy.example"],
        &["--trusted-proxies=127.0.0.1", "--client-header=user-agent"],
    ] {
        assert!(read(bad).is_err(), "{bad:?}");
    }
}
