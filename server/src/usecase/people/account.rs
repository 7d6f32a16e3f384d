//! A person's own account: where they are signed in, and their password. Whatever they act as.

use crate::{
    failure::Failure,
    live::common_passwords::is_common,
    store::people::{
        persons,
        sessions::{self, OwnSession},
    },
    usecase::{
        AfterCommit, JobCx, Reach, Runner, again,
        people::{
            account_link::tell_changed,
            authenticator, email_change, passkeys, security,
            session::{self, SignedIn},
            sign_in,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    ids::SessionId,
    people::{password::Password, security::SecurityStep},
};
use orderline_protocol::account::{
    AccountView, AuthenticatorView, ChangePassword, EmailChangeView, PasskeyView, SessionView,
};
use std::net::IpAddr;

/// What is known of one's own account. A session that a link opened sees itself alone, and the address only once it has
/// shown whose it is.
pub async fn look(run: &Runner, me: &SignedIn) -> Result<AccountView, Failure> {
    let Looked {
        email,
        keys,
        email_change,
        sessions: all,
    } = again(|| {
        run.job(Reach::Person(me.user()), |cx| {
            looked_at(cx, me.clone()).boxed()
        })
    })
    .await?;
    let has_password = match &email {
        Some(email) => sign_in::of_email(run, email).await?.is_some(),
        None => false,
    };
    let here = me.session();
    let sessions = all
        .into_iter()
        .filter(|it| !me.is_limited() || it.session == here)
        .map(|it| view(it, here))
        .collect();
    Ok(AccountView {
        name: me.name().to_owned(),
        email: email.filter(|_| me.proof().shows_person()),
        has_password,
        passkeys: keys.passkeys,
        authenticator: keys.authenticator,
        asks_second_factor: me.is_guarded(),
        email_change,
        sessions,
    })
}

struct Looked {
    email: Option<String>,
    keys: Keys,
    email_change: Option<EmailChangeView>,
    sessions: Vec<OwnSession>,
}

/// What one signs in with beside a password.
#[derive(Default)]
struct Keys {
    passkeys: Vec<PasskeyView>,
    authenticator: Option<AuthenticatorView>,
}

async fn looked_at(cx: &mut JobCx<'_>, me: SignedIn) -> Result<Looked, Failure> {
    let email = persons::email(&mut cx.tx, me.user()).await?;
    let sessions = sessions::of_person(&mut cx.tx, me.user(), cx.now).await?;
    let keys = if me.is_limited() {
        Keys::default()
    } else {
        Keys {
            passkeys: passkeys::of_person(cx, me.user()).await?,
            authenticator: authenticator::of_person(cx, me.user()).await?,
        }
    };
    let email_change = if me.is_limited() {
        None
    } else {
        email_change::of_person(cx, &me).await?
    };
    Ok(Looked {
        email,
        keys,
        email_change,
        sessions,
    })
}

fn view(it: OwnSession, here: SessionId) -> SessionView {
    SessionView {
        session: it.session,
        began_at: it.began_at,
        seen_at: it.seen_at,
        proof: it.proof,
        here: it.session == here,
        limited: it.limited,
    }
}

/// Ends one of one's sessions. One that is over already is no fault; another's is nobody's to find.
pub async fn end(run: &Runner, me: &SignedIn, session: SessionId) -> Result<(), Failure> {
    // One's own is ended by whoever has it.
    if session != me.session() {
        me.may_touch_account()?;
    }
    again(|| {
        run.job(Reach::Person(me.user()), |cx| {
            ended(cx, me.clone(), session).boxed()
        })
    })
    .await
}

async fn ended(cx: &mut JobCx<'_>, me: SignedIn, session: SessionId) -> Result<(), Failure> {
    let own = sessions::of_person(&mut cx.tx, me.user(), cx.now).await?;
    if own.iter().any(|it| it.session == session) {
        sessions::end(&mut cx.tx, session).await?;
        cx.news.after.push(AfterCommit::SessionsOver(vec![session]));
        security::note(cx, me.visitor(), SecurityStep::SessionsEnded).await?;
    }
    Ok(())
}

/// Ends all of one's sessions but this one.
pub async fn end_others(run: &Runner, me: &SignedIn) -> Result<(), Failure> {
    me.may_touch_account()?;
    again(|| {
        run.job(Reach::Person(me.user()), |cx| {
            others_ended(cx, me.clone()).boxed()
        })
    })
    .await
}

async fn others_ended(cx: &mut JobCx<'_>, me: SignedIn) -> Result<(), Failure> {
    session::end_others(cx, &me).await?;
    security::note(cx, me.visitor(), SecurityStep::SessionsEnded).await
}

/// Chooses another password, for whoever knows the one that holds. Every other session ends, and a mail says so.
pub async fn change_password(
    run: &Runner,
    from: IpAddr,
    me: &SignedIn,
    wish: &ChangePassword,
) -> Result<(), Failure> {
    me.may_touch_account()?;
    let email = sign_in::address(run, me).await?;
    let new = Password::choose("new", &wish.new, &email, is_common)?;
    if !sign_in::own_password(run, from, me, &wish.old).await? {
        return Err(FieldError::new("old", code::WRONG_PASSWORD).into());
    }
    let hash = run.env.sign_in.hash(new).await?;
    run.job(Reach::Person(me.user()), |cx| {
        changed(cx, me.clone(), hash).boxed()
    })
    .await
}

async fn changed(cx: &mut JobCx<'_>, me: SignedIn, hash: String) -> Result<(), Failure> {
    persons::change_password(&mut cx.tx, me.user(), &hash).await?;
    session::end_others(cx, &me).await?;
    security::note(cx, me.visitor(), SecurityStep::PasswordChanged).await?;
    tell_changed(cx, me.user(), me.name()).await
}
