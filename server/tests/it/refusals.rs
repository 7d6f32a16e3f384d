//! What was refused for want of rights, as the platform's own people read it (P3).

use crate::support::{PASSWORD, TestApp, client::session_cookie, eventually};
use orderline_domain::people::refusal::{MAX_LINES, Refused};
use orderline_protocol::security::{RefusalLine, Refusals};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::StatusCode;
use serde_json::json;

fn has(lines: &[RefusalLine], email: Option<&str>, refused: Refused, count: i64) -> bool {
    lines.iter().any(|it| {
        let who = it.who.as_ref().and_then(|who| who.email.as_deref());
        who == email && it.refused == refused && it.count == count
    })
}

/// Each kind is counted by person, address and hour, and shown to the platform's admins alone; one network writes so many
/// lines and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_what_is_refused_is_counted_for_the_platforms_admins() {
    let app = TestApp::start_with(&["--demo"]).await;
    let seller_email = app.shops.ours.email("seller");
    let seller = app.sign_in(&seller_email).await;
    for _ in 0..3 {
        let answer = seller.get("/api/platform/refusals").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    let compliance_email = app.shops.ours.email("compliance");
    let mut compliance = app.browser();
    let answer = compliance.try_sign_in(&compliance_email, PASSWORD).await;
    compliance.cookie = Some(session_cookie(&answer).0);
    compliance.get("/api/recordings").await;
    let token = json!({ "token": "0".repeat(64) });
    app.browser().post("/api/account-link/look", &token).await;
    // An address that nobody has is nobody's fault.
    app.browser().get("/api/nothing").await;

    let mut platform = app.browser();
    platform
        .sign_in("platform@orderline.example", DEMO_PASSWORD)
        .await;
    let lines = eventually("it is written", async || {
        let all: Refusals = platform.read("/api/platform/refusals").await;
        let lines = all.items;
        let is_all = has(&lines, Some(&seller_email), Refused::Hidden, 3)
            && has(
                &lines,
                Some(&compliance_email),
                Refused::SecondFactorNeeded,
                1,
            )
            && has(&lines, None, Refused::BadTicket, 1);
        is_all.then_some(lines)
    })
    .await;
    assert!(
        !lines
            .iter()
            .any(|it| it.who.is_none() && it.refused == Refused::Hidden)
    );

    // The same line goes on being counted when its network has all it gets; another one is not written.
    let mut conn = app.database.connect().await;
    sqlx::query(
        "INSERT INTO security_refusals (line_id, hour, user_id, from_ip, network, refused, times)
         SELECT gen_random_uuid(), l.hour, NULL, '10.0.0.' || n, l.network, 'hidden', 1
           FROM (SELECT DISTINCT hour, network FROM security_refusals) l, generate_series(1, $1) n",
    )
    .bind(i32::try_from(MAX_LINES).expect("small"))
    .execute(&mut conn)
    .await
    .expect("rows");
    drop(conn);
    let buyer_email = app.shops.ours.email("buyer");
    let buyer = app.sign_in(&buyer_email).await;
    buyer.get("/api/platform/security").await;
    seller.get("/api/platform/security").await;
    eventually("it is counted", async || {
        let mut conn = app.database.connect().await;
        let times: Option<i64> = sqlx::query_scalar(
            "SELECT times FROM security_refusals JOIN people USING (user_id) WHERE email = $1 AND times = 4",
        )
        .bind(&seller_email)
        .fetch_optional(&mut conn)
        .await
        .expect("a row");
        times
    })
    .await;
    let mut conn = app.database.connect().await;
    let beyond: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM security_refusals JOIN people USING (user_id) WHERE email = $1",
    )
    .bind(&buyer_email)
    .fetch_one(&mut conn)
    .await
    .expect("a count");
    assert_eq!(beyond, 0);
    drop(conn);
    app.stop().await;
}
