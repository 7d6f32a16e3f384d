//! One vendor, as the platform and its own admin keep it.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    ids::VendorId,
    vendor::{
        change::VendorChange,
        state::{VendorState, VendorStep},
    },
};
use serde::{Deserialize, Serialize};

/// `GET /api/vendor`, and for the platform `GET /api/platform/vendors/{vendor}`: the vendor's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorRecord {
    pub vendor: VendorId,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name.
    pub time_zone: String,
    pub state: VendorState,
    /// Whoever changes it names this one.
    pub version: i64,
    pub created_at: Timestamp,
}

/// `POST /api/platform/vendors/{vendor}/steps`: suspends, restores or closes it. Answers a [`VendorRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepVendor {
    pub step: VendorStep,
    pub reason: String,
    /// The version that was looked at.
    pub version: i64,
}

/// `GET /api/vendor/log`, and for the platform `GET /api/platform/vendors/{vendor}/log`: a page of what was changed, the
/// newest first.
pub type VendorLog = Page<VendorLogLine>;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorLogLine {
    pub at: Timestamp,
    pub by: Person,
    pub change: VendorChange,
}
