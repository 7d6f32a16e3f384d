//! Links into threads: who opens one sees its thread alone, once a code has shown who they are (X13).

use crate::{
    call_support::Page,
    support::{Browser, Socket, TestApp, client, eventually, socket::command_id},
};
use axum::{Form, Router, extract::State, http::HeaderMap, routing::post};
use orderline_domain::{
    ids::ThreadId,
    thread::{
        EventBody,
        join_link::{Channel, JoinLinkStep},
    },
};
use orderline_protocol::{
    http::ThreadList,
    join::{JoinEntered, JoinLinkList, JoinLinkPhase, JoinView},
    problem::Code,
    socket::{Command, CommandResult, ServerFrame},
};
use orderline_server::{
    config::SmsConfig,
    outside::sms::{Messages, Sms as _, SmsError},
};
use reqwest::StatusCode;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

const PHONE: &str = "+49 341 123456";

async fn send(page: &mut Page, thread: ThreadId) -> CommandResult {
    let body = Command::SendJoinLink {
        thread,
        channel: Channel::Sms,
        phone: Some(PHONE.to_owned()),
    };
    page.socket.command(command_id(), body).await
}

/// What the phone got last, once it holds this.
pub(crate) async fn message(app: &TestApp, holds: &str, count: usize) -> String {
    eventually("a message", async || {
        let all = app
            .browser()
            .get("/demo/messages")
            .await
            .text()
            .await
            .ok()?;
        let fitting: Vec<&str> = all
            .split("\n\n")
            .filter(|one| one.contains(holds))
            .collect();
        (fitting.len() >= count).then(|| fitting[0].to_owned())
    })
    .await
}

pub(crate) async fn token(app: &TestApp, count: usize) -> String {
    let text = message(app, "/j#", count).await;
    let (_, after) = text.split_once("/j#").expect("a link");
    after.chars().take(64).collect()
}

pub(crate) async fn code(app: &TestApp, count: usize) -> String {
    let text = message(app, "is your code", count).await;
    let line = text.lines().nth(1).expect("a text");
    line.chars().take(6).collect()
}

/// The guest with the session that the code opens.
pub(crate) async fn entered(mut guest: Browser, token: &str, code: &str) -> Browser {
    let done = ask(&guest, "enter", &json!({ "token": token, "code": code })).await;
    assert_eq!(done.status(), StatusCode::OK);
    guest.cookie = Some(client::session_cookie(&done).0);
    guest
}

pub(crate) async fn ask(
    browser: &Browser,
    what: &str,
    body: &serde_json::Value,
) -> reqwest::Response {
    browser.post(&format!("/api/join/{what}"), body).await
}

/// X13: sent by SMS, proved by the code, told in the thread; the session sees this thread and nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told from its beginning to its end"
)]
async fn x13_a_link_leads_into_its_thread_alone() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    assert!(matches!(
        send(&mut seller, shop.thread).await,
        CommandResult::Done { .. }
    ));
    let told = buyer.told("join_link_changed").await;
    let EventBody::JoinLinkChanged { hint, step, .. } = told.body else {
        panic!("not a link")
    };
    assert_eq!((hint.as_str(), step), ("…56", JoinLinkStep::Sent));

    let token = token(&app, 1).await;
    let mut guest = app.browser();
    let look = ask(&guest, "look", &json!({ "token": token })).await;
    let view: JoinView = look.json().await.unwrap();
    assert_eq!(
        (view.seller.as_str(), view.hint.as_str()),
        ("seller", "…56")
    );
    assert_eq!(view.code_until, None);
    let early = ask(
        &guest,
        "enter",
        &json!({ "token": token, "code": "123456" }),
    )
    .await;
    let early = client::problem(early).await;
    assert_eq!(early.fields[0].code, "code_over", "no code was sent yet");
    let sent = ask(&guest, "code", &json!({ "token": token })).await;
    assert_eq!(sent.status(), StatusCode::OK);
    let code = code(&app, 1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = ask(&guest, "enter", &json!({ "token": token, "code": wrong })).await;
    let refused = client::problem(refused).await;
    assert_eq!(refused.fields[0].code, "wrong_code");
    assert_eq!(refused.fields[0].params["left"], "4");
    let entered = ask(&guest, "enter", &json!({ "token": token, "code": code })).await;
    assert_eq!(entered.status(), StatusCode::OK);
    guest.cookie = Some(client::session_cookie(&entered).0);
    let entered: JoinEntered = entered.json().await.unwrap();
    assert_eq!(entered.thread, shop.thread);
    let proven = seller
        .socket
        .wait(|frame| match frame {
            ServerFrame::Event { event, .. } => match &event.body {
                EventBody::JoinLinkChanged {
                    step: JoinLinkStep::Proven,
                    ..
                } => Some(event.clone()),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert_eq!(proven.author, Some(shop.user("buyer")));

    // Used once, it is over.
    let again = ask(&guest, "look", &json!({ "token": token })).await;
    assert_eq!(client::problem(again).await.code, Code::BadTicket);
    let path = format!("/api/threads/{}/join-links", shop.thread);
    let links: JoinLinkList = seller.browser.read(&path).await;
    assert_eq!(links.links[0].phase, JoinLinkPhase::Used);

    // Another thread of the same buyer does not exist for this session, live or read.
    let other = ThreadId::from_uuid(crate::support::fresh_uuid());
    let colleague = Page::open(&app, shop, "seller2").await;
    let wish =
        json!({ "thread": other, "customer": shop.user("buyer"), "title": "Something else" });
    let opened = colleague.browser.post("/api/threads", &wish).await;
    assert_eq!(opened.status(), StatusCode::CREATED);
    let (mut socket, _) = Socket::hello(&guest, &[(shop.thread, 0), (other, 0)]).await;
    let (mut there, _) = Socket::hello(&colleague.browser, &[]).await;
    there.say(other, "for the whole account only").await;
    let full: ThreadList = buyer.browser.read("/api/threads").await;
    assert_eq!(full.items.len(), 2);
    let limited: ThreadList = guest.read("/api/threads").await;
    assert_eq!(limited.items.len(), 1);
    assert_eq!(limited.items[0].thread, shop.thread);
    for path in ["", "/events", "/appointments"] {
        let status = guest.get(&format!("/api/threads/{other}{path}")).await;
        assert_eq!(status.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let text = "hello".to_owned();
    let body = Command::SendMessage {
        thread: other,
        text,
    };
    let CommandResult::Failed { problem } = socket.command(command_id(), body).await else {
        panic!("written into another thread")
    };
    assert_eq!(problem.code, Code::NotFound);
    let seq = socket.say(shop.thread, "it is me").await;
    loop {
        match socket.next().await.expect("the socket stays open") {
            ServerFrame::Event { thread, event } => {
                assert_eq!(thread, shop.thread, "an event of another thread arrived");
                if event.seq == seq {
                    break;
                }
            }
            ServerFrame::Signal { signal } => {
                assert_eq!(signal.thread(), Some(shop.thread), "{signal:?}");
            }
            _ => {}
        }
    }

    // Nothing in the database opens anything.
    let mut conn = app.database.connect().await;
    let digits = token.clone();
    eventually("its text message was settled", async || {
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM text_messages WHERE state = 'queued'")
                .fetch_one(&mut app.database.connect().await)
                .await
                .ok()?;
        (waiting == 0).then_some(())
    })
    .await;
    for table in [
        "join_links",
        "sessions",
        "events",
        "jobs",
        "commands",
        "text_messages",
    ] {
        let query = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%' || $1 || '%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(&digits)
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(found, 0, "{table} holds the token");
    }
    app.pass(Duration::from_hours(13)).await;
    assert_eq!(
        guest.get("/api/session").await.status(),
        StatusCode::UNAUTHORIZED
    );
    app.stop().await;
}

/// Codes come slowly, hold shortly and bear few guesses; links end by time, by hand, and are few.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_and_links_are_bounded() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    send(&mut seller, shop.thread).await;
    let token = token(&app, 1).await;
    let guest = app.browser();
    let with = |code: &str| json!({ "token": token, "code": code });
    ask(&guest, "code", &json!({ "token": token })).await;
    let soon = client::problem(ask(&guest, "code", &json!({ "token": token })).await).await;
    assert_eq!(soon.code, Code::TooMany);
    assert!(soon.retry_after_ms.is_some_and(|ms| ms <= 31_000));
    let right = code(&app, 1).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..5 {
        ask(&guest, "enter", &with(wrong)).await;
    }
    let spent = client::problem(ask(&guest, "enter", &with(&right)).await).await;
    assert_eq!(spent.fields[0].code, "code_over");
    app.pass(Duration::from_secs(31)).await;
    ask(&guest, "code", &json!({ "token": token })).await;
    let second = code(&app, 2).await;
    app.pass(Duration::from_mins(10)).await;
    let late = client::problem(ask(&guest, "enter", &with(&second)).await).await;
    assert_eq!(late.fields[0].code, "code_over");
    for bad in ["", "12345", "1234567", "abcdef", "½23456"] {
        let refused = client::problem(ask(&guest, "enter", &with(bad)).await).await;
        assert_eq!(refused.code, Code::Invalid, "{bad}");
    }

    // Taken back, it is over; more than three at a time there are not.
    let path = format!("/api/threads/{}/join-links", shop.thread);
    let links: JoinLinkList = seller.browser.read(&path).await;
    let revoke = Command::RevokeJoinLink {
        link: links.links[0].link,
        version: links.links[0].version,
    };
    seller.socket.command(command_id(), revoke).await;
    let over = client::problem(ask(&guest, "look", &json!({ "token": token })).await).await;
    assert_eq!(over.code, Code::BadTicket);
    for _ in 0..3 {
        assert!(matches!(
            send(&mut seller, shop.thread).await,
            CommandResult::Done { .. }
        ));
    }
    let CommandResult::Failed { problem } = send(&mut seller, shop.thread).await else {
        panic!("a fourth link")
    };
    assert_eq!(problem.code, Code::TooMany);
    app.pass(Duration::from_hours(24)).await;
    let links: JoinLinkList = seller.browser.read(&path).await;
    assert!(
        links.links[..3]
            .iter()
            .all(|it| it.phase == JoinLinkPhase::Expired)
    );

    for (person, wanted) in [
        ("buyer", Code::NotAllowed),
        ("seller2", Code::NotFound),
        ("buyer2", Code::NotFound),
        ("compliance", Code::NotAllowed),
        ("support", Code::NotAllowed),
        ("admin", Code::NotFound),
    ] {
        let mut page = Page::open(&app, shop, person).await;
        let CommandResult::Failed { problem } = send(&mut page, shop.thread).await else {
            panic!("{person} sent a link")
        };
        assert_eq!(problem.code, wanted, "{person}");
    }
    let CommandResult::Failed { problem } = seller
        .socket
        .command(
            command_id(),
            Command::SendJoinLink {
                thread: shop.thread,
                channel: Channel::Sms,
                phone: Some("0341 1".to_owned()),
            },
        )
        .await
    else {
        panic!("no number was taken")
    };
    assert_eq!(problem.fields[0].field, "phone");
    // Whoever tries many links that are none is slowed down.
    let nonsense = json!({ "token": "00".repeat(32) });
    let mut slowed = false;
    for _ in 0..20 {
        let answer = client::problem(ask(&guest, "look", &nonsense).await).await;
        slowed |= answer.code == Code::TooMany;
    }
    assert!(slowed);
    app.stop().await;
}

/// Every table of a thread's things is closed to sessions that see another thread.
#[tokio::test]
async fn every_table_of_threads_knows_limited_sessions() {
    let app = TestApp::start().await;
    let mut conn = app.database.connect().await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.table_name::text FROM information_schema.columns c
          WHERE c.table_schema = 'public' AND c.column_name = 'thread_id'
            AND NOT EXISTS (SELECT FROM pg_policies p
                 WHERE p.tablename = c.table_name AND p.policyname = 'in_thread' AND p.permissive = 'RESTRICTIVE')",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    app.stop().await;
}

type Seen = Arc<Mutex<Vec<(Option<String>, BTreeMap<String, String>)>>>;

async fn take(
    State(seen): State<Seen>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> axum::http::StatusCode {
    let status = match form.get("To").map(String::as_str) {
        Some("+490") => axum::http::StatusCode::BAD_REQUEST,
        Some("+491") => axum::http::StatusCode::SERVICE_UNAVAILABLE,
        _ => axum::http::StatusCode::CREATED,
    };
    let auth = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    seen.lock().unwrap().push((auth, form));
    status
}

/// The real adapter, against a server that speaks the interface.
#[tokio::test]
async fn text_messages_are_posted_to_the_provider() {
    let seen = Seen::default();
    let routes = Router::new()
        .route("/2010-04-01/Accounts/AC1/Messages.json", post(take))
        .with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let config = |url: String| SmsConfig {
        url,
        account: "AC1".to_owned(),
        token: "secret".to_owned().into(),
        from: "Orderline".to_owned(),
    };
    let sms = Messages::new(config(format!("http://{addr}"))).unwrap();
    sms.send("+49341123456", "Hello & welcome").await.unwrap();
    let (auth, form) = seen.lock().unwrap()[0].clone();
    assert_eq!(auth.as_deref(), Some("Basic QUMxOnNlY3JldA=="));
    assert_eq!(form["To"], "+49341123456");
    assert_eq!(form["From"], "Orderline");
    assert_eq!(form["Body"], "Hello & welcome");
    let refused = sms.send("+490", "x").await.unwrap_err();
    assert!(matches!(refused, SmsError::Refused(400)) && !refused.is_transient());
    assert!(sms.send("+491", "x").await.unwrap_err().is_transient());
    server.abort();
    let nobody = Messages::new(config("http://127.0.0.1:9".to_owned())).unwrap();
    let error = nobody
        .send("+49341123456", "hidden text")
        .await
        .unwrap_err();
    assert!(error.is_transient());
    let shown = format!("{error} {error:?} {:?}", config(String::new()));
    for hidden in ["hidden text", "+49341123456", "\"secret\""] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}
