//! The platform's people: who they are, what they look for across vendors, and how they look into one.

use crate::{page::Page, people::MemberView, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    ids::{SearchId, ThreadId, VendorId, VisitId},
    people::roles::Role,
    text::VisitReason,
};
use serde::{Deserialize, Serialize};

/// `POST /api/platform/searches`: looks for one exact thing in all vendors. Written down before it is answered, with
/// [`Findings`]. The id is the client's: sent twice, it is written once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Find {
    pub search: SearchId,
    /// An order's number, a thread's id or a buyer's mail address.
    pub what: String,
    /// Why.
    pub reason: String,
}

/// What was found, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    pub items: Vec<Finding>,
}

/// Where something is, and nothing of what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub vendor: VendorId,
    pub vendor_name: String,
    pub thread: ThreadId,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<i64>,
    /// When the order was placed, or something last happened.
    pub at: Timestamp,
}

/// `POST /api/platform/visits`: looks into a vendor where a search found something. Answers a [`VisitView`]; again by the
/// same search, the visit that lasts is extended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct BeginVisit {
    pub visit: VisitId,
    pub search: SearchId,
    pub vendor: VendorId,
}

/// A visit that lasts. `DELETE /api/visits/{visit}` ends it, with all others of the same person at that vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    pub visit: VisitId,
    pub vendor: VendorId,
    /// As what the person acts there until then.
    pub role: Role,
    pub until: Timestamp,
}

/// `GET /api/visits`: a page of who of the platform's looked into the vendor, the newest first.
pub type VisitLog = Page<VisitLine>;

/// Somebody of the platform's looked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLine {
    pub by: Person,
    pub from: Timestamp,
    pub until: Timestamp,
    pub reason: VisitReason,
}

/// `GET /api/platform/people`: a page of the platform's people, a line a role.
pub type StewardList = Page<MemberView>;

/// `POST /api/platform/people`: gives one of the platform's roles to whoever has this account. Answers 204; `DELETE
/// /api/platform/people/{user}/roles/{role}` takes it back.
#[derive(Clone, Serialize, Deserialize)]
pub struct GiveRole {
    pub email: String,
    pub role: Role,
}
