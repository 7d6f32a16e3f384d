//! Help for whoever lost their second factor (P3).

use crate::support::{
    Browser, PASSWORD, TestApp, TestDatabase, client::problem, fresh_uuid, second_factor::add,
};
use clap::Parser as _;
use orderline_domain::people::security::SecurityStep;
use orderline_protocol::{
    http::Me,
    problem::Code,
    security::{SecondFactorOf, SecurityLog},
};
use orderline_server::{
    config::{Cli, Doing},
    console::reset_second_factor,
    seed::DEMO_PASSWORD,
};
use reqwest::{Response, StatusCode};
use serde_json::json;
use std::{path::Path, time::Duration};

const PLATFORM: &str = "platform@orderline.example";
const FIND: &str = "/api/platform/second-factor/find";
const RESET: &str = "/api/platform/second-factor/reset";
const WHY: &str = "Lost the phone; called back at the office";

async fn found(platform: &Browser, email: &str) -> SecondFactorOf {
    let answer = platform.post(FIND, &json!({ "email": email })).await;
    assert_eq!(answer.status(), StatusCode::OK, "{email}");
    answer.json().await.expect("somebody")
}

async fn wrong_field(answer: Response) -> (String, String) {
    let problem = problem(answer).await;
    assert_eq!(problem.code, Code::Invalid, "{problem:?}");
    let wrong = &problem.fields[0];
    (wrong.field.clone(), wrong.code.clone())
}

async fn mails(database: &TestDatabase) -> Vec<String> {
    let mut conn = database.connect().await;
    sqlx::query_scalar("SELECT text FROM mails WHERE kind = 'second_factor_reset'")
        .fetch_all(&mut conn)
        .await
        .expect("rows")
}

/// Compliance staff without device and codes get in again: by another person, who is named with their reason; once; and
/// by nothing less than the admin's own second factor and a fresh proof.
#[tokio::test]
async fn p3_a_lost_second_factor_is_taken_away_by_the_platforms_admin() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("compliance");
    let lost = app.sign_in(&email).await;
    assert_eq!(lost.get("/api/recordings").await.status(), StatusCode::OK);
    let mut platform = app.browser();
    platform.sign_in(PLATFORM, DEMO_PASSWORD).await;

    let own = platform.post(FIND, &json!({ "email": PLATFORM })).await;
    let wrong = wrong_field(own).await;
    assert_eq!(wrong, ("email".to_owned(), "own_account".to_owned()));
    let nobody = json!({ "email": "nobody@x.example" });
    let wrong = wrong_field(platform.post(FIND, &nobody).await).await;
    assert_eq!(wrong, ("email".to_owned(), "no_account".to_owned()));

    let of = found(&platform, &email).await;
    assert!(of.authenticator && of.passkeys == 0);
    let reset = fresh_uuid();
    let wish = |reason: &str| json!({ "reset": reset, "user": of.account.user, "reason": reason });
    let short = platform.post(RESET, &wish("x")).await;
    assert_eq!(wrong_field(short).await.0, "reason");
    let long = platform.post(RESET, &wish(&"x".repeat(301))).await;
    assert_eq!(wrong_field(long).await.0, "reason");
    let me: Me = platform.read("/api/session").await;
    let mine = json!({ "reset": fresh_uuid(), "user": me.person.user, "reason": WHY });
    let answer = platform.post(RESET, &mine).await;
    assert_eq!(problem(answer).await.code, Code::NotAllowed);

    app.pass(Duration::from_mins(11)).await;
    let stale = platform.post(RESET, &wish(WHY)).await;
    assert_eq!(problem(stale).await.code, Code::FreshProofNeeded);
    let mut platform = app.browser();
    platform.sign_in(PLATFORM, DEMO_PASSWORD).await;
    for _ in 0..2 {
        let done = platform.post(RESET, &wish(WHY)).await;
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
    }
    let other = json!({ "reset": reset, "user": app.shops.ours.user("admin"), "reason": WHY });
    let answer = platform.post(RESET, &other).await;
    assert_eq!(problem(answer).await.code, Code::CommandReused);
    let again = json!({ "reset": fresh_uuid(), "user": of.account.user, "reason": WHY });
    let answer = platform.post(RESET, &again).await;
    assert_eq!(problem(answer).await.code, Code::Conflict);

    // Every session is over, the password alone signs in, and the role still asks for a second factor.
    let code = problem(lost.get("/api/account").await).await.code;
    assert_eq!(code, Code::SignInNeeded);
    let mut back = app.browser();
    let answer = back.try_sign_in(&email, PASSWORD).await;
    back.cookie = Some(crate::support::client::session_cookie(&answer).0);
    let code = problem(back.get("/api/recordings").await).await.code;
    assert_eq!(code, Code::SecondFactorNeeded);
    add(&back).await;
    assert_eq!(back.get("/api/recordings").await.status(), StatusCode::OK);

    let told = mails(&app.database).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("set up a new second factor"),
        "{}",
        told[0]
    );
    let kept: SecurityLog = platform.read("/api/platform/security").await;
    let lines: Vec<_> = kept
        .items
        .iter()
        .filter(|it| it.step == SecurityStep::SecondFactorReset)
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].reason.as_deref(), Some(WHY));
    let by = lines[0].by.as_ref().expect("somebody did it");
    assert_eq!(by.user, me.person.user);
    let who = lines[0].who.as_ref().expect("somebody's account");
    assert_eq!(who.email, Some(email));

    for person in ["seller", "buyer", "support", "admin"] {
        let browser = app.sign_in(&app.shops.ours.email(person)).await;
        let answer = browser.post(FIND, &json!({ "email": PLATFORM })).await;
        assert_eq!(problem(answer).await.code, Code::NotFound, "{person}");
    }
    app.stop().await;
}

/// The last admin of the platform has nobody to ask: whoever runs the server does it at its command line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_the_last_platform_admins_second_factor_is_reset_at_the_console() {
    let app = TestApp::start_with(&["--demo"]).await;
    let mut platform = app.browser();
    platform.sign_in(PLATFORM, DEMO_PASSWORD).await;
    let (database, _shops, data) = app.abandon().await;
    let nobody = at_console(&database, data.path(), "nobody@x.example").await;
    let words = format!("{:#}", nobody.expect_err("there is no such account"));
    assert!(words.contains("No account has this address"), "{words}");
    let done = at_console(&database, data.path(), PLATFORM).await;
    let words = done.expect("it is done");
    assert!(words.contains("is gone"), "{words}");
    let again = at_console(&database, data.path(), PLATFORM).await;
    let words = again.expect("nothing is left to do");
    assert!(words.contains("Nothing was changed"), "{words}");

    let mut conn = database.connect().await;
    let lines: Vec<(String, Option<uuid::Uuid>, Option<String>)> = sqlx::query_as(
        "SELECT step, by_id, reason FROM security_log WHERE step LIKE 'second_factor_reset%'",
    )
    .fetch_all(&mut conn)
    .await
    .expect("rows");
    let expected = (
        "second_factor_reset_at_console".to_owned(),
        None,
        Some(WHY.to_owned()),
    );
    assert_eq!(lines, [expected]);
    let left: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sessions JOIN people USING (user_id) WHERE email = $1",
    )
    .bind(PLATFORM)
    .fetch_one(&mut conn)
    .await
    .expect("a count");
    assert_eq!(left, 0);
    assert_eq!(mails(&database).await.len(), 1);
    drop(conn);
    database.remove().await;
}

async fn at_console(database: &TestDatabase, data: &Path, email: &str) -> anyhow::Result<String> {
    let args = [
        "orderline".to_owned(),
        "reset-second-factor".to_owned(),
        email.to_owned(),
        format!("--reason={WHY}"),
        "--yes".to_owned(),
        format!("--data={}", data.display()),
        format!("--database-url={}", database.url),
        "--no-turn".to_owned(),
    ];
    let cli = Cli::try_parse_from(args).expect("the options are known");
    let Doing::ResetSecondFactor(args) = cli.doing else {
        panic!("it was asked for")
    };
    reset_second_factor(*args).await
}
