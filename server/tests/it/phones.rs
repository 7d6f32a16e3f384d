//! Phone numbers are shown as they are understood before anything is sent to them.

use crate::support::{TestApp, client};
use orderline_protocol::{http::PhoneUnderstood, problem::Code};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_typed_number_is_told_as_it_is_understood() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let ask = async |phone: &str, country: Option<&str>| {
        let body = json!({ "phone": phone, "country": country });
        seller.post("/api/phone", &body).await
    };
    for (phone, country) in [("+49 (341) 123456", None), ("0341/123456", Some("DE"))] {
        let understood: PhoneUnderstood = ask(phone, country).await.json().await.expect("a number");
        assert_eq!(understood.number, "+49 341 123456");
        assert_eq!(understood.country, "DE");
    }
    // A letter, a premium number, a satellite, no number at all, one that would need a country.
    for phone in [
        "+49 17O 1234567",
        "+49 900 1234567",
        "+881 6 12345678",
        "",
        "0341 123456",
    ] {
        let problem = client::problem(ask(phone, None).await).await;
        assert_eq!(problem.code, Code::Invalid, "{phone}");
        assert_eq!(problem.fields[0].field, "phone");
    }
    let body = json!({ "phone": "+49 341 123456" });
    let stranger = app.browser().post("/api/phone", &body).await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    app.stop().await;
}
