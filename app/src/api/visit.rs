//! The platform's people, what they look for across vendors, and how they look into one.

use super::{Failure, delete, page, post, post_quiet};
use orderline_domain::{
    ids::{UserId, VisitId},
    people::roles::Role,
};
use orderline_protocol::{
    page::PageCursor,
    visit::{BeginVisit, Find, Findings, GiveRole, StewardList, VisitLog, VisitView},
};

/// `POST /api/platform/searches`.
pub async fn find(body: &Find) -> Result<Findings, Failure> {
    post("/api/platform/searches", body).await
}

/// `POST /api/platform/visits`.
pub async fn begin(body: &BeginVisit) -> Result<VisitView, Failure> {
    post("/api/platform/visits", body).await
}

/// `DELETE /api/visits/{visit}`.
pub async fn end(visit: VisitId) -> Result<(), Failure> {
    delete(&format!("/api/visits/{visit}")).await
}

/// A page of `GET /api/visits`.
pub async fn log(after: Option<PageCursor>) -> Result<VisitLog, Failure> {
    page("/api/visits", after).await
}

/// A page of `GET /api/platform/people`.
pub async fn stewards(after: Option<PageCursor>) -> Result<StewardList, Failure> {
    page("/api/platform/people", after).await
}

/// `POST /api/platform/people`.
pub async fn give(body: &GiveRole) -> Result<(), Failure> {
    post_quiet("/api/platform/people", body).await
}

/// `DELETE /api/platform/people/{user}/roles/{role}`.
pub async fn take(user: UserId, role: Role) -> Result<(), Failure> {
    delete(&format!(
        "/api/platform/people/{user}/roles/{}",
        role.name()
    ))
    .await
}
