//! Chat over real sockets and a real Postgres.

use crate::support::{Socket, TestApp, socket::command_id};
use orderline_domain::{
    text::MAX_MESSAGE_CHARS,
    thread::{EventBody, chain},
};
use orderline_protocol::{
    http::ThreadList,
    problem::Code,
    socket::{ClientFrame, ClientSignal, Command, CommandResult, ServerFrame, ServerSignal},
    thread::{EventView, ThreadSnapshot},
};
use orderline_server::store::thread::events;

fn text(event: &EventView) -> &str {
    match &event.body {
        EventBody::MessageSent { text } => text.as_str(),
        other => panic!("not a message: {other:?}"),
    }
}

/// B1: a message is at the other side at once, and stays.
#[tokio::test]
async fn b1_a_message_reaches_the_other_side_and_is_there_afterwards() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut at_seller, _) = Socket::hello(&seller, &[(shop.thread, 0)]).await;
    let (mut at_buyer, _) = Socket::hello(&buyer, &[(shop.thread, 0)]).await;

    let id = command_id();
    let body = Command::SendMessage {
        thread: shop.thread,
        text: "  Good morning\r\nto you  ".to_owned(),
    };
    let result = at_seller.command(id, body).await;
    let expected = CommandResult::Done {
        thread: shop.thread,
        seq: 1,
    };
    assert_eq!(result, expected);
    let mine = at_seller.event(shop.thread).await;
    let theirs = at_buyer.event(shop.thread).await;
    assert_eq!(mine, theirs);
    assert_eq!(text(&theirs), "Good morning\nto you");
    assert_eq!(theirs.author, Some(shop.user("seller")));
    assert_eq!(theirs.command, Some(id));

    let snapshot: ThreadSnapshot = buyer.read(&format!("/api/threads/{}", shop.thread)).await;
    assert_eq!((snapshot.seq, snapshot.earlier), (1, false));
    assert_eq!(snapshot.events, std::slice::from_ref(&theirs));
    assert_eq!(snapshot.people.len(), 2);
    let list: ThreadList = buyer.read("/api/threads").await;
    assert_eq!(list.items.len(), 1);
    assert_eq!(list.items[0].unread, 1);
    assert_eq!(list.items[0].last.as_ref(), Some(&theirs));

    let seen = ClientFrame::Ack {
        thread: shop.thread,
        seq: 99,
    };
    at_buyer.send(&seen).await;
    crate::support::eventually("the thread is read", || async {
        let list: ThreadList = buyer.read("/api/threads").await;
        (list.items[0].unread == 0).then_some(())
    })
    .await;
    app.stop().await;
}

/// X11: a command is carried out once, however often it is sent.
#[tokio::test]
async fn x11_a_repeated_command_is_answered_and_not_repeated() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    let (mut second, _) = Socket::hello(&seller, &[]).await;
    let id = command_id();
    let say = |text: &str| Command::SendMessage {
        thread: shop.thread,
        text: text.to_owned(),
    };
    // Both at once, and once more afterwards.
    let body = say("once");
    let frame = ClientFrame::Command { id, body };
    socket.send(&frame).await;
    second.send(&frame).await;
    let first = socket.reply(id).await;
    assert_eq!(second.reply(id).await, first);
    assert_eq!(socket.command(id, say("once")).await, first);
    assert!(matches!(first, CommandResult::Done { seq: 1, .. }));
    // The same id with another body is a mistake, told as one.
    match socket.command(id, say("twice")).await {
        CommandResult::Failed { problem } => assert_eq!(problem.code, Code::CommandReused),
        other => panic!("{other:?}"),
    }
    // The id is the user's own: another person's same id is another command.
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut other, _) = Socket::hello(&buyer, &[]).await;
    let result = other.command(id, say("mine")).await;
    assert!(matches!(result, CommandResult::Done { seq: 2, .. }));
    app.stop().await;
}

/// Bad input: each wrong message gets a clear answer and leaves nothing behind.
#[tokio::test]
async fn bad_messages_are_refused_in_the_users_words() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    let foreign = app.shops.other.thread;
    let nowhere = orderline_domain::ids::ThreadId::from_uuid(crate::support::fresh_uuid());
    let long = "x".repeat(MAX_MESSAGE_CHARS + 1);
    for (thread, text, code, field) in [
        (shop.thread, " \n ", Code::Invalid, Some("required")),
        (shop.thread, long.as_str(), Code::Invalid, Some("too_long")),
        (shop.thread, "a\u{0}b", Code::Invalid, Some("invalid")),
        (foreign, "hello", Code::NotFound, None),
        (nowhere, "hello", Code::NotFound, None),
    ] {
        let text = text.to_owned();
        let body = Command::SendMessage { thread, text };
        match socket.command(command_id(), body).await {
            CommandResult::Failed { problem } => {
                assert_eq!(problem.code, code);
                let told = problem.fields.first().map(|it| it.code.as_str());
                assert_eq!(told, field);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(socket.say(shop.thread, "still here").await, 1);
    app.stop().await;
}

/// X11: many senders at once make one dense sequence, and everybody sees it in order.
#[tokio::test]
async fn x11_concurrent_senders_make_one_dense_sequence() {
    const SOCKETS: usize = 6;
    const EACH: usize = 25;
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let reader = app.sign_in(&shop.email("buyer")).await;
    let (mut at_reader, _) = Socket::hello(&reader, &[(shop.thread, 0)]).await;
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..SOCKETS {
        let person = if number % 2 == 0 { "seller" } else { "buyer" };
        let browser = app.sign_in(&shop.email(person)).await;
        let thread = shop.thread;
        senders.spawn(async move {
            let (mut socket, _) = Socket::hello(&browser, &[]).await;
            let mut seqs = Vec::new();
            for message in 0..EACH {
                seqs.push(socket.say(thread, &format!("{number}/{message}")).await);
            }
            seqs
        });
    }
    let mut acknowledged: Vec<i64> = senders.join_all().await.concat();
    acknowledged.sort_unstable();
    let all = i64::try_from(SOCKETS * EACH).unwrap();
    assert_eq!(acknowledged, (1..=all).collect::<Vec<_>>());
    for seq in 1..=all {
        assert_eq!(at_reader.event(shop.thread).await.seq, seq);
    }

    // X3: the chain over what is stored holds.
    let mut tx = app.server.app.store.begin(shop.vendor).await.unwrap();
    let stored = events::evidence(&mut tx, shop.thread, 0, 1000)
        .await
        .unwrap();
    let chained = stored.iter().map(|it| {
        let body = it
            .body
            .as_ref()
            .map(|(bytes, salt)| (bytes.as_slice(), salt));
        (&it.envelope, body)
    });
    let report = chain::verify(shop.thread, chained).expect("the chain holds");
    assert_eq!(report.verified, u64::try_from(all).unwrap());
    drop(tx);
    app.stop().await;
}

/// Typing and presence reach the other side, and only it.
#[tokio::test]
async fn typing_and_presence_are_seen_by_the_threads_people() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let outsider = app.sign_in(&shop.email("buyer2")).await;
    let cursor = [(shop.thread, 0)];
    let (mut at_seller, _) = Socket::hello(&seller, &cursor).await;
    let (mut at_outsider, _) = Socket::hello(&outsider, &cursor).await;
    let both = |frame: &ServerFrame| match frame {
        ServerFrame::Signal {
            signal: ServerSignal::Presence { online, .. },
        } => Some(online.len()),
        _ => None,
    };
    assert_eq!(at_seller.wait(both).await, 1);
    let (mut at_buyer, _) = Socket::hello(&buyer, &cursor).await;
    assert_eq!(at_seller.wait(both).await, 2);
    assert_eq!(at_buyer.wait(both).await, 2);
    let typing = |thread| ClientFrame::Signal {
        signal: ClientSignal::Typing { thread },
    };
    at_outsider.send(&typing(shop.thread)).await;
    at_buyer.send(&typing(shop.thread)).await;
    let who = at_seller
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Typing { user, .. },
            } => Some(*user),
            _ => None,
        })
        .await;
    assert_eq!(who, shop.user("buyer"));
    drop(at_buyer);
    assert_eq!(at_seller.wait(both).await, 1);
    // The outsider's replay was refused and nothing of the thread reached them.
    at_outsider.send(&ClientFrame::Ping { n: 7 }).await;
    let first = at_outsider.next().await;
    assert!(
        matches!(first, Some(ServerFrame::Pong { n: 7 })),
        "{first:?}"
    );
    app.stop().await;
}
