//! What happened at the doors of accounts: written where it happens, read by the platform's own people alone.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::people::security::{self, Line, NewLine, Who},
    usecase::{JobCx, PlatformCx, Reach, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    ids::UserId,
    people::{roles::Action, security::SecurityStep},
};
use orderline_protocol::security::{AccountOf, SecurityLine, SecurityLog};
use std::net::IpAddr;

/// Who did something, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// Whose account; none where there is no such account.
    pub user: Option<UserId>,
    /// None for what did not come over the network.
    pub from: Option<IpAddr>,
}

/// Writes what happens in this transaction of the person.
pub(in crate::usecase) async fn note(
    cx: &mut JobCx<'_>,
    visitor: Visitor,
    step: SecurityStep,
) -> Result<(), Failure> {
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        at: cx.now,
        user: visitor.user,
        step,
        from: visitor.from,
        by: None,
        reason: None,
    };
    security::write(&mut cx.tx, line).await?;
    Ok(())
}

/// Writes what nothing else is written of. How many come from whom is bounded by what is borne of wrong attempts.
pub(super) async fn note_alone(
    run: &Runner,
    visitor: Visitor,
    step: SecurityStep,
) -> Result<(), Failure> {
    run.job(Reach::Everyone, |cx| note(cx, visitor, step).boxed())
        .await
}

/// A page of the log, the newest first.
pub async fn log(
    cx: &mut PlatformCx<'_>,
    refusals: bool,
    wanted: &Wanted,
) -> Result<SecurityLog, Failure> {
    auth::authorise_steward(cx.steward, Action::ReadSecurityLog)?;
    let lines = security::lines(&mut cx.tx, refusals, wanted).await?;
    Ok(lines.page(view))
}

fn view(it: Line) -> SecurityLine {
    SecurityLine {
        at: it.at,
        step: it.step,
        who: it.who.map(account),
        from: it.from,
        by: it.by.map(account),
        reason: it.reason,
    }
}

fn account(who: Who) -> AccountOf {
    AccountOf {
        user: who.user,
        name: who.name,
        email: who.email,
    }
}
