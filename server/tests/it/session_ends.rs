//! The end of a session is the end of whatever lives by it: sockets, calls with their media, tickets; on every node.

use crate::{
    call_support::{CallSocket, Page, running},
    join_links::{ask, code, token},
    support::{
        Browser, PASSWORD, Socket, TestApp, client, eventually,
        socket::{command_id, request},
    },
};
use orderline_domain::{ids::ThreadId, thread::join_link::Channel};
use orderline_protocol::{
    SOCKET_PROTOCOL,
    call::{CallClientFrame, CallServerFrame, MediaState},
    http::CallTicket,
    join::{JoinLinkList, JoinLinkPhase},
    problem::Code,
    socket::{ByeReason, ClientFrame, Command, CommandResult, ServerFrame},
};
use orderline_server::live::sessions::MAX_OF_SESSION;
use reqwest::StatusCode;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::{connect_async, tungstenite::Error};

/// Waits until this call socket is refused, and says why.
async fn refusal(socket: &mut CallSocket) -> Code {
    loop {
        let frame = socket.next().await.expect("a reason comes first");
        if let CallServerFrame::Refused { problem } = frame {
            return problem.code;
        }
    }
}

async fn try_ticket(browser: &Browser, ticket: CallTicket) -> Code {
    let mut socket = CallSocket::open(browser).await;
    let join = CallClientFrame::Join {
        ticket: ticket.ticket,
        sdp: None,
        media: MediaState::default(),
    };
    socket.send(&join).await;
    refusal(&mut socket).await
}

/// Whether a socket still answers.
pub(crate) async fn answers(socket: &mut Socket) {
    socket.send(&ClientFrame::Ping { n: 1 }).await;
    let pong = |frame: &ServerFrame| matches!(frame, ServerFrame::Pong { n: 1 }).then_some(());
    socket.wait(pong).await;
}

/// Signed out in a call: the page's socket, the call's socket and the media end at once, and a ticket from before opens
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_sockets_media_and_tickets() {
    let app = TestApp::start().await;
    let mut it = running(&app).await;
    let early = it.buyer.ticket(it.call).await;
    let out = it.buyer.browser.delete("/api/session").await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(it.buyer.socket.bye().await, ByeReason::SignedOut);
    assert_eq!(
        refusal(&mut it.at_buyer.signalling).await,
        Code::SignInNeeded
    );
    it.at_buyer.hears_nothing_more().await;
    // The relay has let the leg go: the other side is told that nobody is there.
    let away = |frame: &CallServerFrame| match frame {
        CallServerFrame::Peer { peer } if !peer.connected => Some(()),
        _ => None,
    };
    it.at_seller.signalling.wait(away).await;
    assert_eq!(try_ticket(&it.buyer.browser, early).await, Code::BadTicket);
    app.stop().await;
}

/// Nobody told the server: the person was disabled, the session deleted, in the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_tells_of_is_found() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let mut stays = Page::open(&app, shop, "seller2").await;
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE people SET disabled_at = now() WHERE user_id = $1")
        .bind(shop.user("seller").as_uuid())
        .execute(&mut conn)
        .await
        .expect("disabled");
    sqlx::query("DELETE FROM sessions WHERE user_id = $1")
        .bind(shop.user("buyer").as_uuid())
        .execute(&mut conn)
        .await
        .expect("deleted");
    assert_eq!(seller.socket.bye().await, ByeReason::SignedOut);
    assert_eq!(buyer.socket.bye().await, ByeReason::SignedOut);
    // Everybody else's goes on.
    answers(&mut stays.socket).await;
    drop(conn);
    app.stop().await;
}

/// A person who was disabled gets nothing for a ticket from before, whether or not that was noticed yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_persons_ticket_opens_nothing() {
    let app = TestApp::start().await;
    let it = running(&app).await;
    let early = it.buyer.ticket(it.call).await;
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE people SET disabled_at = now() WHERE user_id = $1")
        .bind(app.shops.ours.user("buyer").as_uuid())
        .execute(&mut conn)
        .await
        .expect("disabled");
    drop(conn);
    assert_eq!(try_ticket(&it.buyer.browser, early).await, Code::BadTicket);
    app.stop().await;
}

/// Lets somebody in by a link that this seller sends.
pub(crate) async fn guest(app: &TestApp, seller: &mut Page, count: usize) -> (Browser, Socket) {
    let thread: ThreadId = app.shops.ours.thread;
    let body = Command::SendJoinLink {
        thread,
        channel: Channel::Sms,
        phone: Some("+49 341 123456".to_owned()),
    };
    seller.done(body).await;
    let token = token(app, count).await;
    let mut guest = app.browser();
    ask(&guest, "code", &json!({ "token": token })).await;
    let code = code(app, count).await;
    let done = ask(&guest, "enter", &json!({ "token": token, "code": code })).await;
    guest.cookie = Some(client::session_cookie(&done).0);
    let (socket, _) = Socket::hello(&guest, &[(thread, 0)]).await;
    (guest, socket)
}

/// A link's session ends by its time, and by the seller's hand; other sessions of the same person go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_links_session_ends_by_time_and_by_hand() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let (first, mut first_socket) = guest(&app, &mut seller, 1).await;
    let (second, mut second_socket) = guest(&app, &mut seller, 2).await;
    let path = format!("/api/threads/{}/join-links", shop.thread);
    let links: JoinLinkList = seller.browser.read(&path).await;
    let newest = &links.links[0];
    assert_eq!(newest.phase, JoinLinkPhase::Used);
    let end = Command::RevokeJoinLink {
        link: newest.link,
        version: newest.version,
    };
    seller.done(end.clone()).await;
    assert_eq!(second_socket.bye().await, ByeReason::SignedOut);
    let gone = second.get("/api/session").await;
    assert_eq!(gone.status(), StatusCode::UNAUTHORIZED);
    // Taken back once, a link is over.
    let again = seller.socket.command(command_id(), end).await;
    match again {
        CommandResult::Failed { problem } => assert_eq!(problem.code, Code::Conflict),
        other => panic!("{other:?}"),
    }
    assert_eq!(first.get("/api/session").await.status(), StatusCode::OK);
    app.pass(Duration::from_hours(13)).await;
    assert_eq!(first_socket.bye().await, ByeReason::SignedOut);
    app.stop().await;
}

/// Whoever signs in on one device more than a person keeps pushes the oldest out, with its sockets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_pushed_out_takes_its_sockets_along() {
    let app = TestApp::start().await;
    let mut oldest = Page::open(&app, &app.shops.ours, "buyer").await;
    let email = app.shops.ours.email("buyer");
    for _ in 0..20 {
        app.sign_in(&email).await;
    }
    assert_eq!(oldest.socket.bye().await, ByeReason::SignedOut);
    app.stop().await;
}

/// Signed out here, the socket there ends, and one node's word is enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_session_reaches_other_nodes() {
    let app = TestApp::start_with(&["--several-nodes"]).await;
    let (other, _data) = app.second().await;
    let mut browser = Browser::new(other.addr);
    let email = app.shops.ours.email("buyer");
    browser.sign_in(&email, PASSWORD).await;
    let (mut there, _) = Socket::hello(&browser, &[]).await;
    let mut here = app.browser();
    here.cookie.clone_from(&browser.cookie);
    let out = here.delete("/api/session").await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(there.bye().await, ByeReason::SignedOut);
    other.stop().await.expect("the second node stops");
    app.stop().await;
}

/// One session opens so many sockets and no more; another person's are not refused for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_holds_so_many_sockets() {
    let app = TestApp::start().await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let mut sockets = Vec::new();
    for _ in 0..MAX_OF_SESSION {
        sockets.push(Socket::open(&buyer).await);
    }
    let one_more = || connect_async(request(&buyer, "/ws", SOCKET_PROTOCOL));
    let Err(Error::Http(answer)) = one_more().await else {
        panic!("one too many was let in")
    };
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS.as_u16());
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    drop(Socket::hello(&seller, &[]).await);
    sockets.pop();
    // A place that was given up is free again.
    eventually("a place", async || one_more().await.ok()).await;
    app.stop().await;
}
