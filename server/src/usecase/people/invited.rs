//! What whoever opens an invitation's link meets, and how they take it: with the password of their account, or by
//! choosing one.

use crate::{
    actor::Scope,
    auth,
    failure::Failure,
    live::{common_passwords::is_common, sign_in::Door},
    store::people::{
        invitations::{self, Stored},
        members::{self, NewLine},
        persons,
    },
    usecase::{
        JobCx, Reach, Runner,
        people::{
            link_token::{self, gone},
            sign_in,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::{UserId, VendorId},
    people::{
        capacity::ActAs,
        invitation::{PeopleChange, PeopleStep},
        password::Password,
        person,
        proof::Proof,
    },
};
use orderline_protocol::{
    people::{InvitedView, TakeInvitation},
    problem::Code,
};
use std::net::IpAddr;

/// Where an invitation leads. Whoever holds its token may know.
pub async fn look(run: &Runner, from: IpAddr, token: &str) -> Result<InvitedView, Failure> {
    let token = known(run, from, token).await?;
    let found = run
        .job(Reach::Scope(token.scope()), |cx| {
            looked_at(cx, token).boxed()
        })
        .await?;
    let (stored, vendor_name) = found.ok_or_else(|| gone(run, from))?;
    let account = sign_in::of_email(run, &stored.email).await?;
    Ok(InvitedView {
        vendor_name,
        role: stored.held.role,
        email: stored.email,
        name: stored.name,
        has_account: account.is_some(),
    })
}

/// Takes an invitation; the session that begins may act as what it invites to.
pub async fn take(
    run: &Runner,
    from: IpAddr,
    wish: &TakeInvitation,
) -> Result<(sign_in::Begun, ActAs), Failure> {
    let token = known(run, from, &wish.token).await?;
    let found = run
        .job(Reach::Scope(token.scope()), |cx| {
            looked_at(cx, token).boxed()
        })
        .await?;
    let (stored, _) = found.ok_or_else(|| gone(run, from))?;
    let chosen = match sign_in::of_email(run, &stored.email).await? {
        Some(known) => {
            let door = Door::new(from, stored.email);
            if !sign_in::is_right(run, &door, &wish.password, Some(&known)).await? {
                return Err(FieldError::new("password", code::WRONG_PASSWORD).into());
            }
            None
        }
        None => Some(chosen(run, wish, &stored).await?),
    };
    let done = run.job(Reach::Scope(token.scope()), |cx| {
        taken(cx, (token, from), chosen).boxed()
    });
    done.await?.ok_or_else(|| gone(run, from))
}

/// The name and the password's hash of an account that is made by it.
async fn chosen(
    run: &Runner,
    wish: &TakeInvitation,
    stored: &Stored,
) -> Result<(String, String), Failure> {
    let name = wish.name.as_deref().unwrap_or(&stored.name);
    let name = person::name(name).map_err(|bad| bad.at("name"))?;
    let password = Password::choose("password", &wish.password, &stored.email, is_common)?;
    Ok((name, run.env.sign_in.hash(password).await?))
}

async fn taken(
    cx: &mut JobCx<'_>,
    (token, from): (Token, IpAddr),
    chosen: Option<(String, String)>,
) -> Result<Option<(sign_in::Begun, ActAs)>, Failure> {
    let Some(stored) = opened(cx, token).await? else {
        return Ok(None);
    };
    let Ok(held) = stored.held.take(cx.now) else {
        return Ok(None);
    };
    if !invitations::save(&mut cx.tx, &stored, &held, None).await? {
        return Err(Code::Conflict.into());
    }
    if let Some((name, hash)) = &chosen {
        persons::choose_password(&mut cx.tx, token.user, (name, hash)).await?;
    }
    let role = held.role;
    // Had they been given it by another way meanwhile, it is theirs all the same.
    members::grant(&mut cx.tx, token.vendor, (token.user, role), cx.now).await?;
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        vendor: token.vendor,
        at: cx.now,
        by: (token.user, role),
        about: token.user,
        change: PeopleChange {
            what: PeopleStep::Joined,
            role,
        },
    };
    members::log(&mut cx.tx, &line).await?;
    members::renew_sessions(&mut cx.tx, token.user).await?;
    let begun = sign_in::session(cx, (token.user, Some(from)), Proof::Password).await?;
    let acting = ActAs {
        vendor: Some(token.vendor),
        role,
    };
    Ok(Some((begun, acting)))
}

async fn looked_at(cx: &mut JobCx<'_>, token: Token) -> Result<Option<(Stored, String)>, Failure> {
    let Some(stored) = opened(cx, token).await? else {
        return Ok(None);
    };
    let vendor = persons::vendor_name(&mut cx.tx, token.vendor)
        .await?
        .unwrap_or_default();
    Ok(Some((stored, vendor)))
}

/// The open invitation of a token, locked.
async fn opened(cx: &mut JobCx<'_>, token: Token) -> Result<Option<Stored>, Failure> {
    let stored = invitations::lock_by_token(&mut cx.tx, &token.hash).await?;
    // Whoever takes it is nobody yet, so no runner has asked.
    if let Some(stored) = &stored {
        auth::require_open(stored.held.role, cx.tx.shut())?;
    }
    Ok(stored.filter(|it| it.held.is_open(cx.now)))
}

/// A token whose vendor and person are known; whether its invitation is open is not.
#[derive(Clone, Copy)]
struct Token {
    vendor: VendorId,
    user: UserId,
    hash: Digest,
}

impl Token {
    const fn scope(&self) -> Scope {
        Scope {
            vendor: self.vendor,
            person: Some(self.user),
            only_thread: None,
        }
    }
}

/// Whose invitation a token opens. An unknown one is a bad ticket; who tries many is slowed.
async fn known(run: &Runner, from: IpAddr, token: &str) -> Result<Token, Failure> {
    let hash = link_token::hash(run, from, token)?;
    let found = run.job(Reach::Nobody, |cx| of_token(cx, hash).boxed());
    found.await?.ok_or_else(|| gone(run, from))
}

async fn of_token(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<Token>, Failure> {
    let found = invitations::of_token(&mut cx.tx, &hash).await?;
    Ok(found.map(|(vendor, user)| Token { vendor, user, hash }))
}
