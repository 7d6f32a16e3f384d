//! Who works for a vendor: its people, invitations to them, and what was changed about them.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    ids::{InvitationId, UserId},
    people::{invitation::PeopleChange, roles::Role},
};
use serde::{Deserialize, Serialize};

/// `GET /api/people`: a page of who works for the vendor, a line a role.
pub type MemberList = Page<MemberView>;

/// One of a person's roles at the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    pub person: Person,
    pub email: Option<String>,
    pub granted_at: Timestamp,
    /// Since when it gives no right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Timestamp>,
}

/// `POST /api/people/{user}/roles/{role}`: what becomes of a role. Answers 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleStep {
    Suspend,
    Restore,
    Remove,
}

/// The same as a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRole {
    pub step: RoleStep,
}

/// `POST /api/people/invitations`: asks somebody by mail to work for the vendor; `POST
/// /api/platform/vendors/{vendor}/invitations` does the same for the platform. Answers an [`InvitationView`]; sent twice
/// with the same id, the same one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invite {
    pub invitation: InvitationId,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// `GET /api/people/invitations`: a page of those that nobody has taken yet.
pub type InvitationList = Page<InvitationView>;

/// An invitation that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    pub invitation: InvitationId,
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub invited_at: Timestamp,
    pub expires_at: Timestamp,
    /// It ran out; it can be sent again.
    pub is_over: bool,
    pub version: i64,
}

/// `POST /api/people/invitations/{invitation}`: sends it again or takes it back. Answers 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeInvitation {
    pub step: InvitationStep,
    /// The version that was looked at.
    pub version: i64,
}

/// What becomes of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStep {
    SendAgain,
    Revoke,
}

/// `POST /api/invitation/look`: whoever holds the mail's token asks where it leads. Answers [`InvitedView`].
#[derive(Clone, Serialize, Deserialize)]
pub struct InvitationToken {
    pub token: String,
}

/// Where an invitation leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedView {
    pub vendor_name: String,
    pub role: Role,
    pub email: String,
    pub name: String,
    /// The address has an account with a password: that is asked for, instead of a new one.
    pub has_account: bool,
}

/// `POST /api/invitation/take`: takes it. Signs in, and answers as `GET /api/session` does.
#[derive(Clone, Serialize, Deserialize)]
pub struct TakeInvitation {
    pub token: String,
    /// For an account that is made by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub password: String,
}

/// `GET /api/people/log`: a page of what was changed about the vendor's people, the newest first.
pub type PeopleLog = Page<PeopleLogLine>;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleLogLine {
    pub at: Timestamp,
    pub by: Person,
    /// The name of whom it is about.
    pub about: String,
    pub change: PeopleChange,
}
