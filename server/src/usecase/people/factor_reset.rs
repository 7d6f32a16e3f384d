//! Help for whoever lost the device of their second factor and their recovery codes: somebody of the platform's takes it
//! away, so that they set up a new one by their password.

use crate::{
    actor::Steward,
    auth,
    failure::Failure,
    store::people::{
        account_links, authenticators, passkeys, persons,
        security::{self, NewLine},
        sessions,
    },
    texts::MailKind,
    usecase::{
        AfterCommit, JobCx, Reach, Runner, again,
        mail::{self, AccountLetter},
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    ids::{FactorResetId, UserId},
    people::{factor_reset::By, roles::Action},
    text::{MailAddress, ResetReason},
};
use orderline_protocol::{
    problem::Code,
    security::{AccountOf, FindSecondFactor, ResetSecondFactor, SecondFactorOf},
};
use std::net::IpAddr;

/// Whose account has this address, and what it has.
///
/// # Errors
/// At `email`: none has it, or it is one's own.
pub async fn find(
    run: &Runner,
    steward: &Steward,
    wish: &FindSecondFactor,
) -> Result<SecondFactorOf, Failure> {
    auth::authorise_steward(steward, Action::ResetSecondFactor)?;
    of_address(run, By::Steward(steward.user), &wish.email).await
}

async fn of_address(run: &Runner, by: By, email: &str) -> Result<SecondFactorOf, Failure> {
    let email = MailAddress::new(email).map_err(|bad| bad.at("email"))?;
    let email = email.folded();
    let user = again(|| run.job(Reach::Everyone, |cx| account_of(cx, email.clone()).boxed()))
        .await?
        .ok_or_else(|| FieldError::new("email", code::NO_ACCOUNT))?;
    by.may_reset(user)
        .map_err(|_| FieldError::new("email", code::OWN_ACCOUNT))?;
    again(|| run.job(Reach::Person(user), |cx| looked_at(cx, user).boxed())).await
}

async fn account_of(cx: &mut JobCx<'_>, email: String) -> Result<Option<UserId>, Failure> {
    let account = account_links::account(&mut cx.tx, &email).await?;
    Ok(account.map(|it| it.user))
}

async fn looked_at(cx: &mut JobCx<'_>, user: UserId) -> Result<SecondFactorOf, Failure> {
    let name = persons::name(&mut cx.tx, user)
        .await?
        .ok_or(Code::NotFound)?;
    let authenticator = authenticators::find(&mut cx.tx, user).await?;
    let keys = passkeys::of_person(&mut cx.tx, user).await?;
    Ok(SecondFactorOf {
        account: AccountOf {
            user,
            name,
            email: persons::email(&mut cx.tx, user).await?,
        },
        authenticator: authenticator.is_some_and(|it| it.confirmed_at.is_some()),
        passkeys: u32::try_from(keys.len()).unwrap_or(u32::MAX),
    })
}

/// Takes somebody's second factor away.
///
/// # Errors
/// At `reason`; `not_allowed` for one's own; `conflict` when there is none (any more).
pub async fn reset(
    run: &Runner,
    steward: &Steward,
    from: IpAddr,
    wish: &ResetSecondFactor,
) -> Result<(), Failure> {
    auth::authorise_steward(steward, Action::ResetSecondFactor)?;
    let task = Task {
        reset: wish.reset,
        whose: wish.user,
        by: By::Steward(steward.user),
        from: Some(from),
        reason: ResetReason::new(&wish.reason).map_err(|bad| bad.at("reason"))?,
    };
    carry_out(run, task).await
}

/// Whose second factor the command line would take away.
///
/// # Errors
/// As for [`find`].
pub async fn find_at_console(run: &Runner, email: &str) -> Result<SecondFactorOf, Failure> {
    of_address(run, By::Console, email).await
}

/// The same at the command line.
///
/// # Errors
/// As for [`reset`].
pub async fn reset_at_console(run: &Runner, whose: UserId, reason: &str) -> Result<(), Failure> {
    let env = &run.env;
    let task = Task {
        reset: FactorResetId::from_uuid(env.entropy.uuid(env.clock.now())),
        whose,
        by: By::Console,
        from: None,
        reason: ResetReason::new(reason).map_err(|bad| bad.at("reason"))?,
    };
    carry_out(run, task).await
}

/// What is to be done.
#[derive(Clone)]
struct Task {
    reset: FactorResetId,
    whose: UserId,
    by: By,
    from: Option<IpAddr>,
    reason: ResetReason,
}

async fn carry_out(run: &Runner, task: Task) -> Result<(), Failure> {
    task.by
        .may_reset(task.whose)
        .map_err(|_| Code::NotAllowed)?;
    if was_done(run, &task).await? {
        return Ok(());
    }
    run.job(Reach::Person(task.whose), |cx| {
        carried_out(cx, task).boxed()
    })
    .await
}

/// Whether this very thing was done before.
async fn was_done(run: &Runner, task: &Task) -> Result<bool, Failure> {
    let entry = task.reset.as_uuid();
    let written = again(|| {
        run.job(Reach::Everyone, |cx| {
            async move { Ok(security::written(&mut cx.tx, entry).await?) }.boxed()
        })
    });
    match written.await? {
        None => Ok(false),
        Some(it) if it == (task.by.step(), Some(task.whose)) => Ok(true),
        Some(_) => Err(Code::CommandReused.into()),
    }
}

async fn carried_out(cx: &mut JobCx<'_>, task: Task) -> Result<(), Failure> {
    let whose = task.whose;
    let name = persons::name(&mut cx.tx, whose)
        .await?
        .ok_or(Code::NotFound)?;
    let line = NewLine {
        entry: task.reset.as_uuid(),
        at: cx.now,
        user: Some(whose),
        step: task.by.step(),
        from: task.from,
        by: task.by.person(),
        reason: Some(task.reason.as_str()),
    };
    if !security::write(&mut cx.tx, line).await? {
        return Ok(());
    }
    let had_app = authenticators::remove(&mut cx.tx, whose).await?;
    let keys = passkeys::remove_all(&mut cx.tx, whose).await?;
    if !had_app && keys == 0 {
        return Err(Code::Conflict.into());
    }
    let ended = sessions::end_others(&mut cx.tx, whose, None).await?;
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    let letter = AccountLetter {
        to: whose,
        address: None,
        kind: MailKind::SecondFactorReset,
        values: &[("name", &name), ("link", &cx.env.node_url)],
        secret: false,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}
