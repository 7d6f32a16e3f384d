//! People, vendors, and the installation's set-up.

use super::{Failure, get, page, post, post_quiet};
use orderline_domain::{
    ids::{InvitationId, UserId, VendorId},
    people::roles::Role,
};
use orderline_protocol::{
    http::Me,
    page::PageCursor,
    people::{
        ChangeInvitation, ChangeRole, InvitationList, InvitationToken, InvitationView, Invite,
        InvitedView, MemberList, PeopleLog, RoleStep, TakeInvitation,
    },
    platform::{MakeVendor, SetUp, SetupView, VendorList, VendorView},
};

/// `GET /api/setup`.
pub async fn setup() -> Result<SetupView, Failure> {
    get("/api/setup").await
}

/// `POST /api/setup`.
pub async fn set_up(body: &SetUp) -> Result<Me, Failure> {
    post("/api/setup", body).await
}

/// A page of `GET /api/platform/vendors`.
pub async fn vendors(after: Option<PageCursor>) -> Result<VendorList, Failure> {
    page("/api/platform/vendors", after).await
}

/// `POST /api/platform/vendors`.
pub async fn make_vendor(body: &MakeVendor) -> Result<VendorView, Failure> {
    post("/api/platform/vendors", body).await
}

/// `POST /api/platform/vendors/{vendor}/invitations`.
pub async fn invite_to_vendor(vendor: VendorId, body: &Invite) -> Result<InvitationView, Failure> {
    post(&format!("/api/platform/vendors/{vendor}/invitations"), body).await
}

/// A page of `GET /api/people`.
pub async fn members(after: Option<PageCursor>) -> Result<MemberList, Failure> {
    page("/api/people", after).await
}

/// A page of `GET /api/people/log`.
pub async fn people_log(after: Option<PageCursor>) -> Result<PeopleLog, Failure> {
    page("/api/people/log", after).await
}

/// `POST /api/people/{user}/roles/{role}`.
pub async fn change_role(user: UserId, role: Role, step: RoleStep) -> Result<(), Failure> {
    let path = format!("/api/people/{user}/roles/{}", role.name());
    post_quiet(&path, &ChangeRole { step }).await
}

/// A page of `GET /api/people/invitations`.
pub async fn invitations(after: Option<PageCursor>) -> Result<InvitationList, Failure> {
    page("/api/people/invitations", after).await
}

/// `POST /api/people/invitations`.
pub async fn invite(body: &Invite) -> Result<InvitationView, Failure> {
    post("/api/people/invitations", body).await
}

/// `POST /api/people/invitations/{invitation}`.
pub async fn change_invitation(
    invitation: InvitationId,
    wish: &ChangeInvitation,
) -> Result<(), Failure> {
    post_quiet(&format!("/api/people/invitations/{invitation}"), wish).await
}

/// `POST /api/invitation/look`.
pub async fn invited(body: &InvitationToken) -> Result<InvitedView, Failure> {
    post("/api/invitation/look", body).await
}

/// `POST /api/invitation/take`.
pub async fn take_invitation(body: &TakeInvitation) -> Result<Me, Failure> {
    post("/api/invitation/take", body).await
}
