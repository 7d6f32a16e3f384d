//! Signing in and out, cookies, and requests from other sites.

use crate::support::{
    PASSWORD, Socket, TestApp,
    client::{problem, session_cookie},
    socket,
};
use orderline_protocol::{
    SOCKET_PROTOCOL,
    http::{Me, Site},
    problem::Code,
    socket::ByeReason,
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::{connect_async, tungstenite};

#[tokio::test]
async fn signing_in_sets_a_cookie_that_only_our_server_reads() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut browser = app.browser();
    assert_eq!(
        problem(browser.get("/api/session").await).await.code,
        Code::SignInNeeded
    );

    // Case and spaces around an address do not matter.
    let email = format!(" {} ", shop.email("seller").to_uppercase());
    let response = browser.try_sign_in(&email, PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    let (cookie, attributes) = session_cookie(&response);
    assert!(cookie.starts_with("__Host-orderline="));
    for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(
            attributes.iter().any(|it| it == wanted),
            "{wanted}: {attributes:?}"
        );
    }
    assert!(!attributes.iter().any(|it| it.starts_with("Domain")));
    let me: Me = response.json().await.expect("who");
    assert_eq!(me.person.user, shop.user("seller"));
    assert_eq!((me.vendor, me.demo), (Some(shop.vendor), false));

    browser.cookie = Some(cookie.clone());
    assert_eq!(browser.read::<Me>("/api/session").await, me);
    // Only the token's hash is in the database.
    let (_, token) = cookie.split_once('=').unwrap();
    let mut conn = app.database.connect().await;
    let found: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sessions s WHERE s::text LIKE '%' || $1 || '%'")
            .bind(token)
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(found, 0);

    let (mut open, _) = Socket::hello(&browser, &[]).await;
    let response = browser.delete("/api/session").await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(
        session_cookie(&response)
            .1
            .iter()
            .any(|it| it == "Max-Age=0")
    );
    assert_eq!(open.bye().await, ByeReason::SignedOut);
    assert_eq!(
        browser.get("/api/session").await.status(),
        StatusCode::UNAUTHORIZED
    );
    app.stop().await;
}

#[tokio::test]
async fn wrong_passwords_are_refused_and_slowed_down() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let browser = app.browser();
    for (email, password) in [
        (shop.email("seller"), "wrong"),
        ("nobody@ours.example".to_owned(), PASSWORD),
        (String::new(), PASSWORD),
        (shop.email("seller"), ""),
    ] {
        let refused = problem(browser.try_sign_in(&email, password).await).await;
        assert_eq!(refused.code, Code::WrongCredentials, "{email}");
    }
    for _ in 0..4 {
        let refused = problem(browser.try_sign_in(&shop.email("seller"), "wrong").await).await;
        assert_eq!(refused.code, Code::WrongCredentials);
    }
    let email = shop.email("seller");
    let response = browser.try_sign_in(&email, PASSWORD).await;
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    let waiting = problem(response).await;
    assert_eq!(waiting.code, Code::TooMany);
    assert!(waiting.retry_after_ms.is_some_and(|ms| ms > 0));
    // Others are not held up, and after the wait the right password counts.
    app.sign_in(&shop.email("buyer")).await;
    app.clock
        .advance(Duration::from_millis(waiting.retry_after_ms.unwrap()));
    app.sign_in(&email).await;
    app.stop().await;
}

#[tokio::test]
async fn other_sites_can_neither_post_nor_open_sockets() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let browser = app.sign_in(&shop.email("seller")).await;
    let cookie = browser.cookie.clone().unwrap();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let response = reqwest::Client::new()
            .request(Method::DELETE, format!("{}/api/session", browser.origin()))
            .header(header::COOKIE, &cookie)
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(
            problem(response).await.code,
            Code::NotAllowed,
            "{name}: {value}"
        );
    }
    browser.read::<Me>("/api/session").await;

    for origin in ["https://evil.example", "http://127.0.0.1:1", "null"] {
        let mut request = socket::request(&browser, "/ws", SOCKET_PROTOCOL);
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        assert_eq!(refused(request).await, StatusCode::FORBIDDEN, "{origin}");
    }
    let mut request = socket::request(&browser, "/ws", SOCKET_PROTOCOL);
    request.headers_mut().remove("origin");
    assert_eq!(refused(request).await, StatusCode::FORBIDDEN);
    let nobody = app.browser();
    let request = socket::request(&nobody, "/ws", SOCKET_PROTOCOL);
    assert_eq!(refused(request).await, StatusCode::UNAUTHORIZED);
    app.stop().await;
}

/// The status that a socket was refused with.
async fn refused(request: tungstenite::handshake::client::Request) -> StatusCode {
    match connect_async(request).await {
        Err(tungstenite::Error::Http(response)) => {
            StatusCode::from_u16(response.status().as_u16()).unwrap()
        }
        other => panic!("the socket was not refused: {:?}", other.map(|_| "open")),
    }
}

#[tokio::test]
async fn every_refusal_has_the_same_form() {
    let app = TestApp::start().await;
    let browser = app.sign_in(&app.shops.ours.email("seller")).await;
    let answer = browser.get("/api/no-such-thing").await;
    assert_eq!(problem(answer).await.code, Code::NotFound);
    assert_eq!(
        problem(browser.get("/api/threads/not-an-id").await)
            .await
            .code,
        Code::NotFound
    );
    assert_eq!(
        problem(browser.get("/api/threads/../secret").await)
            .await
            .code,
        Code::NotFound
    );
    let answer = browser.post("/api/catalogue", &json!({})).await;
    assert_eq!(problem(answer).await.status, 405);
    let answer = browser.post("/api/threads", &json!({"thread": 1})).await;
    assert_eq!(problem(answer).await.code, Code::Malformed);
    let text = browser.request(Method::POST, "/api/threads").body("{}");
    assert_eq!(problem(text.send().await.unwrap()).await.status, 415);
    let large = json!({"title": "x".repeat(300 * 1024)});
    let answer = browser.post("/api/threads", &large).await;
    assert_eq!(problem(answer).await.code, Code::TooLarge);
    let path = format!("/api/threads/{}/events?limit=x", app.shops.ours.thread);
    assert_eq!(
        problem(browser.get(&path).await).await.code,
        Code::Malformed
    );
    app.stop().await;
}

#[tokio::test]
async fn pages_are_served_under_a_strict_policy() {
    let app = TestApp::start().await;
    let response = app.browser().get("/").await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'"));
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe-inline"));
    assert_eq!(
        response.headers()["cross-origin-opener-policy"],
        "same-origin-allow-popups"
    );
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    for (person, place) in [("buyer", "/b/"), ("seller", "/s/"), ("compliance", "/o/")] {
        let browser = app.sign_in(&app.shops.ours.email(person)).await;
        let response = browser.get("/").await;
        assert!(response.status().is_redirection());
        assert_eq!(response.headers()[header::LOCATION], place);
    }
    let site: Site = app.browser().read("/api/site").await;
    assert!(!site.demo && site.people.is_empty());
    assert_eq!(
        app.browser().get("/demo/seller").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.browser().get("/livez").await.text().await.unwrap(),
        "ok\n"
    );
    let numbers = app.browser().get("/metrics").await.text().await.unwrap();
    assert!(numbers.contains("orderline_sockets"), "{numbers}");
    app.stop().await;
}
