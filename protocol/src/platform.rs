//! The installation: how it is set up, and its vendors.

use crate::page::Page;
use jiff::Timestamp;
use orderline_domain::{
    ids::VendorId,
    platform::ProposedPlatform,
    vendor::{ProposedVendor, state::Shut},
};
use serde::{Deserialize, Serialize};

/// `GET /api/setup`: whether the platform waits to be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupView {
    pub set_up: bool,
}

/// `POST /api/setup`: sets the platform up, once. Signs its first admin in, and answers as `GET /api/session` does.
#[derive(Clone, Serialize, Deserialize)]
pub struct SetUp {
    /// The server has printed it; it holds until it was used.
    pub token: String,
    pub platform: ProposedPlatform,
}

/// `GET /api/platform/vendors`: a page of the platform's vendors.
pub type VendorList = Page<VendorView>;

/// A vendor as the platform sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorView {
    pub vendor: VendorId,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name.
    pub time_zone: String,
    pub created_at: Timestamp,
    /// It does not work now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut: Option<Shut>,
}

/// `POST /api/platform/vendors`: makes a vendor. Answers a [`VendorView`]; sent twice with the same id, the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeVendor {
    pub vendor: VendorId,
    pub data: ProposedVendor,
}
