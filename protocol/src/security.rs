//! What happened at the doors of accounts, for the platform's own people.

use crate::page::Page;
use jiff::Timestamp;
use orderline_domain::{ids::UserId, people::security::SecurityStep};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// `GET /api/platform/security`: a page, the newest first; with `refused=true` those alone who were kept out.
pub type SecurityLog = Page<SecurityLine>;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityLine {
    pub at: Timestamp,
    pub step: SecurityStep,
    /// Whose account it was; none where there is no such account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<AccountOf>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
}

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOf {
    pub user: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}
