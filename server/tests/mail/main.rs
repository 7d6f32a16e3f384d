//! Mail: a call that rings at a buyer who is not there; and the demo's mailbox.

#[path = "../support/mod.rs"]
mod support;

use orderline_protocol::{
    http::Mailbox,
    socket::{Command, CommandResult},
};
use support::{Socket, TestApp, eventually, socket::command_id};

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

/// B2: a buyer whose page is open hears the ring there and gets no mail; without an SMTP server mail stays here,
/// and there is no mailbox outside of the demo.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b2_who_is_there_gets_no_mail() {
    let app = TestApp::start().await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let (socket, _) = Socket::hello(&buyer, &[]).await;
    ring(&app).await;
    assert!(mails(&app).await.is_empty());
    assert_eq!(buyer.get("/api/mailbox").await.status(), 404);
    drop(socket);
    app.stop().await;
}

/// B2: in the demo everybody reads their own mails, and nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b2_the_demos_mailbox_shows_ones_own_mails() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    ring(&app).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let mailbox: Mailbox = eventually("the mail is there", async || {
        let mailbox: Mailbox = buyer.read("/api/mailbox").await;
        mailbox.mails.first()?.sent.then_some(mailbox)
    })
    .await;
    assert_eq!(mailbox.mails.len(), 1);
    let mail = &mailbox.mails[0];
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
        assert_eq!(theirs.mails.len(), 0, "{person}");
    }
    let stranger = app.browser().get("/api/mailbox").await;
    assert_eq!(stranger.status(), 401);
    app.stop().await;
}
