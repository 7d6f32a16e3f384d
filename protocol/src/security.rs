//! What happened at the doors of accounts, for the platform's own people.

use crate::page::Page;
use jiff::Timestamp;
use orderline_domain::{
    ids::{FactorResetId, UserId},
    people::{refusal::Refused, security::SecurityStep},
};
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
    /// Who did it, where it was somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AccountOf>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOf {
    pub user: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// `POST /api/platform/second-factor/find`: whose account has this address, and what it has. Answers [`SecondFactorOf`].
#[derive(Clone, Serialize, Deserialize)]
pub struct FindSecondFactor {
    pub email: String,
}

/// The second factor of somebody's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorOf {
    pub account: AccountOf,
    pub authenticator: bool,
    pub passkeys: u32,
}

/// `POST /api/platform/second-factor/reset`: takes it away, with every session of the person. The id is the client's:
/// sent twice, it is done once. Answers 204.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetSecondFactor {
    pub reset: FactorResetId,
    pub user: UserId,
    pub reason: String,
}

/// `GET /api/platform/refusals`: a page of what was refused for want of rights, the newest hour first.
pub type Refusals = Page<RefusalLine>;

/// How often the same person, or address, was refused in the same way within an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalLine {
    /// The hour's beginning.
    pub hour: Timestamp,
    pub refused: Refused,
    /// None: nobody was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<AccountOf>,
    pub from: IpAddr,
    pub count: i64,
}
