//! What belongs to a customer's record (P4): addresses, numbers of tax offices and groups, files that leave and come in,
//! and two records that become one.

mod addresses;
mod files;
mod merges;

use crate::support::Browser;
use orderline_domain::ids::CustomerId;
use reqwest::{Method, Response};
use serde::Serialize;

fn path(customer: CustomerId, rest: &str) -> String {
    format!("/api/customers/{customer}{rest}")
}

async fn put(browser: &Browser, path: &str, body: &impl Serialize) -> Response {
    let request = browser.request(Method::PUT, path).json(body);
    request.send().await.expect("an answer")
}
