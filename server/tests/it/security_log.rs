//! What happened at the doors of accounts, as the platform's own people read it (P3).

use crate::support::{PASSWORD, TestApp, client::problem, second_factor};
use orderline_domain::people::security::SecurityStep;
use orderline_protocol::{
    problem::Code,
    security::{SecurityLine, SecurityLog},
};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::StatusCode;
use serde_json::json;

fn told(lines: &[SecurityLine]) -> Vec<(SecurityStep, Option<&str>)> {
    lines
        .iter()
        .map(|it| {
            (
                it.step,
                it.who.as_ref().and_then(|who| who.email.as_deref()),
            )
        })
        .collect()
}

/// Who got in and who was kept out, from where; what was typed for an account that there is not is kept nowhere. Only the
/// platform's admins read it.
#[tokio::test]
async fn p3_a_security_log_that_only_the_platforms_admins_read() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("seller");
    let stranger = app.browser();
    stranger
        .try_sign_in("nobody@x.example", "a wrong one")
        .await;
    stranger.try_sign_in(&email, "a wrong one").await;
    let seller = app.sign_in(&email).await;
    second_factor::add(&seller).await;
    let wrong = seller
        .post(
            "/api/session/again",
            &json!({ "code": "zzzz zzzz zzzz zzzz" }),
        )
        .await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let changed = json!({ "old": PASSWORD, "new": "iloveyou1234" });
    let common = seller
        .request(reqwest::Method::PUT, "/api/account/password")
        .json(&changed)
        .send()
        .await
        .expect("an answer");
    let refused = problem(common).await;
    assert_eq!(refused.fields[0].code, "easy_to_guess");

    let mut platform = app.browser();
    platform
        .sign_in("platform@orderline.example", DEMO_PASSWORD)
        .await;
    let log: SecurityLog = platform.read("/api/platform/security").await;
    let seller_email = Some(email.as_str());
    let expected = [
        (SecurityStep::CodeRefused, seller_email),
        (SecurityStep::AuthenticatorAdded, seller_email),
        (SecurityStep::SignedInByPassword, seller_email),
        (SecurityStep::PasswordRefused, seller_email),
        (SecurityStep::PasswordRefused, None),
    ];
    let lines = told(&log.items);
    assert_eq!(lines[lines.len() - expected.len()..], expected);
    assert!(
        log.items
            .iter()
            .all(|it| it.from == Some([127, 0, 0, 1].into()))
    );
    let json = serde_json::to_string(&log).expect("JSON");
    assert!(!json.contains("nobody@x.example"));

    // Page by page, and the refusals alone.
    let first: SecurityLog = platform
        .read("/api/platform/security?refused=true&limit=2")
        .await;
    assert_eq!(told(&first.items), [expected[0], expected[3]]);
    let after = first.next.expect("another page").0;
    let rest: SecurityLog = platform
        .read(&format!(
            "/api/platform/security?refused=true&limit=2&after={after}"
        ))
        .await;
    assert_eq!(told(&rest.items), [expected[4]]);

    // For nobody else it is there.
    for person in ["seller2", "buyer", "compliance", "support", "admin"] {
        let browser = app.sign_in(&app.shops.ours.email(person)).await;
        let code = problem(browser.get("/api/platform/security").await)
            .await
            .code;
        assert_eq!(code, Code::NotFound, "{person}");
    }
    app.stop().await;
}
