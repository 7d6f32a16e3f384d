//! What goes out has a budget, and notices that follow each other closely are one.

use crate::{
    call_support::{
        Page,
        planned::{planned, step},
    },
    support::{TestApp, eventually},
};
use jiff::ToSpan as _;
use orderline_domain::{
    outward::{FOLD, Way, Whose, budget},
    thread::join_link::Channel,
};
use orderline_protocol::{
    around::{AppointmentStep, SlotWish},
    http::Mailbox,
    join::JoinLinkList,
    problem::Code,
    socket::Command,
};

/// The mails of these kinds to this person.
async fn mails(page: &Page, kinds: &[&str]) -> usize {
    let all: Mailbox = page.browser.read("/api/mailbox").await;
    let fitting = |it: &&_| kinds.contains(&kind(it));
    all.items.iter().filter(fitting).count()
}

fn kind(mail: &orderline_protocol::http::MailView) -> &str {
    &mail.kind
}

/// A seller who sends links to number after number, taking each back, is stopped by the budget, in words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_messages_of_one_seller_are_bounded() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let path = format!("/api/threads/{}/join-links", shop.thread);
    let budget = budget(Way::Sms, Whose::Sender);
    let send = |n: u32| Command::SendJoinLink {
        thread: shop.thread,
        channel: Channel::Sms,
        phone: Some(format!("+49 341 1234{n:02}")),
    };
    for n in 0..budget.burst {
        seller.done(send(n)).await;
        let links: JoinLinkList = seller.browser.read(&path).await;
        let revoke = Command::RevokeJoinLink {
            link: links.links[0].link,
            version: links.links[0].version,
        };
        seller.done(revoke).await;
    }
    let problem = seller.refused(send(budget.burst)).await;
    assert_eq!(problem.code, Code::SentTooMuch);
    assert!(problem.retry_after_ms.is_some_and(|ms| ms > 0));
    assert_eq!(problem.params["minutes"], "3");
    // Nothing of what was refused is there.
    let links: JoinLinkList = seller.browser.read(&path).await;
    let hints: Vec<&str> = links.links.iter().map(|it| it.hint.as_str()).collect();
    let hint = |n: u32| format!("…{n:02}");
    assert!(hints.contains(&&*hint(budget.burst - 1)), "{hints:?}");
    assert!(!hints.contains(&&*hint(budget.burst)), "{hints:?}");
    app.pass(budget.pause.unsigned_abs()).await;
    seller.done(send(budget.burst)).await;
    app.stop().await;
}

/// A plan that is moved again and again is told once, and then as it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notices_of_one_plan_fold_into_one() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    let now = app.clock.now();
    let slot = |hours: i64| SlotWish {
        starts_at: now + hours.hours(),
        minutes: 30,
        note: None,
    };
    let plan = Command::PlanCall {
        thread: shop.thread,
        slot: slot(24),
    };
    buyer.done(plan).await;
    eventually("the first notice", async || {
        (mails(&seller, &["call_planned"]).await == 1).then_some(())
    })
    .await;
    // It went out: what follows cannot take its place.
    app.rest().await;
    for n in 0..30 {
        let it = planned(&buyer).await.remove(0);
        let moved = AppointmentStep::Move { slot: slot(48 + n) };
        buyer.done(step(&it, moved)).await;
    }
    app.pass(FOLD.unsigned_abs()).await;
    let sent = eventually("the last notice", async || {
        let all: Mailbox = seller.browser.read("/api/mailbox").await;
        let mut moved = all
            .items
            .into_iter()
            .filter(|it| kind(it) == "call_plan_moved");
        moved.next().filter(|it| it.sent)
    })
    .await;
    assert!(sent.attachment.is_some());
    assert_eq!(
        mails(&seller, &["call_planned", "call_plan_moved"]).await,
        2
    );
    app.stop().await;
}

/// Rings that follow each other closely are one mail; the thread tells of each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rings_in_a_row_are_one_mail() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    for _ in 0..10 {
        let call = seller.ring(shop.thread).await;
        seller.call(Command::HangUp { call: call.call }).await;
    }
    let buyer = Page::open(&app, shop, "buyer").await;
    assert_eq!(mails(&buyer, &["call_rings"]).await, 1);
    app.stop().await;
}
