//! Passkeys: added to one's account, removed, and signed in with. The library checks what the device answers; a challenge
//! is kept by the server and answered once. Each host that people reach us at is a relying party of its own.

use crate::{
    failure::Failure,
    store::people::{
        passkeys::{self, NewPasskey, Stored},
        persons,
    },
    texts::MailKind,
    usecase::{
        JobCx, Reach, Runner,
        mail::{self, AccountLetter},
        people::{
            security,
            session::{self, SignedIn},
            sign_in,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    ids::{CeremonyId, PasskeyId, UserId},
    people::{
        passkey::{self, CEREMONY_LIVES, MAX_ANSWER, MAX_PASSKEYS},
        proof::Proof,
        security::SecurityStep,
    },
};
use orderline_protocol::{
    account::{AddPasskey, Challenge, PasskeySignIn, PasskeyView},
    problem::Code,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::net::IpAddr;
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

/// One's passkeys, as one sees them.
pub(super) async fn of_person(
    cx: &mut JobCx<'_>,
    user: UserId,
) -> Result<Vec<PasskeyView>, Failure> {
    let all = passkeys::of_person(&mut cx.tx, user).await?;
    Ok(all.into_iter().map(view).collect())
}

fn view(it: Stored) -> PasskeyView {
    PasskeyView {
        passkey: it.passkey,
        name: it.name,
        added_at: it.added_at,
        used_at: it.used_at,
    }
}

/// The challenge by which a device makes a key for this account. `origin` is where the page stands, one of ours.
pub async fn begin_adding(run: &Runner, me: &SignedIn, origin: &Url) -> Result<Challenge, Failure> {
    me.may_change_keys()?;
    let party = party(origin)?;
    let held = run
        .job(Reach::Person(me.user()), |cx| held(cx, me.clone()).boxed())
        .await?;
    if held.keys.len() >= MAX_PASSKEYS {
        return Err(Code::TooMany.into());
    }
    let exclude = held.keys.iter().map(|key| key.cred_id().clone()).collect();
    let (options, state) = party
        .start_passkey_registration(me.user().as_uuid(), &held.email, me.name(), Some(exclude))
        .map_err(broken)?;
    let mut options = serde_json::to_value(options).map_err(broken)?;
    // The device keeps the account with the key, so that nobody has to type who they are.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
    }
    keep(run, &options["publicKey"], &state).await
}

/// What a new key is made beside.
struct Held {
    email: String,
    keys: Vec<Passkey>,
}

async fn held(cx: &mut JobCx<'_>, me: SignedIn) -> Result<Held, Failure> {
    let email = persons::email(&mut cx.tx, me.user())
        .await?
        .ok_or(Code::NotFound)?;
    let all = passkeys::of_person(&mut cx.tx, me.user()).await?;
    let keys = all
        .into_iter()
        .map(|it| read(it.key))
        .collect::<Result<_, _>>()?;
    Ok(Held { email, keys })
}

/// Adds the key that a device made.
pub async fn add(
    run: &Runner,
    me: &SignedIn,
    origin: &Url,
    wish: &AddPasskey,
) -> Result<PasskeyView, Failure> {
    me.may_change_keys()?;
    let name = passkey::name(&wish.name)?;
    let answer: RegisterPublicKeyCredential = answered(&wish.answer)?;
    let state: PasskeyRegistration = taken(run, wish.ceremony).await?;
    let key = party(origin)?
        .finish_passkey_registration(&answer, &state)
        .map_err(|_| FieldError::new("answer", code::INVALID))?;
    run.job(Reach::Person(me.user()), |cx| {
        added(cx, me.clone(), (name.clone(), key.clone())).boxed()
    })
    .await
}

async fn added(
    cx: &mut JobCx<'_>,
    me: SignedIn,
    (name, key): (String, Passkey),
) -> Result<PasskeyView, Failure> {
    let new = NewPasskey {
        passkey: PasskeyId::from_uuid(cx.env.entropy.uuid(cx.now)),
        user: me.user(),
        credential: key.cred_id().as_ref(),
        name: &name,
        key: &serde_json::to_value(&key).map_err(broken)?,
        at: cx.now,
    };
    if !passkeys::add(&mut cx.tx, &new).await? {
        return Err(FieldError::new("answer", code::TAKEN).into());
    }
    // The device has just seen that it is they.
    session::shown_again(cx, &me, true).await?;
    security::note(cx, me.visitor(), SecurityStep::PasskeyAdded).await?;
    tell(cx, &me, MailKind::PasskeyAdded, &name).await?;
    Ok(PasskeyView {
        passkey: new.passkey,
        name,
        added_at: cx.now,
        used_at: None,
    })
}

/// Removes one of one's passkeys; asked again, it is gone all the same.
pub async fn remove(run: &Runner, me: &SignedIn, passkey: PasskeyId) -> Result<(), Failure> {
    me.may_change_keys()?;
    run.job(Reach::Person(me.user()), |cx| {
        removed(cx, me.clone(), passkey).boxed()
    })
    .await
}

async fn removed(cx: &mut JobCx<'_>, me: SignedIn, passkey: PasskeyId) -> Result<(), Failure> {
    let all = passkeys::of_person(&mut cx.tx, me.user()).await?;
    let Some(it) = all.into_iter().find(|it| it.passkey == passkey) else {
        return Ok(());
    };
    passkeys::remove(&mut cx.tx, me.user(), passkey).await?;
    // Whoever has that device may have opened some of them.
    session::end_others(cx, &me).await?;
    security::note(cx, me.visitor(), SecurityStep::PasskeyRemoved).await?;
    tell(cx, &me, MailKind::PasskeyRemoved, &it.name).await
}

async fn tell(
    cx: &mut JobCx<'_>,
    me: &SignedIn,
    kind: MailKind,
    passkey: &str,
) -> Result<(), Failure> {
    let letter = AccountLetter {
        to: me.user(),
        address: None,
        kind,
        values: &[
            ("name", me.name()),
            ("passkey", passkey),
            ("link", &cx.env.node_url),
        ],
        secret: false,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}

/// The challenge by which whoever holds a key signs in. Nobody says who they are before.
pub async fn begin_sign_in(run: &Runner, from: IpAddr, origin: &Url) -> Result<Challenge, Failure> {
    run.env.sign_in.ask_passkey(from)?;
    let (options, state) = party(origin)?
        .start_discoverable_authentication()
        .map_err(broken)?;
    let options = serde_json::to_value(options).map_err(broken)?;
    keep(run, &options["publicKey"], &state).await
}

/// Signs in whose key answered.
pub async fn sign_in(
    run: &Runner,
    from: IpAddr,
    origin: &Url,
    wish: &PasskeySignIn,
) -> Result<sign_in::Begun, Failure> {
    let answered = answered_by(run, origin, wish).await?;
    run.job(Reach::Person(answered.user), |cx| {
        begun(cx, from, answered.clone()).boxed()
    })
    .await
}

/// Whose key answered a challenge, and the key as it is after that.
#[derive(Clone)]
pub(super) struct Answered {
    pub user: UserId,
    pub passkey: PasskeyId,
    pub key: Value,
}

/// Checks what a device answered.
pub(super) async fn answered_by(
    run: &Runner,
    origin: &Url,
    wish: &PasskeySignIn,
) -> Result<Answered, Failure> {
    let answer: PublicKeyCredential = answered(&wish.answer)?;
    let state: DiscoverableAuthentication = taken(run, wish.ceremony).await?;
    let party = party(origin)?;
    let (user, credential) = party
        .identify_discoverable_authentication(&answer)
        .map_err(|_| Code::WrongCredentials)?;
    let user = UserId::from_uuid(user);
    let known = run
        .job(Reach::Person(user), |cx| known(cx, user).boxed())
        .await?;
    let mut found = None;
    for stored in known {
        let key: Passkey = read(stored.key)?;
        if AsRef::<[u8]>::as_ref(key.cred_id()) == credential {
            found = Some((stored.passkey, key));
        }
    }
    let (passkey, mut key) = found.ok_or(Code::WrongCredentials)?;
    let result = party
        .finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&key))
        .map_err(|_| Code::WrongCredentials)?;
    key.update_credential(&result);
    Ok(Answered {
        user,
        passkey,
        key: serde_json::to_value(&key).map_err(broken)?,
    })
}

async fn known(cx: &mut JobCx<'_>, user: UserId) -> Result<Vec<Stored>, Failure> {
    Ok(passkeys::of_person(&mut cx.tx, user).await?)
}

async fn begun(cx: &mut JobCx<'_>, from: IpAddr, it: Answered) -> Result<sign_in::Begun, Failure> {
    used(cx, &it).await?;
    sign_in::session(cx, (it.user, Some(from)), Proof::Passkey).await
}

/// A key answered; one that was removed meanwhile opens nothing.
pub(super) async fn used(cx: &mut JobCx<'_>, it: &Answered) -> Result<(), Failure> {
    if passkeys::used(&mut cx.tx, it.passkey, &it.key, cx.now).await? {
        Ok(())
    } else {
        Err(Code::WrongCredentials.into())
    }
}

/// Who we are to devices at this address.
fn party(origin: &Url) -> Result<Webauthn, Failure> {
    let host = origin.domain().ok_or(Code::NotAllowed)?;
    let built = WebauthnBuilder::new(host, origin).and_then(WebauthnBuilder::build);
    built.map_err(broken)
}

async fn keep(run: &Runner, options: &Value, state: &impl Serialize) -> Result<Challenge, Failure> {
    let state = serde_json::to_value(state).map_err(broken)?;
    let ceremony = run
        .job(Reach::Everyone, |cx| kept(cx, state.clone()).boxed())
        .await?;
    Ok(Challenge {
        ceremony,
        options: options.to_string(),
    })
}

async fn kept(cx: &mut JobCx<'_>, state: Value) -> Result<CeremonyId, Failure> {
    let ceremony = CeremonyId::from_uuid(cx.env.entropy.uuid(cx.now));
    passkeys::begin(&mut cx.tx, ceremony, &state, cx.now + CEREMONY_LIVES).await?;
    Ok(ceremony)
}

/// What was kept for a challenge, once. One of the other kind cannot be read as this one.
async fn taken<T: DeserializeOwned>(run: &Runner, ceremony: CeremonyId) -> Result<T, Failure> {
    let state = run
        .job(Reach::Everyone, |cx| taken_once(cx, ceremony).boxed())
        .await?
        .ok_or(Code::BadTicket)?;
    serde_json::from_value(state).map_err(|_| Code::BadTicket.into())
}

async fn taken_once(cx: &mut JobCx<'_>, ceremony: CeremonyId) -> Result<Option<Value>, Failure> {
    Ok(passkeys::take(&mut cx.tx, ceremony, cx.now).await?)
}

/// What a device answered, as the browser wrote it.
fn answered<T: DeserializeOwned>(answer: &str) -> Result<T, FieldError> {
    if answer.len() > MAX_ANSWER {
        return Err(FieldError::new("answer", code::TOO_LONG).with("max", &MAX_ANSWER));
    }
    serde_json::from_str(answer).map_err(|_| FieldError::new("answer", code::INVALID))
}

fn read(key: Value) -> Result<Passkey, Failure> {
    serde_json::from_value(key).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("passkey: {error}"))
}
