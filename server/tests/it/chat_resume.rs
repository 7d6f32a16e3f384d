//! Chat through lost sockets, restarts and a database that drops its connections.

use crate::support::{Socket, TestApp, socket::command_id};
use futures::SinkExt as _;
use orderline_protocol::{
    MAX_FRAME_BYTES, MAX_REPLAY, VERSION,
    problem::Code,
    socket::{ByeReason, ClientFrame, Command, CommandResult, ServerFrame},
    thread::ThreadSnapshot,
};
use orderline_server::live::hub::SOCKET_QUEUE;
use tokio_tungstenite::tungstenite::Message;

/// X11: what was missed comes after the cursor, once and in order, together with what is new.
#[tokio::test]
async fn x11_a_socket_resumes_where_it_was() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut at_seller, _) = Socket::hello(&seller, &[]).await;
    for number in 1..=10 {
        assert_eq!(at_seller.say(shop.thread, "before").await, number);
    }
    let (mut at_buyer, _) = Socket::hello(&buyer, &[(shop.thread, 4)]).await;
    at_seller.say(shop.thread, "after").await;
    for seq in 5..=11 {
        assert_eq!(at_buyer.event(shop.thread).await.seq, seq);
    }
    // A gap is asked for again from the client's own cursor.
    let follow = ClientFrame::Follow {
        thread: shop.thread,
        seq: 9,
        state: 0,
    };
    at_buyer.send(&follow).await;
    assert_eq!(at_buyer.event(shop.thread).await.seq, 10);
    assert_eq!(at_buyer.event(shop.thread).await.seq, 11);
    drop(at_buyer);

    // Past the cap the client is sent to the snapshot.
    let many = i64::try_from(MAX_REPLAY).unwrap() + 1;
    let actor = app.actor("seller").await;
    for _ in 11..many {
        let text = "many".to_owned();
        let thread = shop.thread;
        let body = Command::SendMessage { thread, text };
        let run = &app.server.app.run;
        let result = run.command(&actor, command_id(), body).await;
        assert!(matches!(result, CommandResult::Done { .. }));
    }
    let (mut at_buyer, _) = Socket::hello(&buyer, &[(shop.thread, 0)]).await;
    let reset = at_buyer
        .wait(|frame| match frame {
            ServerFrame::Reset { thread } => Some(*thread),
            ServerFrame::Event { .. } => panic!("events before the reset"),
            _ => None,
        })
        .await;
    assert_eq!(reset, shop.thread);
    let snapshot: ThreadSnapshot = buyer.read(&format!("/api/threads/{}", shop.thread)).await;
    assert_eq!(snapshot.seq, many);
    assert!(snapshot.earlier);
    let follow = ClientFrame::Follow {
        thread: shop.thread,
        seq: snapshot.seq,
        state: snapshot.version,
    };
    at_buyer.send(&follow).await;
    at_seller.say(shop.thread, "the last").await;
    assert_eq!(at_buyer.event(shop.thread).await.seq, many + 1);
    app.stop().await;
}

/// X11: a restart is announced, and nothing acknowledged is missing after it.
#[tokio::test]
async fn x11_a_restarted_server_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let thread = app.shops.ours.thread;
    let (mut socket, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let id = command_id();
    let text = "kept".to_owned();
    let body = Command::SendMessage { thread, text };
    let result = socket.command(id, body.clone()).await;
    let app = app.restart().await;
    assert_eq!(socket.bye().await, ByeReason::Restarting);
    // The session outlives the restart; the address is a new one in this test.
    let mut browser = app.browser();
    browser.cookie = seller.cookie.clone();
    let (mut socket, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    assert_eq!(socket.event(thread).await.command, Some(id));
    assert_eq!(socket.command(id, body).await, result);
    app.pass(std::time::Duration::from_hours(31 * 24)).await;
    browser = app.browser();
    browser.cookie = seller.cookie.clone();
    assert_eq!(
        browser.get("/api/session").await.status(),
        401,
        "idle for a month"
    );
    app.stop().await;
}

/// X11: connections to the database may be cut at any time; a message that was acknowledged is there, once.
#[tokio::test]
async fn x11_cut_database_connections_lose_nothing_acknowledged() {
    const MESSAGES: usize = 120;
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let seller = app.sign_in(&shop.email("seller")).await;
    let sender = tokio::spawn(async move {
        let (mut socket, _) = Socket::hello(&seller, &[]).await;
        let mut acknowledged = Vec::new();
        for number in 0..MESSAGES {
            let id = command_id();
            let text = number.to_string();
            let body = Command::SendMessage { thread, text };
            // The same id until there is an answer, as the app does it.
            let seq = loop {
                match socket.command(id, body.clone()).await {
                    CommandResult::Done { seq, .. } => break seq,
                    CommandResult::Failed { problem }
                        if matches!(problem.code, Code::Unavailable | Code::TooMany) => {}
                    other => panic!("{other:?}"),
                }
            };
            acknowledged.push((seq, id));
        }
        acknowledged
    });
    let mut cut = 0;
    while !sender.is_finished() {
        cut += app.database.cut_connections().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(cut > 0, "connections were cut");
    let acknowledged = sender.await.expect("the sender goes through");
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let snapshot: ThreadSnapshot = buyer.read(&format!("/api/threads/{thread}")).await;
    let stored: Vec<_> = snapshot
        .events
        .iter()
        .map(|it| (it.seq, it.command))
        .collect();
    let expected: Vec<_> = acknowledged
        .iter()
        .map(|&(seq, id)| (seq, Some(id)))
        .collect();
    assert_eq!(stored, expected);
    assert_eq!(snapshot.seq, i64::try_from(MESSAGES).unwrap());
    app.stop().await;
}

/// A socket that does not keep up is told so, and holds nobody else up.
#[tokio::test]
async fn a_slow_reader_gets_bye_and_comes_back() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut slow, _) = Socket::hello(&buyer, &[(shop.thread, 0)]).await;
    let actor = app.actor("seller").await;
    // Nothing is read: the kernel's buffers fill, then the queue.
    let text = "x".repeat(3_900);
    let mut sent = 0;
    while app
        .server
        .app
        .hub
        .is_online(shop.vendor, shop.user("buyer"))
    {
        let body = Command::SendMessage {
            thread: shop.thread,
            text: text.clone(),
        };
        let run = &app.server.app.run;
        let result = run.command(&actor, command_id(), body).await;
        assert!(matches!(result, CommandResult::Done { .. }));
        sent += 1;
        if app.server.app.hub.is_slow(shop.user("buyer")) {
            break;
        }
        assert!(sent < 20 * SOCKET_QUEUE, "a queue without end");
    }
    assert_eq!(slow.bye().await, ByeReason::SlowConsumer);
    app.stop().await;
}

/// Frames that cannot be read, are too large or come out of turn end the socket, and only it.
#[tokio::test]
async fn frames_that_cannot_be_read_end_the_socket() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let (mut steady, _) = Socket::hello(&seller, &[]).await;
    let large = format!(
        "{{\"t\":\"ping\",\"n\":1,\"x\":\"{}\"}}",
        "x".repeat(MAX_FRAME_BYTES)
    );
    for bad in [
        Message::text("not json"),
        Message::text("{}"),
        Message::text("{\"t\":\"no_such_frame\"}"),
        Message::text("{\"t\":\"command\",\"id\":\"1\",\"body\":{\"do\":\"send_message\"}}"),
        Message::binary(vec![0; 16]),
        Message::text(large),
        Message::text(format!(
            "{{\"t\":\"hello\",\"version\":{VERSION},\"cursors\":[]}}"
        )),
    ] {
        let (mut socket, _) = Socket::hello(&seller, &[]).await;
        // The server may have closed before all of a large frame was taken.
        let _sent = socket.stream.send(bad).await;
        assert!(socket.ended_as_malformed().await);
    }
    assert_eq!(steady.say(shop.thread, "unharmed").await, 1);
    app.stop().await;
}
