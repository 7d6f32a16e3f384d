//! A person's own account (P3, RO5): ways in without a password, where they are signed in, and another password.

use crate::support::{
    Browser, PASSWORD, TestApp, client, client::problem, fresh_uuid, socket::Socket,
};
use orderline_domain::{
    ids::CustomerId, people::proof::Proof, people::roles::Role, thread::join_link::Channel,
};
use orderline_protocol::{
    account::{AccountLinkView, AccountView},
    customer::{AddCustomer, CustomerView},
    http::{Me, ThreadList},
    problem::Code,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

const CHOSEN: &str = "a quite new battery staple";
const BY_LINK: Proof = Proof::LinkToOwnContact {
    channel: Channel::Mail,
};

/// The words of each mail of this kind, the newest first.
async fn mails(app: &TestApp, kind: &str) -> Vec<String> {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar("SELECT text FROM mails WHERE kind = $1 ORDER BY queued_at DESC")
        .bind(kind)
        .fetch_all(&mut conn)
        .await
        .expect("mails")
}

async fn ask(app: &TestApp, email: &str, purpose: &str) -> StatusCode {
    let wish = json!({ "email": email, "purpose": purpose });
    let answer = app.browser().post("/api/account-link", &wish).await;
    answer.status()
}

/// The token in the newest mail of this kind.
async fn token(app: &TestApp, kind: &str) -> String {
    let mails = mails(app, kind).await;
    let (_, after) = mails[0].split_once("/l#").expect("a link");
    after.chars().take(64).collect()
}

async fn taken(app: &TestApp, token: &str, password: Option<&str>) -> Browser {
    let mut browser = app.browser();
    let wish = json!({ "token": token, "password": password });
    let done = browser.post("/api/account-link/take", &wish).await;
    assert_eq!(done.status(), StatusCode::OK);
    browser.cookie = Some(client::session_cookie(&done).0);
    browser
}

async fn delete(browser: &Browser, path: &str) -> StatusCode {
    let request = browser.request(Method::DELETE, path);
    request.send().await.expect("an answer").status()
}

async fn status(browser: &Browser) -> StatusCode {
    browser.get("/api/session").await.status()
}

async fn app() -> TestApp {
    TestApp::start_with(&["--demo"]).await
}

/// A buyer gets in by a link to their own mailbox; it works once. Who has no account gets the same answer and no mail.
#[tokio::test]
async fn p3_a_buyer_signs_in_by_a_link_to_their_own_mailbox() {
    let app = app().await;
    let email = app.shops.ours.email("buyer");
    assert_eq!(
        ask(&app, "nobody@x.example", "sign_in").await,
        StatusCode::ACCEPTED
    );
    assert_eq!(
        ask(&app, &email.to_uppercase(), "sign_in").await,
        StatusCode::ACCEPTED
    );
    assert_eq!(mails(&app, "sign_in_link").await.len(), 1);
    let token = token(&app, "sign_in_link").await;
    for _ in 0..2 {
        // Looking uses nothing up.
        let seen = app
            .browser()
            .post("/api/account-link/look", &json!({ "token": token }))
            .await;
        let seen: AccountLinkView = seen.json().await.expect("a link");
        assert_eq!(seen.email, email);
    }
    let buyer = taken(&app, &token, None).await;
    let me: Me = buyer.read("/api/session").await;
    assert_eq!(
        (me.person.role, me.proof, me.only_thread),
        (Role::Buyer, BY_LINK, None)
    );
    let again = json!({ "token": token });
    let again = app.browser().post("/api/account-link/take", &again).await;
    assert_eq!(problem(again).await.code, Code::BadTicket);
    app.stop().await;
}

/// Whoever works somewhere is let in by no mailbox alone: they choose a password. That ends every session there was, the
/// old password opens nothing, and a mail says so.
#[tokio::test]
async fn p3_whoever_works_somewhere_chooses_a_password_by_the_link() {
    let app = app().await;
    let email = app.shops.ours.email("seller");
    let before = app.sign_in(&email).await;
    assert_eq!(ask(&app, &email, "sign_in").await, StatusCode::ACCEPTED);
    assert!(mails(&app, "sign_in_link").await.is_empty());
    let token = token(&app, "password_link").await;
    for (typed, code) in [(None, "required"), (Some("short"), "too_short")] {
        let wish = json!({ "token": token, "password": typed });
        let refused = app.browser().post("/api/account-link/take", &wish).await;
        assert_eq!(problem(refused).await.fields[0].code, code);
    }
    let now = taken(&app, &token, Some(CHOSEN)).await;
    assert_eq!(status(&now).await, StatusCode::OK);
    assert_eq!(status(&before).await, StatusCode::UNAUTHORIZED);
    assert_eq!(mails(&app, "password_changed").await.len(), 1);
    let old = json!({ "email": email, "password": PASSWORD });
    let old = app.browser().post("/api/session", &old).await;
    assert_eq!(problem(old).await.code, Code::WrongCredentials);
    let new = json!({ "email": email, "password": CHOSEN });
    let new = app.browser().post("/api/session", &new).await;
    assert_eq!(new.status(), StatusCode::OK);
    app.stop().await;
}

/// So many mails a day and no more, whoever asks; a link that was asked for first opens as long as none was used.
#[tokio::test]
async fn links_to_an_account_are_bounded() {
    let app = app().await;
    let email = app.shops.ours.email("buyer");
    for _ in 0..7 {
        assert_eq!(ask(&app, &email, "password").await, StatusCode::ACCEPTED);
    }
    assert_eq!(mails(&app, "password_link").await.len(), 5);
    let bad = app
        .browser()
        .post(
            "/api/account-link",
            &json!({ "email": "no", "purpose": "sign_in" }),
        )
        .await;
    assert_eq!(problem(bad).await.fields[0].code, "email");
    for path in ["look", "take"] {
        let wish = json!({ "token": "0".repeat(64) });
        let path = format!("/api/account-link/{path}");
        let none = app.browser().post(&path, &wish).await;
        assert_eq!(problem(none).await.code, Code::BadTicket, "{path}");
    }
    app.stop().await;
}

/// A customer whom a vendor wrote down makes it an account of their own by the mailbox, and has everything there.
#[tokio::test]
async fn p5_a_customer_makes_it_an_account_and_keeps_everything() {
    let app = app().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let wish = AddCustomer {
        customer: CustomerId::from_uuid(fresh_uuid()),
        data: orderline_domain::customer::record::CustomerData {
            name: "Noor Haddad".to_owned(),
            email: Some("noor@haddad.example".to_owned()),
            ..Default::default()
        },
    };
    let made = seller.post("/api/customers", &wish).await;
    let made: CustomerView = made.json().await.expect("a customer");
    let thread = fresh_uuid();
    let open = json!({ "thread": thread, "customer": made.customer, "title": "A question" });
    assert!(
        seller
            .post("/api/threads", &open)
            .await
            .status()
            .is_success()
    );
    assert_eq!(
        ask(&app, "noor@haddad.example", "password").await,
        StatusCode::ACCEPTED
    );
    let noor = taken(&app, &token(&app, "password_link").await, Some(CHOSEN)).await;
    let threads: ThreadList = noor.read("/api/threads").await;
    assert_eq!(threads.items[0].thread.as_uuid(), thread);
    let account: AccountView = noor.read("/api/account").await;
    assert_eq!(account.email.as_deref(), Some("noor@haddad.example"));
    assert!(account.has_password);
    app.stop().await;
}

/// Where one is signed in is listed, and ended one by one or all at once; what lives by it ends at once.
#[tokio::test]
async fn p3_sessions_are_listed_and_ended_elsewhere() {
    let app = app().await;
    let email = app.shops.ours.email("seller");
    let (here, other, third) = (
        app.sign_in(&email).await,
        app.sign_in(&email).await,
        app.sign_in(&email).await,
    );
    let account: AccountView = here.read("/api/account").await;
    assert_eq!(account.sessions.len(), 3);
    assert_eq!(account.sessions.iter().filter(|it| it.here).count(), 1);
    let (mut socket, _) = Socket::hello(&other, &[]).await;
    let of_other: AccountView = other.read("/api/account").await;
    let its = of_other.sessions.iter().find(|it| it.here).expect("itself");
    let path = format!("/api/account/sessions/{}", its.session);
    // Nobody else's to end: nothing is told about it.
    let stranger = app.sign_in(&app.shops.ours.email("buyer")).await;
    assert_eq!(delete(&stranger, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(status(&other).await, StatusCode::OK);
    assert_eq!(delete(&here, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&here, &path).await, StatusCode::NO_CONTENT);
    socket.bye().await;
    assert_eq!(status(&other).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        delete(&here, "/api/account/sessions").await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(status(&third).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&here).await, StatusCode::OK);
    app.stop().await;
}

/// Another password needs the one that holds, ends every other session and is told by mail.
#[tokio::test]
async fn p3_a_password_is_changed_by_whoever_knows_it() {
    let app = app().await;
    let email = app.shops.ours.email("seller");
    let (here, other) = (app.sign_in(&email).await, app.sign_in(&email).await);
    let change = async |old: &str, new: &str| {
        let wish = json!({ "old": old, "new": new });
        let request = here
            .request(Method::PUT, "/api/account/password")
            .json(&wish);
        request.send().await.expect("an answer")
    };
    let wrong = problem(change("not this one", CHOSEN).await).await;
    assert_eq!(
        (
            wrong.fields[0].field.as_str(),
            wrong.fields[0].code.as_str()
        ),
        ("old", "wrong_password")
    );
    let weak = problem(change(PASSWORD, "short").await).await;
    assert_eq!(
        (weak.fields[0].field.as_str(), weak.fields[0].code.as_str()),
        ("new", "too_short")
    );
    assert_eq!(status(&other).await, StatusCode::OK);
    assert_eq!(
        change(PASSWORD, CHOSEN).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(status(&here).await, StatusCode::OK);
    assert_eq!(status(&other).await, StatusCode::UNAUTHORIZED);
    assert_eq!(mails(&app, "password_changed").await.len(), 1);
    let new = json!({ "email": email, "password": CHOSEN });
    assert_eq!(
        app.browser().post("/api/session", &new).await.status(),
        StatusCode::OK
    );
    app.stop().await;
}
