//! Showing once more who holds a session: the second factor at sign-in, and before what would hand the account or rights
//! to somebody else.

use crate::{
    failure::Failure,
    usecase::{
        JobCx, Reach, Runner,
        people::{
            authenticator,
            passkeys::{self, Answered},
            security,
            session::{self, SignedIn},
            sign_in,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    people::security::SecurityStep,
};
use orderline_protocol::{account::ProveAgain, problem::Code};
use std::net::IpAddr;
use url::Url;

/// Where a proof comes from.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub from: IpAddr,
    /// Where the page stands, one of ours.
    pub origin: &'a Url,
}

/// Shows it by what the account has.
///
/// # Errors
/// At the field that is wrong; `too_many` after too many wrong ones; `not_found` in a session that a link opened.
pub async fn prove(
    run: &Runner,
    me: &SignedIn,
    place: Place<'_>,
    wish: &ProveAgain,
) -> Result<(), Failure> {
    if me.is_limited() {
        return Err(Code::NotFound.into());
    }
    match wish {
        ProveAgain::Password(password) => by_password(run, me, place.from, password).await,
        ProveAgain::Code(code) => authenticator::shown(run, place.from, me, code).await,
        ProveAgain::Passkey(wish) => {
            let answered = passkeys::answered_by(run, place.origin, wish).await?;
            if answered.user != me.user() {
                return Err(Code::WrongCredentials.into());
            }
            run.job(Reach::Person(me.user()), |cx| {
                by_passkey(cx, me.clone(), answered.clone()).boxed()
            })
            .await
        }
    }
}

async fn by_passkey(cx: &mut JobCx<'_>, me: SignedIn, answered: Answered) -> Result<(), Failure> {
    passkeys::used(cx, &answered).await?;
    session::shown_again(cx, &me, true).await?;
    security::note(cx, me.visitor(), SecurityStep::SecondFactorShown).await
}

/// The password is enough where the account has nothing better.
async fn by_password(
    run: &Runner,
    me: &SignedIn,
    from: IpAddr,
    typed: &str,
) -> Result<(), Failure> {
    if me.is_guarded() {
        return Err(FieldError::new("password", code::NOT_ALLOWED).into());
    }
    if !sign_in::own_password(run, from, me, typed).await? {
        return Err(FieldError::new("password", code::WRONG_PASSWORD).into());
    }
    run.job(Reach::Person(me.user()), |cx| {
        async move {
            session::shown_again(cx, me, false).await?;
            security::note(cx, me.visitor(), SecurityStep::PasswordShownAgain).await
        }
        .boxed()
    })
    .await
}
