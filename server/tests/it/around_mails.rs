//! What is mailed around a call, and what a closed thread takes (X13): plans with their calendar entries, reminders,
//! links with their codes.

use crate::{
    call_support::{
        Page,
        planned::{planned, step},
    },
    support::{Browser, TestApp, client, eventually},
};
use jiff::SignedDuration;
use orderline_domain::{ids::ThreadId, thread::join_link::Channel};
use orderline_protocol::{
    around::{AppointmentList, AppointmentStep, SlotWish},
    http::{MailView, Mailbox, ThreadList},
    join::{JoinEntered, JoinLinkList, JoinLinkPhase, JoinView},
    problem::Code,
    socket::Command,
};
use reqwest::{StatusCode, header};
use serde_json::json;
use std::time::Duration;

/// The newest mail of a kind to this person, once there are so many.
async fn mail(browser: &Browser, kind: &str, count: usize) -> MailView {
    eventually("a mail", async || {
        let mailbox: Mailbox = browser.read("/api/mailbox").await;
        let mut fitting: Vec<MailView> = mailbox
            .items
            .into_iter()
            .filter(|mail| mail.kind == kind)
            .collect();
        (fitting.len() >= count).then(|| fitting.swap_remove(0))
    })
    .await
}

/// The token of the link in a mail.
fn token(mail: &MailView) -> String {
    let (_, after) = mail.text.split_once("/j#").expect("a link");
    after.chars().take(64).collect()
}

async fn ask(browser: &Browser, what: &str, body: &serde_json::Value) -> reqwest::Response {
    browser.post(&format!("/api/join/{what}"), body).await
}

/// Has a code sent to the link's address and answers it.
async fn code(guest: &Browser, mailbox: &Browser, token: &str) -> String {
    let sent = ask(guest, "code", &json!({ "token": token })).await;
    assert_eq!(sent.status(), StatusCode::OK);
    let view: JoinView = sent.json().await.unwrap();
    assert_eq!(view.channel, Channel::Mail);
    let mail = mail(mailbox, "join_code", 1).await;
    mail.subject.chars().take(6).collect()
}

fn plan(app: &TestApp, thread: ThreadId, ahead: SignedDuration) -> Command {
    Command::PlanCall {
        thread,
        slot: SlotWish {
            starts_at: app.clock.now() + ahead,
            minutes: 30,
            note: None,
        },
    }
}

fn by_mail(thread: ThreadId) -> Command {
    Command::SendJoinLink {
        thread,
        channel: Channel::Mail,
        phone: None,
    }
}

/// X13: each change of a plan reaches the other side by mail with its calendar entry, and both are reminded once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_plans_and_reminders_are_mailed() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    seller
        .done(plan(&app, shop.thread, SignedDuration::from_mins(30)))
        .await;
    let proposed = mail(&buyer.browser, "call_planned", 1).await;
    assert_eq!(proposed.subject, "seller proposes a call");
    assert_eq!(proposed.attachment.as_deref(), Some("call.ics"));
    assert!(proposed.text.contains("(Europe/Berlin), 30 minutes"));
    // It opens in the role that the mail is for, whatever else its reader is.
    let way = format!("/b/threads/{}?as={}.buyer\n", shop.thread, shop.vendor);
    assert!(format!("{}\n", proposed.text).contains(&way));
    let it = planned(&buyer).await.pop().unwrap();
    buyer.done(step(&it, AppointmentStep::Confirm)).await;
    let agreed = mail(&seller.browser, "call_plan_agreed", 1).await;
    assert!(agreed.text.contains(&format!("/s/threads/{}", shop.thread)));

    app.pass(Duration::from_mins(21)).await;
    for (page, other) in [(&seller, "buyer"), (&buyer, "seller")] {
        let soon = mail(&page.browser, "call_soon", 1).await;
        assert_eq!(soon.subject, format!("Your call with {other} begins soon"));
    }
    let it = planned(&seller).await.pop().unwrap();
    let off = AppointmentStep::Cancel { reason: None };
    seller.done(step(&it, off)).await;
    mail(&buyer.browser, "call_plan_cancelled", 1).await;

    let mut conn = app.database.connect().await;
    let entries: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT kind, attachment_mime, convert_from(attachment, 'UTF8') FROM mails ORDER BY queued_at, user_id",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let kinds: Vec<&str> = entries.iter().map(|(kind, ..)| kind.as_str()).collect();
    let wanted = [
        "call_planned",
        "call_plan_agreed",
        "call_soon",
        "call_soon",
        "call_plan_cancelled",
    ];
    assert_eq!(kinds, wanted);
    for (kind, mime, file) in &entries {
        let method = match kind.as_str() {
            "call_plan_cancelled" => "CANCEL",
            _ => "PUBLISH",
        };
        assert_eq!(
            mime,
            &format!("text/calendar; charset=utf-8; method={method}")
        );
        assert!(file.contains(&format!("METHOD:{method}\r\n")), "{file}");
        assert!(file.contains(&format!("UID:{}@orderline\r\n", it.appointment)));
    }
    app.stop().await;
}

/// X13: a link by mail, its code by mail to the same address; who is signed in as this buyer stays so, anybody else
/// gets a session that has no mailbox.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_a_link_by_mail_waits_in_the_buyers_mailbox() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    seller.done(by_mail(shop.thread)).await;
    let invited = mail(&buyer, "join_link", 1).await;
    assert_eq!(invited.to, shop.email("buyer"));
    let path = format!("/api/threads/{}/join-links", shop.thread);
    eventually("the seller sees that it was sent", async || {
        let list: JoinLinkList = seller.browser.read(&path).await;
        (list.links[0].phase == JoinLinkPhase::Sent).then_some(())
    })
    .await;
    let first = token(&invited);
    let mut guest = app.browser();
    let digits = code(&guest, &buyer, &first).await;
    let entered = ask(&guest, "enter", &json!({ "token": first, "code": digits })).await;
    assert_eq!(entered.status(), StatusCode::OK);
    guest.cookie = Some(client::session_cookie(&entered).0);
    let entered: JoinEntered = entered.json().await.unwrap();
    assert_eq!(entered.thread, shop.thread);
    let threads: ThreadList = guest.read("/api/threads").await;
    assert_eq!(threads.items.len(), 1);
    let mailbox = guest.get("/api/mailbox").await;
    assert_eq!(mailbox.status(), StatusCode::NOT_FOUND);

    seller.done(by_mail(shop.thread)).await;
    let second = token(&mail(&buyer, "join_link", 2).await);
    assert_ne!(second, first);
    let sent = ask(&buyer, "code", &json!({ "token": second })).await;
    assert_eq!(sent.status(), StatusCode::OK);
    let digits: String = mail(&buyer, "join_code", 2)
        .await
        .subject
        .chars()
        .take(6)
        .collect();
    let entered = ask(&buyer, "enter", &json!({ "token": second, "code": digits })).await;
    assert_eq!(entered.status(), StatusCode::OK);
    assert!(entered.headers().get(header::SET_COOKIE).is_none());
    assert_eq!(buyer.get("/api/mailbox").await.status(), StatusCode::OK);
    app.stop().await;
}

/// Without a way out nothing is promised.
#[tokio::test]
async fn where_nothing_is_set_up_no_link_is_sent() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    for (channel, phone) in [(Channel::Mail, None), (Channel::Sms, Some("+49341123456"))] {
        let body = Command::SendJoinLink {
            thread: shop.thread,
            channel,
            phone: phone.map(str::to_owned),
        };
        assert_eq!(seller.refused(body).await.code, Code::ChannelMissing);
    }
    app.stop().await;
}

/// A closed thread takes no plan and no link; what was planned is not reminded of, and a link that was sent
/// leads nowhere until the thread is open again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_thread_takes_no_plan_and_no_link() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let soon = SignedDuration::from_mins(20);
    seller.done(plan(&app, thread, soon)).await;
    seller.done(plan(&app, thread, soon)).await;
    let mut both = planned(&buyer).await;
    let (other, it) = (both.pop().unwrap(), both.pop().unwrap());
    buyer.done(step(&it, AppointmentStep::Confirm)).await;
    seller.done(by_mail(thread)).await;
    let token = token(&mail(&buyer.browser, "join_link", 1).await);
    let look = json!({ "token": token });
    let guest = app.browser();
    assert_eq!(ask(&guest, "look", &look).await.status(), StatusCode::OK);

    let shut = |open| Command::SetThreadOpen { thread, open };
    seller.done(shut(false)).await;
    for body in [plan(&app, thread, soon), by_mail(thread)] {
        assert_eq!(seller.refused(body).await.code, Code::ThreadClosed);
    }
    let confirm = step(&other, AppointmentStep::Confirm);
    assert_eq!(buyer.refused(confirm).await.code, Code::ThreadClosed);
    assert_eq!(planned(&seller).await, []);
    let path = format!("/api/threads/{thread}/appointments");
    let list: AppointmentList = seller.browser.read(&path).await;
    assert_eq!(list.items, []);
    for what in ["look", "code"] {
        let refused = client::problem(ask(&guest, what, &look).await).await;
        assert_eq!(refused.code, Code::BadTicket, "{what}");
    }
    // Calling off is possible still.
    let off = AppointmentStep::Cancel { reason: None };
    buyer.done(step(&other, off)).await;
    app.pass(Duration::from_mins(11)).await;
    let reminded = orderline_server::jobs::remind::remind(&app.server.app.run).await;
    assert_eq!(reminded.expect("looked"), 0);

    seller.done(shut(true)).await;
    assert_eq!(planned(&seller).await.len(), 1);
    assert_eq!(ask(&guest, "look", &look).await.status(), StatusCode::OK);
    mail(&buyer.browser, "call_soon", 1).await;
    app.stop().await;
}
