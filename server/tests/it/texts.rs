//! What people type, from outside: mended where it means nothing, refused where it cannot be read, and never a fault of
//! the server.

use crate::support::{
    Browser, Socket, TestApp, client::problem, eventually, fresh_uuid, socket::command_id,
};
use orderline_domain::{field::code, offer::draft::Draft, thread::EventBody};
use orderline_protocol::{
    problem::Code,
    socket::{ClientFrame, ClientSignal, Command, CommandResult, ServerFrame, ServerSignal},
    thread::ThreadSummary,
};
use serde_json::json;

async fn open(seller: &Browser, buyer: impl serde::Serialize, title: &str) -> reqwest::Response {
    let wish = json!({"thread": fresh_uuid(), "customer": buyer, "title": title});
    seller.post("/api/threads", &wish).await
}

#[tokio::test]
async fn nul_is_refused_at_every_door() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let stranger = app.browser();
    let refused = problem(stranger.try_sign_in("ja\0na@lind.example", "secret").await).await;
    assert_eq!((refused.status, refused.code), (400, Code::Malformed));
    let refused = problem(stranger.try_sign_in("jana@lind.example", "sec\0ret").await).await;
    assert_eq!(refused.status, 400);
    let compliance = app.sign_in(&shop.email("compliance")).await;
    let refused = problem(compliance.get("/api/recordings?buyer=%00").await).await;
    assert_eq!(refused.status, 400);
    let seller = app.sign_in(&shop.email("seller")).await;
    let answer = problem(open(&seller, shop.user("buyer"), "a\0b").await).await;
    assert_eq!(answer.status, 400);
    let path = format!("/api/threads/{}%00", shop.thread);
    assert_eq!(problem(seller.get(&path).await).await.code, Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_mail_address_is_nobodys() {
    let app = TestApp::start().await;
    let email = app.shops.ours.email("seller");
    let stranger = app.browser();
    for odd in [
        "mailto:jana@lind.example",
        "jana@lind.example;",
        "\u{202e}",
        "jana",
    ] {
        let refused = problem(stranger.try_sign_in(odd, "secret").await).await;
        assert_eq!(refused.code, Code::WrongCredentials, "{odd}");
    }
    // Pasted with what a mail program puts around it.
    app.sign_in(&format!("\u{202a}{email}\u{202c}\u{a0}")).await;
    app.stop().await;
}

#[tokio::test]
async fn titles_and_messages_are_kept_as_they_can_be_read() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let opened = open(&seller, shop.user("buyer2"), "\u{202e} abc\td\u{200b} ").await;
    let opened: ThreadSummary = opened.json().await.unwrap();
    assert_eq!(opened.title, "abc d");
    for (title, code) in [
        ("\u{200b}", code::REQUIRED),
        ("a\nb", code::INVALID),
        ("…", code::INVALID),
        (&"t".repeat(201), code::TOO_LONG),
    ] {
        let refused = problem(open(&seller, shop.user("buyer2"), title).await).await;
        let field = &refused.fields[0];
        assert_eq!(
            (refused.status, field.field.as_str(), field.code.as_str()),
            (422, "title", code.name()),
            "{title}"
        );
    }
    let (mut socket, _) = Socket::hello(&seller, &[(shop.thread, 0)]).await;
    for (typed, kept) in [
        ("row 1\tcell 2\u{b}row 2\r", "row 1 cell 2\nrow 2"),
        ("\u{202e}Mu\u{308}ller\u{2028}x", "Müller\nx"),
    ] {
        socket.say(shop.thread, typed).await;
        let event = socket.event(shop.thread).await;
        let EventBody::MessageSent { text } = &event.body else {
            panic!("not a message: {event:?}");
        };
        assert_eq!(text.as_str(), kept);
    }
    let body = Command::SendMessage {
        thread: shop.thread,
        text: "\u{200b}\u{3164}".to_owned(),
    };
    let CommandResult::Failed { problem } = socket.command(command_id(), body).await else {
        panic!("a message that shows nothing was taken");
    };
    assert_eq!(problem.fields[0].code, code::REQUIRED.name());
    app.stop().await;
}

/// A draft that the database would not take never reaches it: it is saved, and others see what can be read of it.
#[tokio::test]
async fn a_draft_with_nul_in_it_is_saved_without() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut at_seller, _) = Socket::hello(&seller, &[(shop.thread, 0)]).await;
    let (mut at_buyer, _) = Socket::hello(&buyer, &[(shop.thread, 0)]).await;
    let mut draft = Draft {
        version: 1,
        ..Draft::default()
    };
    draft.buyer.name = "Ja\0na\u{202e} Lind".to_owned();
    let signal = ClientSignal::Draft {
        thread: shop.thread,
        draft,
        take_over: false,
    };
    at_seller.send(&ClientFrame::Signal { signal }).await;
    let seen = at_buyer
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Draft { draft, .. },
            } => Some(draft.buyer.name.clone()),
            _ => None,
        })
        .await;
    assert_eq!(seen, "Jana Lind");
    app.server.app.drafts.save().await;
    let saved = eventually("the draft is saved", || async {
        let mut database = app.database.connect().await;
        let name: Option<String> =
            sqlx::query_scalar("SELECT draft->'buyer'->>'name' FROM offers WHERE thread_id = $1")
                .bind(shop.thread.as_uuid())
                .fetch_optional(&mut database)
                .await
                .unwrap()
                .flatten();
        name
    })
    .await;
    assert_eq!(saved, "Jana Lind");
    app.stop().await;
}
