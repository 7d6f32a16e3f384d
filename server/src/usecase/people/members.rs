//! Who works for a vendor, as what; roles suspended, restored and taken back; the log of all that.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        Tx,
        people::members::{self, NewLine},
    },
    usecase::{AfterCommit, Cx, Query},
};
use jiff::Timestamp;
use orderline_domain::{
    ids::UserId,
    people::{
        invitation::{PeopleChange, PeopleStep},
        last_admin,
        roles::{Action, Relation, Role},
    },
};
use orderline_protocol::{
    people::{MemberList, MemberView, PeopleLog, PeopleLogLine, RoleStep},
    problem::Code,
};

/// A page of who works for the vendor, a line a role.
pub async fn list(query: &mut Query<'_>, wanted: &Wanted) -> Result<MemberList, Failure> {
    auth::authorise(query.actor, Action::ReadPeople, Relation::Own)?;
    let all = members::list(&mut query.tx, wanted).await?;
    Ok(all.page(|it| MemberView {
        person: it.person.into(),
        email: it.email,
        granted_at: it.granted_at,
        suspended_at: it.suspended_at,
    }))
}

/// A page of what was changed about the vendor's people, newest first.
pub async fn log(query: &mut Query<'_>, wanted: &Wanted) -> Result<PeopleLog, Failure> {
    auth::authorise(query.actor, Action::ReadPeople, Relation::Own)?;
    let lines = members::lines(&mut query.tx, wanted).await?;
    Ok(lines.page(|it| PeopleLogLine {
        at: it.at,
        by: it.by.into(),
        about: it.about,
        change: it.change,
    }))
}

/// Suspends, restores or takes back one of somebody's roles. Whoever loses one is signed out everywhere at once: what
/// is left to them they find when they sign in. The vendor's last admin stays.
pub async fn change_role(
    cx: &mut Cx<'_>,
    user: UserId,
    role: Role,
    step: RoleStep,
) -> Result<(), Failure> {
    auth::authorise(cx.actor, Action::EditPeople, Relation::Own)?;
    if step == RoleStep::Restore {
        auth::authorise_giving(cx.actor, role)?;
    }
    let what = take_step(&mut cx.tx, (user, role), step, cx.now).await?;
    if step == RoleStep::Restore {
        members::renew_sessions(&mut cx.tx, user).await?;
    } else {
        let ended = members::end_sessions(&mut cx.tx, user).await?;
        cx.news.after.push(AfterCommit::SessionsOver(ended));
    }
    note(cx, user, (what, role)).await
}

/// Takes the step at the transaction's vendor, and answers what the log says of it.
pub(super) async fn take_step(
    tx: &mut Tx,
    (user, role): (UserId, Role),
    step: RoleStep,
    now: Timestamp,
) -> Result<PeopleStep, Failure> {
    // Before the role's own row: two who take it from each other lock the same rows in the same sequence.
    let holders = if last_admin::is_counted(role) && step != RoleStep::Restore {
        members::holders(tx, role).await?
    } else {
        usize::MAX
    };
    let suspended = members::find(tx, user, role).await?.ok_or(Code::NotFound)?;
    last_admin::may_lose(role, suspended.is_none(), holders).map_err(|_| Code::LastAdmin)?;
    Ok(match (step, suspended) {
        (RoleStep::Suspend, None) => {
            members::suspend(tx, (user, role), Some(now)).await?;
            PeopleStep::Suspended
        }
        (RoleStep::Restore, Some(_)) => {
            members::suspend(tx, (user, role), None).await?;
            PeopleStep::Restored
        }
        (RoleStep::Remove, _) => {
            members::remove(tx, user, role).await?;
            PeopleStep::Removed
        }
        (RoleStep::Suspend, Some(_)) | (RoleStep::Restore, None) => {
            return Err(Code::Conflict.into());
        }
    })
}

/// Writes into the log what the actor did.
pub(super) async fn note(
    cx: &mut Cx<'_>,
    about: UserId,
    (what, role): (PeopleStep, Role),
) -> Result<(), Failure> {
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        vendor: cx.actor.vendor,
        at: cx.now,
        by: (cx.actor.user, cx.actor.role),
        about,
        change: PeopleChange { what, role },
    };
    Ok(members::log(&mut cx.tx, &line).await?)
}
