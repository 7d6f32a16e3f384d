//! An account that its person closes (P3).

use crate::support::{Browser, PASSWORD, TestApp, client::problem};
use orderline_protocol::{http::ThreadList, people::MemberList, problem::Code};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::{Response, StatusCode};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

async fn close(browser: &Browser, email: &str) -> Response {
    let wish = json!({ "email": email });
    browser.post("/api/account/close", &wish).await
}

async fn count(app: &TestApp, sql: &'static str, user: Uuid) -> i64 {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar(sql)
        .bind(user)
        .fetch_one(&mut conn)
        .await
        .expect("a count")
}

/// What a record may say of somebody.
type Contact = Option<String>;

/// A buyer's account is gone at once with all that names them, and the shop's record keeps the shop's own name alone; what was
/// said and ordered stays. Closed twice, it is closed once.
#[tokio::test]
async fn p3_an_account_is_closed_with_all_that_names_its_person() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("buyer");
    let user = app.shops.ours.user("buyer").as_uuid();
    let mut conn = app.database.connect().await;
    for what in [
        "UPDATE customers SET phone = '+49341123456', notes = 'Prefers mornings', vat_id = 'DE136695976' WHERE user_id = $1",
        "INSERT INTO customer_addresses (vendor_id, customer_id, address_id, place, billing, delivery, street, postal_code,
                                         city, country, version)
         SELECT vendor_id, customer_id, customer_id, 0, 'default', 'no', 'Ring 1', '04109', 'Leipzig', 'DE', 1
           FROM customers WHERE user_id = $1",
    ] {
        sqlx::query(what).bind(user).execute(&mut conn).await.expect("a record");
    }
    drop(conn);
    let here = app.sign_in(&email).await;
    let elsewhere = app.sign_in(&email).await;
    let slip = problem(close(&here, "somebody@x.example").await).await;
    assert_eq!(
        (slip.fields[0].field.as_str(), slip.fields[0].code.as_str()),
        ("email", "other_address")
    );
    app.pass(Duration::from_mins(11)).await;
    let stale = problem(close(&here, &email).await).await;
    assert_eq!(stale.code, Code::FreshProofNeeded);
    let here = app.sign_in(&email).await;
    let done = close(&here, &email.to_uppercase()).await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    let again = problem(close(&here, &email).await).await;
    assert_eq!(again.code, Code::SignInNeeded);
    let code = problem(elsewhere.get("/api/account").await).await.code;
    assert_eq!(code, Code::SignInNeeded);
    let late = app.browser().try_sign_in(&email, PASSWORD).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);

    let mut conn = app.database.connect().await;
    let (name, address): (String, Option<String>) =
        sqlx::query_as("SELECT name, email FROM people WHERE user_id = $1")
            .bind(user)
            .fetch_one(&mut conn)
            .await
            .expect("their row");
    assert_eq!((name.as_str(), address), ("Closed account", None));
    let record: (String, Contact, Contact, Contact, String) = sqlx::query_as(
        "SELECT name, email, phone, coalesce(notes, vat_id), search_key FROM customers WHERE user_id = $1",
    )
    .bind(user)
    .fetch_one(&mut conn)
    .await
    .expect("the shop's record");
    assert_eq!(
        record,
        ("buyer".to_owned(), None, None, None, "buyer".to_owned())
    );
    drop(conn);
    let lives = "SELECT count(*) FROM customer_addresses a JOIN customers c USING (vendor_id, customer_id) WHERE c.user_id = $1";
    assert_eq!(count(&app, lives, user).await, 0);
    // The seller reads the thread under the shop's own name.
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let threads: ThreadList = seller.read("/api/threads").await;
    let json = serde_json::to_string(&threads).expect("JSON");
    assert!(
        json.contains("\"buyer\"") && !json.contains("Closed account"),
        "{json}"
    );
    let closed = "SELECT count(*) FROM security_log WHERE step = 'account_closed' AND user_id = $1";
    assert_eq!(count(&app, closed, user).await, 1);
    let told = "SELECT count(*) FROM mails WHERE kind = 'account_closed' AND user_id = $1";
    assert_eq!(count(&app, told, user).await, 1);
    app.stop().await;
}

/// Roles are taken back as an admin takes them back; whoever is the last to give rights stays, and hears it in words.
#[tokio::test]
async fn p3_the_last_admin_does_not_close_their_account() {
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let refused = problem(close(&admin, &app.shops.ours.email("admin")).await).await;
    assert_eq!(refused.code, Code::LastAdmin);
    let mut platform = app.browser();
    let address = "platform@orderline.example";
    platform.sign_in(address, DEMO_PASSWORD).await;
    let refused = problem(close(&platform, address).await).await;
    assert_eq!(refused.code, Code::LastAdmin);
    // Nothing of it happened.
    assert_eq!(admin.get("/api/people").await.status(), StatusCode::OK);
    assert_eq!(
        platform.get("/api/platform/vendors").await.status(),
        StatusCode::OK
    );

    // Whoever was asked to do more is not asked any more.
    let wish = json!({
        "invitation": crate::support::fresh_uuid(), "email": app.shops.ours.email("support"), "name": "support", "role": "seller",
    });
    let asked = admin.post("/api/people/invitations", &wish).await;
    assert_eq!(asked.status(), StatusCode::OK);
    let support = app.sign_in(&app.shops.ours.email("support")).await;
    let done = close(&support, &app.shops.ours.email("support")).await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    let people: MemberList = admin.read("/api/people").await;
    let json = serde_json::to_string(&people).expect("JSON");
    assert!(!json.contains("support"), "{json}");
    let waiting = admin.get("/api/people/invitations").await;
    let waiting = waiting.text().await.expect("a list");
    assert!(
        waiting.contains("items") && !waiting.contains("support"),
        "{waiting}"
    );
    let log = admin
        .get("/api/people/log")
        .await
        .text()
        .await
        .expect("a log");
    assert!(
        log.contains("removed") && log.contains("Closed account"),
        "{log}"
    );
    app.stop().await;
}
