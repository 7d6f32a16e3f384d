//! Every word that leaves the system is in the person's own language (P8): what their page is read in, or what they chose.

use crate::{
    call_support::{Page, accept},
    support::{Browser, TestApp, client::problem, eventually},
};
use jiff::SignedDuration;
use orderline_domain::{language::Language, thread::EventBody};
use orderline_protocol::{
    around::{AppointmentList, SlotWish},
    http::{MailView, Mailbox, Me},
    problem::Code,
    socket::Command,
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::json;

async fn read_in(browser: &Browser, language: &str, chosen: bool) -> Response {
    browser
        .request(Method::PUT, "/api/session/language")
        .json(&json!({ "language": language, "chosen": chosen }))
        .send()
        .await
        .expect("an answer")
}

async fn reads(browser: &Browser) -> String {
    browser.read::<Me>("/api/session").await.language
}

#[tokio::test]
async fn p8_what_a_page_is_read_in_holds_until_somebody_chooses() {
    let app = TestApp::start().await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let told = read_in(&buyer, "ro", false).await;
    assert_eq!(told.status(), StatusCode::NO_CONTENT);
    assert!(
        told.headers().get(header::SET_COOKIE).is_none(),
        "the browser says it itself"
    );
    assert_eq!(reads(&buyer).await, "ro");

    let chosen = read_in(&buyer, "it", true).await;
    let cookie = chosen.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-orderline-language=it; "),
        "{cookie}"
    );
    // Another browser of the same person is read in another language for now.
    let elsewhere = app.sign_in(&app.shops.ours.email("buyer")).await;
    read_in(&elsewhere, "de", false).await;
    assert_eq!(reads(&elsewhere).await, "it");

    let refused = problem(read_in(&buyer, "nl", true).await).await;
    assert_eq!(refused.code, Code::Invalid);
    assert_eq!(
        (
            refused.fields[0].field.as_str(),
            refused.fields[0].code.as_str()
        ),
        ("language", "unknown")
    );

    let guest = app.browser();
    let kept = read_in(&guest, "pt-BR", true).await;
    assert_eq!(kept.status(), StatusCode::NO_CONTENT);
    let cookie = kept.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-orderline-language=pt-BR; "),
        "{cookie}"
    );
    app.stop().await;
}

/// Each word of a mail and of the calendar entry with it, dates too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p8_mails_and_calendar_entries_are_in_the_readers_language() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    for language in [Language::German, Language::French, Language::Romanian] {
        read_in(&buyer, language.tag(), true).await;
        let plan = Command::PlanCall {
            thread: shop.thread,
            slot: SlotWish {
                starts_at: app.clock.now() + SignedDuration::from_hours(48),
                minutes: 30,
                note: None,
            },
        };
        seller.done(plan).await;
        let (hello, title, day) = match language {
            Language::German => ("Guten Tag buyer,", "Anruf mit seller", "2026 um "),
            Language::French => ("Bonjour buyer,", "Appel avec seller", "2026 à "),
            _ => ("Bună ziua, buyer,", "Apel cu seller", "2026 la "),
        };
        let mail = eventually("a mail", async || {
            let mailbox: Mailbox = buyer.read("/api/mailbox").await;
            let mut all = mailbox.items.into_iter();
            all.find(|mail: &MailView| mail.text.starts_with(hello))
        })
        .await;
        assert_eq!(mail.kind, "call_planned");
        assert!(mail.text.contains(day), "{}", mail.text);
        let list: AppointmentList = buyer.read("/api/appointments").await;
        let newest = list.items.iter().max_by_key(|it| it.appointment);
        let path = format!(
            "/api/appointments/{}/calendar.ics",
            newest.expect("a plan").appointment
        );
        let file = buyer.get(&path).await.text().await.unwrap();
        assert!(file.contains(&format!("SUMMARY:{title}")), "{file}");
    }
    app.stop().await;
}

/// Whatever country a buyer lives in, they agree to what they could read, and the thread says in which language.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p8_a_consent_is_in_the_language_that_was_read() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let mut buyer = Page::open(&app, shop, "buyer").await;
    read_in(&buyer.browser, "ro", false).await;
    let rung = seller.ring(shop.thread).await;
    assert_eq!(rung.notice.language, "ro");
    assert!(
        rung.notice.wording.contains("Dacă sunteți de acord"),
        "{}",
        rung.notice.wording
    );
    // What is read later changes nothing of what was shown.
    read_in(&buyer.browser, "fr", true).await;
    buyer.call(accept(&rung)).await;
    let event = seller.told("consent_given").await;
    let EventBody::ConsentGiven { policy, .. } = event.body else {
        panic!("no consent: {event:?}");
    };
    assert_eq!(policy.language, "ro");
    assert!(policy.is_of(&rung.notice.wording));
    app.stop().await;
}
