//! One vendor: one's own, or one of the platform's.

use super::{Failure, get, page, post, put};
use orderline_domain::ids::VendorId;
use orderline_protocol::{
    page::PageCursor,
    vendor::{EditVendor, StepVendor, VendorLog, VendorRecord},
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
