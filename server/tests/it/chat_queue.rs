//! The queue by which messages enter threads: order, fairness, other writers, and what cannot be written.

use crate::support::{Socket, TestApp, eventually, socket::command_id};
use orderline_domain::{ids::ThreadId, thread::chain};
use orderline_protocol::{
    problem::Code,
    socket::{Command, CommandResult},
};
use orderline_server::{actor::Actor, store::thread::events};
use sqlx::{AssertSqlSafe, Connection as _};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

fn message(thread: ThreadId, text: &str) -> Command {
    Command::SendMessage {
        thread,
        text: text.to_owned(),
    }
}

fn seq(result: &CommandResult) -> Option<i64> {
    match result {
        CommandResult::Done { seq, .. } => Some(*seq),
        _ => None,
    }
}

/// How many events the stored chain of our thread holds; it must verify.
async fn verified(app: &TestApp) -> u64 {
    let shop = &app.shops.ours;
    let mut tx = app.server.app.store.begin(shop.vendor).await.unwrap();
    let stored = events::evidence(&mut tx, shop.thread, 0, 10_000)
        .await
        .unwrap();
    let chained = stored.iter().map(|it| {
        let body = it.body.as_ref();
        let body = body.map(|(bytes, salt)| (bytes.as_slice(), salt));
        (&it.envelope, body)
    });
    let report = chain::verify(shop.thread, chained).expect("the chain holds");
    report.verified
}

/// A hundred windows of one person write without a pause: the other side's messages come between, soon and all.
#[tokio::test]
async fn many_windows_of_one_person_leave_the_other_side_its_turn() {
    const WINDOWS: i64 = 100;
    const EACH: i64 = 20;
    /// Of events between the moment in which a message is sent and the message: what the windows were answered and
    /// have not noted, what was being written, and one message of theirs. Far less than what they write in all.
    const MOST_BEFORE: i64 = 2 * WINDOWS;
    let app = TestApp::start().await;
    let thread = app.shops.ours.thread;
    let (buyer, seller) = (app.actor("buyer").await, app.actor("seller").await);
    let last = Arc::new(AtomicI64::new(0));
    let mut windows = tokio::task::JoinSet::new();
    for _ in 0..WINDOWS {
        let (server, buyer, last) = (app.server.app.clone(), buyer.clone(), Arc::clone(&last));
        windows.spawn(async move {
            for _ in 0..EACH {
                let result = server
                    .run
                    .command(&buyer, command_id(), message(thread, "more"))
                    .await;
                let seq = seq(&result).expect("nothing is refused");
                last.fetch_max(seq, Ordering::Relaxed);
            }
        });
    }
    eventually("the windows write", async || {
        (last.load(Ordering::Relaxed) > 0).then_some(())
    })
    .await;
    for _ in 0..7 {
        let before = last.load(Ordering::Relaxed);
        let body = message(thread, "may I?");
        let result = app
            .server
            .app
            .run
            .command(&seller, command_id(), body)
            .await;
        let seq = seq(&result).expect("nothing is refused");
        assert!(
            seq - before <= MOST_BEFORE,
            "{} events came before it",
            seq - before
        );
    }
    windows.join_all().await;
    assert_eq!(
        verified(&app).await,
        u64::try_from(WINDOWS * EACH + 7).unwrap()
    );
    app.stop().await;
}

/// Somebody holds the row of a thread: its messages wait for it, those of other threads do not.
#[tokio::test]
async fn a_held_row_holds_up_its_own_thread_alone() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let seller = app.actor("seller").await;
    let neighbour = app.sign_in(&other.email("seller")).await;
    let (mut neighbour, _) = Socket::hello(&neighbour, &[]).await;
    // The node knows both heads, so that both are written in one batch.
    let first = message(ours.thread, "first");
    let first = app
        .server
        .app
        .run
        .command(&seller, command_id(), first)
        .await;
    assert_eq!(seq(&first), Some(1));
    assert_eq!(neighbour.say(other.thread, "first").await, 1);

    let mut holder = app.database.connect().await;
    let mut tx = holder.begin().await.unwrap();
    let lock = format!(
        "SELECT FROM threads WHERE thread_id = '{}' FOR NO KEY UPDATE",
        ours.thread
    );
    sqlx::raw_sql(AssertSqlSafe(lock))
        .execute(&mut *tx)
        .await
        .unwrap();
    let (server, actor, thread) = (app.server.app.clone(), seller.clone(), ours.thread);
    let waits = tokio::spawn(async move {
        server
            .run
            .command(&actor, command_id(), message(thread, "waits"))
            .await
    });
    for number in 2..=20 {
        assert_eq!(neighbour.say(other.thread, "goes on").await, number);
    }
    assert!(!waits.is_finished());
    tx.rollback().await.unwrap();
    assert_eq!(seq(&waits.await.unwrap()), Some(2));
    assert_eq!(verified(&app).await, 2);
    app.stop().await;
}

/// What another path writes moves the thread's head under the queue; every message is sealed onto what is there.
#[tokio::test]
async fn other_writers_and_messages_make_one_chain() {
    const ROUNDS: usize = 20;
    let app = TestApp::start().await;
    let thread = app.shops.ours.thread;
    let (buyer, seller) = (app.actor("buyer").await, app.actor("seller").await);
    let server = app.server.app.clone();
    let writer = tokio::spawn(async move {
        let mut written = 0;
        for _ in 0..5 * ROUNDS {
            match server
                .run
                .command(&buyer, command_id(), message(thread, "hello"))
                .await
            {
                CommandResult::Done { .. } => written += 1,
                CommandResult::Failed { problem } => assert_eq!(problem.code, Code::ThreadClosed),
                other => panic!("{other:?}"),
            }
        }
        written
    });
    let mut switched = 0;
    for _ in 0..ROUNDS {
        for open in [false, true] {
            let body = Command::SetThreadOpen { thread, open };
            let result = app
                .server
                .app
                .run
                .command(&seller, command_id(), body)
                .await;
            assert!(seq(&result).is_some(), "{result:?}");
            switched += 1;
        }
    }
    let written: u64 = writer.await.unwrap();
    assert_eq!(verified(&app).await, written + switched);
    app.stop().await;
}

/// One message of many cannot be written: it alone is refused.
#[tokio::test]
async fn a_message_that_cannot_be_written_fails_alone() {
    const MESSAGES: usize = 40;
    let app = TestApp::start().await;
    let thread = app.shops.ours.thread;
    let people: [Actor; 2] = [app.actor("buyer").await, app.actor("seller").await];
    let mut database = app.database.connect().await;
    sqlx::raw_sql(
        "ALTER TABLE events ADD CHECK (position('poison' IN convert_from(body, 'UTF8')) = 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..MESSAGES {
        let (server, actor) = (app.server.app.clone(), people[number % 2].clone());
        senders.spawn(async move {
            let text = if number == MESSAGES / 2 {
                "poison"
            } else {
                "fine"
            };
            let result = server
                .run
                .command(&actor, command_id(), message(thread, text))
                .await;
            (text, result)
        });
    }
    for (text, result) in senders.join_all().await {
        match result {
            CommandResult::Failed { problem } => {
                assert_eq!((text, problem.code), ("poison", Code::Internal));
            }
            done => assert!(text == "fine" && seq(&done).is_some(), "{text}: {done:?}"),
        }
    }
    assert_eq!(verified(&app).await, MESSAGES as u64 - 1);
    app.stop().await;
}
