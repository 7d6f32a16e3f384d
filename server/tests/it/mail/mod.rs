//! Mail: a call that rings at a buyer who is not there; through a real SMTP server, and in the demo's mailbox.

pub(crate) mod sink;

use self::sink::Sink;
use crate::{
    call_support::Page,
    support::{Socket, TestApp, eventually, socket::command_id},
};
use orderline_domain::thread::join_link::Channel;
use orderline_protocol::{
    http::{MailView, Mailbox},
    problem::Code,
    socket::{Command, CommandResult},
    system::{JobRef, JobsView},
};
use std::time::Duration;

/// Starts a server that hands its mail to this one.
pub(crate) async fn start(sink: &Sink, scheme: &str) -> TestApp {
    let url = format!(
        "--smtp-url={scheme}://orderline:s3cret%40%25@localhost:{}",
        sink.port
    );
    let authority = format!("--smtp-authority-file={}", sink.authority.display());
    let from = "--mail-from=Orderline <no-reply@orderline.example>";
    TestApp::start_with(&[&url, &authority, from]).await
}

/// The seller rings; answers the call's id.
async fn ring(app: &TestApp) -> String {
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    let start = Command::StartCall {
        thread: app.shops.ours.thread,
    };
    match socket.command(command_id(), start).await {
        CommandResult::Call { call } => call.call.to_string(),
        other => panic!("no call: {other:?}"),
    }
}

async fn mails(app: &TestApp) -> Vec<(String, i64)> {
    let mut conn = app.database.connect().await;
    sqlx::query_as("SELECT m.state, coalesce(j.attempts, 0)::bigint FROM mails m LEFT JOIN jobs j ON j.subject = m.mail_id")
        .fetch_all(&mut conn)
        .await
        .expect("rows")
}

/// X15: the buyer is not there, so a mail with the way into the thread goes out over TLS, once; a server that is
/// busy gets it later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_a_call_that_rings_at_nobody_is_mailed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &["451 4.3.0 busy"]).await;
    let app = start(&sink, "smtp").await;
    ring(&app).await;
    assert_eq!(sink.next().await["refused"], "451 4.3.0 busy");
    eventually("the mail waits for its next attempt", async || {
        let waiting = mails(&app).await;
        (waiting == [("queued".to_owned(), 1)]).then_some(())
    })
    .await;
    app.clock.advance(Duration::from_secs(6));
    let mail = sink.next().await;
    assert_eq!(mail["sender"], "no-reply@orderline.example");
    assert_eq!(mail["to"], serde_json::json!(["buyer@ours.example"]));
    assert_eq!(mail["tls"], true);
    let data = mail["data"].as_str().expect("a mail").replace("=\r\n", "");
    assert!(data.contains("Subject: seller calls you"), "{data}");
    let link = format!("/b/threads/{}", app.shops.ours.thread);
    assert!(data.contains(&link), "{data}");
    assert!(
        data.contains("Message-ID: <") && data.contains("@orderline.example>"),
        "{data}"
    );
    eventually("the mail is sent", async || {
        (mails(&app).await == [("sent".to_owned(), 0)]).then_some(())
    })
    .await;
    app.stop().await;
}

/// An address that the server will never take is given up at once; so is nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_refused_for_good_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &["550 5.1.1 nobody here"]).await;
    let app = start(&sink, "smtp").await;
    ring(&app).await;
    sink.next().await;
    eventually("the mail is given up", async || {
        (mails(&app).await == [("failed".to_owned(), 1)]).then_some(())
    })
    .await;
    // The admin of this shop sees it and has it sent once more; others see nothing of it.
    let admin = Page::open(&app, &app.shops.ours, "admin").await;
    let seen: JobsView = admin.browser.read("/api/jobs").await;
    let [given_up] = seen.queued.as_slice() else {
        panic!("one mail was given up: {:?}", seen.queued)
    };
    assert_eq!((given_up.name.as_str(), given_up.attempts), ("mail", 1));
    assert!(given_up.failed_at.is_some() && given_up.repeatable);
    let why = given_up.error.as_deref().unwrap_or_default();
    assert!(why.contains("550") || why.contains("nobody here"), "{why}");
    let work = JobRef::Queued { job: given_up.job };
    let run = Command::RunJob { work };
    let mut other = Page::open(&app, &app.shops.other, "admin").await;
    let foreign: JobsView = other.browser.read("/api/jobs").await;
    assert_eq!(foreign.queued, []);
    assert_eq!(other.refused(run.clone()).await.code, Code::Conflict);
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    assert_eq!(seller.refused(run.clone()).await.code, Code::NotAllowed);
    let mut socket = admin.socket;
    let reply = socket.command(command_id(), run).await;
    assert!(matches!(reply, CommandResult::Saved { .. }), "{reply:?}");
    sink.next().await;
    eventually("the mail is sent after all", async || {
        (mails(&app).await == [("sent".to_owned(), 0)]).then_some(())
    })
    .await;
    app.stop().await;
}

/// A link goes out by mail; once it is handed over nothing here holds its token any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_link_is_forgotten_once_it_was_handed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &[]).await;
    let app = start(&sink, "smtp").await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    let send = Command::SendJoinLink {
        thread: app.shops.ours.thread,
        channel: Channel::Mail,
        phone: None,
    };
    let reply = socket.command(command_id(), send).await;
    assert!(matches!(reply, CommandResult::Done { .. }), "{reply:?}");
    let mail = sink.next().await;
    assert_eq!(mail["to"], serde_json::json!(["buyer@ours.example"]));
    let data = mail["data"].as_str().expect("a mail").replace("=\r\n", "");
    let (_, token) = data.split_once("/j#").expect("a link");
    let token = token.get(..64).expect("a token");
    eventually("the mail is sent", async || {
        (mails(&app).await == [("sent".to_owned(), 0)]).then_some(())
    })
    .await;
    let mut conn = app.database.connect().await;
    for table in ["mails", "join_links", "jobs", "events", "commands"] {
        let query = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%' || $1 || '%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(token)
            .fetch_one(&mut conn)
            .await
            .expect("counted");
        assert_eq!(found, 0, "{table} holds the token");
    }
    app.stop().await;
}

/// Without TLS no mail and no password leaves, whatever the server offers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_goes_to_a_server_that_is_not_who_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let sink = Sink::start(folder.path(), &[]).await;
    // The authority of another server.
    let other = Sink::start(elsewhere.path(), &[]).await;
    std::fs::copy(&other.authority, &sink.authority).expect("copied");
    let app = start(&sink, "smtp").await;
    ring(&app).await;
    eventually("the mail waits", async || {
        (mails(&app).await == [("queued".to_owned(), 1)]).then_some(())
    })
    .await;
    app.stop_leaving(&["mail"]).await;
}

/// A buyer whose page is open hears the ring there and gets no mail; without an SMTP server mail stays here,
/// and there is no mailbox outside of the demo.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_there_gets_no_mail() {
    let app = TestApp::start().await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let (socket, _) = Socket::hello(&buyer, &[]).await;
    ring(&app).await;
    assert!(mails(&app).await.is_empty());
    assert_eq!(buyer.get("/api/mailbox").await.status(), 404);
    drop(socket);
    app.stop().await;
}

/// In the demo everybody reads their own mails, and nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demos_mailbox_shows_ones_own_mails() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    ring(&app).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let mailbox: Mailbox = eventually("the mail is there", async || {
        let mailbox: Mailbox = buyer.read("/api/mailbox").await;
        mailbox.items.first()?.sent.then_some(mailbox)
    })
    .await;
    assert_eq!(mailbox.items.len(), 1);
    let mail = &mailbox.items[0];
    assert_eq!(
        (mail.kind.as_str(), mail.to.as_str()),
        ("call_rings", "buyer@ours.example")
    );
    assert!(mail.text.contains(&format!("/b/threads/{}", shop.thread)));
    for person in [
        "seller",
        "seller2",
        "buyer2",
        "support",
        "compliance",
        "admin",
    ] {
        let browser = app.sign_in(&shop.email(person)).await;
        let theirs: Mailbox = browser.read("/api/mailbox").await;
        // Of their own account at most.
        let told = |it: &MailView| it.kind != "authenticator_added";
        assert!(!theirs.items.iter().any(told), "{person}");
    }
    let stranger = app.browser().get("/api/mailbox").await;
    assert_eq!(stranger.status(), 401);
    app.stop().await;
}
