//! Vendors' public pages.

use super::{Failure, get, post, put};
use orderline_protocol::ask::{AskQuestion, Asked, PageSettings, SetPage, VendorPage};

/// `GET /api/pages/{page}`: what whoever opens it meets.
pub async fn look(page: &str, product: Option<String>) -> Result<VendorPage, Failure> {
    let about = product.map_or_else(String::new, |it| format!("?product={it}"));
    get(&format!("/api/pages/{page}{about}")).await
}

/// `POST /api/pages/{page}/questions`.
pub async fn ask(page: &str, body: &AskQuestion) -> Result<Asked, Failure> {
    post(&format!("/api/pages/{page}/questions"), body).await
}

/// `GET /api/vendor/page`.
pub async fn settings() -> Result<PageSettings, Failure> {
    get("/api/vendor/page").await
}

/// `PUT /api/vendor/page`.
pub async fn set(body: &SetPage) -> Result<PageSettings, Failure> {
    put("/api/vendor/page", body).await
}
