//! One vendor: one's own, or one of the platform's.

use super::{Failure, all, get, page, post, post_quiet, put};
use orderline_domain::ids::{VendorId, VendorPlanId};
use orderline_protocol::{
    page::PageCursor,
    security::{FindSecondFactor, Refusals, ResetSecondFactor, SecondFactorOf, SecurityLog},
    vendor::{
        AddVendorPlan, ChangeVendorPlan, ChoosePlan, EditVendor, StepVendor, SwitchFunction,
        VendorLog, VendorPlanList, VendorPlanView, VendorRecord,
    },
};

/// Whose record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// That of the vendor that the page acts for.
    Own,
    /// One of the platform's.
    Of(VendorId),
}

impl Which {
    fn path(self) -> String {
        match self {
            Self::Own => "/api/vendor".to_owned(),
            Self::Of(vendor) => format!("/api/platform/vendors/{vendor}"),
        }
    }
}

/// `GET /api/vendor`, or the platform's.
pub async fn read(which: Which) -> Result<VendorRecord, Failure> {
    get(&which.path()).await
}

/// `PUT` to the same address.
pub async fn edit(which: Which, body: &EditVendor) -> Result<VendorRecord, Failure> {
    put(&which.path(), body).await
}

/// A page of its log.
pub async fn log(which: Which, after: Option<PageCursor>) -> Result<VendorLog, Failure> {
    page(&format!("{}/log", which.path()), after).await
}

/// `POST /api/platform/vendors/{vendor}/steps`.
pub async fn step(vendor: VendorId, body: &StepVendor) -> Result<VendorRecord, Failure> {
    post(&format!("{}/steps", Which::Of(vendor).path()), body).await
}

/// `POST` to its functions: switches one.
pub async fn switch(which: Which, body: &SwitchFunction) -> Result<VendorRecord, Failure> {
    post(&format!("{}/functions", which.path()), body).await
}

/// `PUT /api/platform/vendors/{vendor}/plan`.
pub async fn choose_plan(vendor: VendorId, body: &ChoosePlan) -> Result<VendorRecord, Failure> {
    put(&format!("{}/plan", Which::Of(vendor).path()), body).await
}

/// A page of `GET /api/platform/plans`.
pub async fn plans(after: Option<PageCursor>) -> Result<VendorPlanList, Failure> {
    page("/api/platform/plans", after).await
}

/// All of them, to choose from.
pub async fn all_plans() -> Result<Vec<VendorPlanView>, Failure> {
    all("/api/platform/plans").await
}

/// `POST /api/platform/plans`.
pub async fn add_plan(body: &AddVendorPlan) -> Result<VendorPlanView, Failure> {
    post("/api/platform/plans", body).await
}

/// `PUT /api/platform/plans/{plan}`.
pub async fn change_plan(
    plan: VendorPlanId,
    body: &ChangeVendorPlan,
) -> Result<VendorPlanView, Failure> {
    put(&format!("/api/platform/plans/{plan}"), body).await
}

/// A page of `GET /api/platform/security`: all that happened at the doors of accounts, or the refusals alone.
///
/// # Errors
/// [`Failure`].
pub async fn security(refused: bool, after: Option<PageCursor>) -> Result<SecurityLog, Failure> {
    page(&format!("/api/platform/security?refused={refused}"), after).await
}

/// `POST /api/platform/second-factor/find`.
///
/// # Errors
/// [`Failure`].
pub async fn find_second_factor(email: String) -> Result<SecondFactorOf, Failure> {
    post(
        "/api/platform/second-factor/find",
        &FindSecondFactor { email },
    )
    .await
}

/// `POST /api/platform/second-factor/reset`.
///
/// # Errors
/// [`Failure`].
pub async fn reset_second_factor(wish: &ResetSecondFactor) -> Result<(), Failure> {
    post_quiet("/api/platform/second-factor/reset", wish).await
}

/// A page of `GET /api/platform/refusals`.
///
/// # Errors
/// [`Failure`].
pub async fn refusals(after: Option<PageCursor>) -> Result<Refusals, Failure> {
    page("/api/platform/refusals", after).await
}
