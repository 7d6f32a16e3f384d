//! Signing in with e-mail and password, and in demo mode without one.

use crate::{
    failure::Failure,
    live::{
        Env,
        sign_in::{Door, hashed},
    },
    store::people::{
        persons::{self, Credentials},
        sessions::{self, Limits, NewSession},
    },
    usecase::{
        AfterCommit, JobCx, Reach, Runner, again,
        people::{
            security::{self, Visitor},
            session::{self, SignedIn},
        },
    },
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    digest::Digest,
    ids::{JoinLinkId, SessionId, ThreadId, UserId, VendorId},
    job::SESSION_LIVES,
    people::{password::Password, proof::Proof, security::SecurityStep},
    text::MailAddress,
};
use orderline_protocol::problem::Code;
use std::{net::IpAddr, sync::OnceLock};

/// How long a session lasts that a link opened.
pub(super) const LIMITED_LIVES: SignedDuration = SignedDuration::from_hours(12);

/// A new session: the token goes into the cookie and nowhere else.
pub struct Begun {
    pub token: String,
}

/// Checks e-mail and password and begins a session.
pub async fn sign_in(
    run: &Runner,
    from: IpAddr,
    email: &str,
    password: &str,
) -> Result<Begun, Failure> {
    // What is no address is nobody's.
    let email = MailAddress::new(email).map_err(|_| Code::WrongCredentials)?;
    if Password::typed(password).is_none() {
        return Err(Code::WrongCredentials.into());
    }
    let door = Door::new(from, email.folded());
    run.env.sign_in.check(&door)?;
    let known = of_email(run, door.email()).await?;
    let right = is_right(run, &door, password, known.as_ref()).await?;
    let known = known.filter(|_| right).ok_or(Code::WrongCredentials)?;
    let visitor = Visitor {
        user: Some(known.user),
        from: Some(from),
    };
    session_of(run, visitor, Proof::Password).await
}

/// The address that one signs in with.
///
/// # Errors
/// `not_found` where there is none.
pub(super) async fn address(run: &Runner, me: &SignedIn) -> Result<String, Failure> {
    let user = me.user();
    let email = again(|| {
        run.job(Reach::Person(user), |cx| {
            async move { Ok(persons::email(&mut cx.tx, user).await?) }.boxed()
        })
    });
    Ok(email.await?.ok_or(Code::NotFound)?)
}

/// Whether this is the password of the account that is signed in here.
///
/// # Errors
/// `not_found` where it has none; `too_many` after too many wrong ones.
pub(super) async fn own_password(
    run: &Runner,
    from: IpAddr,
    me: &SignedIn,
    typed: &str,
) -> Result<bool, Failure> {
    let email = address(run, me).await?;
    let known = of_email(run, &email).await?.ok_or(Code::NotFound)?;
    is_right(run, &Door::new(from, email), typed, Some(&known)).await
}

/// Whether this is the password of the account behind the door. A wrong one is counted and logged; an unknown account costs
/// the same time.
///
/// # Errors
/// `too_many` after too many wrong ones.
pub(super) async fn is_right(
    run: &Runner,
    door: &Door,
    typed: &str,
    known: Option<&Credentials>,
) -> Result<bool, Failure> {
    let env = &run.env;
    env.sign_in.check(door)?;
    let hash = known.map_or_else(|| dummy(env), |it| it.password_hash.clone());
    let right = match Password::typed(typed) {
        Some(password) => env.sign_in.verify(password, hash).await?,
        None => false,
    };
    if right && known.is_some() {
        env.sign_in.right(door.clone());
        return Ok(true);
    }
    env.sign_in.wrong(door);
    let visitor = Visitor {
        user: known.map(|it| it.user),
        from: Some(door.from()),
    };
    security::note_alone(run, visitor, SecurityStep::PasswordRefused).await?;
    Ok(false)
}

/// Begins a session without a password: for the demo's people only, on loopback only.
pub async fn enter(run: &Runner, email: &str) -> Result<Begun, Failure> {
    let known = of_email(run, email).await?.ok_or(Code::NotFound)?;
    let visitor = Visitor {
        user: Some(known.user),
        from: None,
    };
    session_of(run, visitor, Proof::DemoDoor).await
}

/// Who signs in with this address (as it is compared) and a password.
pub(super) async fn of_email(run: &Runner, email: &str) -> Result<Option<Credentials>, Failure> {
    again(|| run.job(Reach::Nobody, |cx| known(cx, email).boxed())).await
}

/// Tried again, it begins another session; one that nobody heard of ends by itself.
async fn session_of(run: &Runner, visitor: Visitor, proof: Proof) -> Result<Begun, Failure> {
    let user = visitor.user.ok_or(Code::NotFound)?;
    again(|| {
        run.job(Reach::Person(user), |cx| {
            session(cx, (user, visitor.from), proof).boxed()
        })
    })
    .await
}

async fn known(cx: &mut JobCx<'_>, email: &str) -> Result<Option<Credentials>, Failure> {
    Ok(persons::credentials(&mut cx.tx, email).await?)
}

/// Begins a session of this person, who comes from there, in a transaction that reaches what is theirs.
pub(in crate::usecase) async fn session(
    cx: &mut JobCx<'_>,
    (user, from): (UserId, Option<IpAddr>),
    proof: Proof,
) -> Result<Begun, Failure> {
    let step = match proof {
        Proof::Passkey => SecurityStep::SignedInByPasskey,
        Proof::Password => SecurityStep::SignedInByPassword,
        _ => SecurityStep::SignedInByLink,
    };
    // The demo's doors are open to whoever sits at the machine.
    if proof != Proof::DemoDoor {
        let visitor = Visitor {
            user: Some(user),
            from,
        };
        security::note(cx, visitor, step).await?;
    }
    let new = Fresh::new(cx)?;
    let begun = NewSession {
        session: new.session,
        user,
        token_hash: new.hash,
        at: cx.now,
        proof,
        ends_at: cx
            .now
            .saturating_add(SESSION_LIVES)
            .unwrap_or(Timestamp::MAX),
        limits: None,
    };
    keep(cx, &begun).await?;
    Ok(Begun { token: new.token })
}

/// What a session sees that is opened for one thread alone, and how whoever opened it showed who they are.
#[derive(Clone, Copy, Debug)]
pub(in crate::usecase) struct Opening {
    pub vendor: VendorId,
    pub thread: ThreadId,
    /// The link that opens it, where one does.
    pub link: Option<JoinLinkId>,
    pub proof: Proof,
    /// How long it lasts at most.
    pub lives: SignedDuration,
}

/// Begins a session that sees one thread alone.
pub(in crate::usecase) async fn limited_session(
    cx: &mut JobCx<'_>,
    buyer: UserId,
    opening: Opening,
) -> Result<Begun, Failure> {
    let new = Fresh::new(cx)?;
    let ends_at = cx.now.saturating_add(opening.lives);
    let limits = Limits {
        vendor: opening.vendor,
        link: opening.link,
        only_thread: opening.thread,
    };
    let begun = NewSession {
        session: new.session,
        user: buyer,
        token_hash: new.hash,
        at: cx.now,
        proof: opening.proof,
        ends_at: ends_at.unwrap_or(Timestamp::MAX),
        limits: Some(limits),
    };
    keep(cx, &begun).await?;
    Ok(Begun { token: new.token })
}

/// Saves a new session; those that make room for it end with what lives by them.
async fn keep(cx: &mut JobCx<'_>, new: &NewSession) -> Result<(), Failure> {
    let pushed_out = sessions::begin(&mut cx.tx, new).await?;
    cx.news.after.push(AfterCommit::SessionsOver(pushed_out));
    Ok(())
}

/// What a new session is known by.
struct Fresh {
    session: SessionId,
    token: String,
    hash: Digest,
}

impl Fresh {
    fn new(cx: &JobCx<'_>) -> Result<Self, Failure> {
        let token = hex::encode(cx.env.entropy.bytes32());
        let hash = session::token_hash(&token)
            .ok_or_else(|| Failure::Internal("a new token has no hash".into()))?;
        Ok(Self {
            session: SessionId::from_uuid(cx.env.entropy.uuid(cx.now)),
            token,
            hash,
        })
    }
}

/// Hashes a password as it is stored, for people whom the server writes by itself.
pub fn hash_password(password: &str) -> Result<String, Failure> {
    let password = Password::typed(password)
        .ok_or_else(|| Failure::Internal("no password can be this".into()))?;
    hashed(&password)
}

/// A hash that no password opens in practice: its password is thrown away.
fn dummy(env: &Env) -> String {
    static DUMMY: OnceLock<String> = OnceLock::new();
    DUMMY
        .get_or_init(|| hash_password(&hex::encode(env.entropy.bytes32())).unwrap_or_default())
        .clone()
}
