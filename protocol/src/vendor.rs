//! One vendor, as the platform and its own admin keep it.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    ids::VendorId,
    vendor::{
        ProposedVendor,
        change::VendorChange,
        profile::ProfileData,
        state::{VendorState, VendorStep},
    },
};
use serde::{Deserialize, Serialize};

/// `GET /api/vendor`, and for the platform `GET /api/platform/vendors/{vendor}`: the vendor's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorRecord {
    pub vendor: VendorId,
    pub data: ProposedVendor,
    pub profile: ProfileData,
    /// Amounts stand somewhere in its currency, which stays.
    pub is_currency_fixed: bool,
    pub state: VendorState,
    /// Whoever changes it names this one.
    pub version: i64,
    pub created_at: Timestamp,
}

/// `PUT` to the same address: data and profile as they are to be. Answers a [`VendorRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditVendor {
    pub data: ProposedVendor,
    pub profile: ProfileData,
    /// The version that was looked at.
    pub version: i64,
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
