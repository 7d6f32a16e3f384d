//! Who has which of the platform's roles: given to somebody who has an account, and taken back.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::people::{
        security::{self, NewLine},
        stewards,
    },
    usecase::{AfterCommit, PlatformCx},
};
use orderline_domain::{
    field::{FieldError, code},
    ids::UserId,
    people::{
        last_admin::may_lose,
        roles::{Action, Role},
        security::SecurityStep,
    },
    text::MailAddress,
};
use orderline_protocol::{
    people::MemberView,
    problem::Code,
    visit::{GiveRole, StewardList},
};

/// A page of them, a line a role.
pub async fn list(cx: &mut PlatformCx<'_>, wanted: &Wanted) -> Result<StewardList, Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlatformPeople)?;
    let all = stewards::list(&mut cx.tx, wanted).await?;
    Ok(all.page(|it| MemberView {
        person: it.person.into(),
        email: it.email,
        granted_at: it.granted_at,
        suspended_at: it.suspended_at,
    }))
}

/// Gives a role. Asked twice, it is given once.
pub async fn give(cx: &mut PlatformCx<'_>, wish: &GiveRole) -> Result<(), Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlatformPeople)?;
    let email = MailAddress::new(&wish.email).map_err(|bad| bad.at("email"))?;
    if !Role::PLATFORM.contains(&wish.role) {
        return Err(FieldError::new("role", code::NOT_ALLOWED).into());
    }
    auth::authorise_giving_at_platform(cx.steward, wish.role)?;
    let user = stewards::account(&mut cx.tx, &email.folded()).await?;
    let user = user.ok_or_else(|| FieldError::new("email", code::UNKNOWN))?;
    if stewards::give(&mut cx.tx, (user, wish.role), cx.now).await? {
        note(cx, user, SecurityStep::PlatformRoleGiven).await?;
    }
    Ok(())
}

/// Takes a role back; whoever loses it is signed out everywhere at once. The platform's last admin stays.
pub async fn take(cx: &mut PlatformCx<'_>, user: UserId, role: Role) -> Result<(), Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlatformPeople)?;
    let holders = stewards::holders(&mut cx.tx, role).await?;
    may_lose(role, true, holders).map_err(|_| Code::LastAdmin)?;
    let ended = stewards::end_sessions(&mut cx.tx, user).await?;
    if !stewards::take(&mut cx.tx, user, role).await? {
        return Err(Code::NotFound.into());
    }
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    note(cx, user, SecurityStep::PlatformRoleTaken).await
}

async fn note(cx: &mut PlatformCx<'_>, user: UserId, step: SecurityStep) -> Result<(), Failure> {
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        at: cx.now,
        user: Some(user),
        step,
        from: None,
        by: Some(cx.steward.user),
        reason: None,
    };
    security::write(&mut cx.tx, line).await?;
    Ok(())
}
