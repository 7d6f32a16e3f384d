//! An authenticator app as the second factor of an account (RFC 6238), and the codes that stand in for a lost one.

use crate::{
    failure::Failure,
    store::people::{authenticators, persons},
    texts::MailKind,
    usecase::{
        JobCx, Reach, Runner,
        mail::{self, AccountLetter},
        people::{
            security,
            session::{self, SignedIn},
        },
    },
};
use futures::FutureExt as _;
use jiff::Timestamp;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::UserId,
    people::{
        one_time_code,
        recovery_code::{self, RECOVERY_CODES},
        security::SecurityStep,
    },
};
use orderline_protocol::{
    account::{AuthenticatorView, NewAuthenticator, RecoveryCodes},
    problem::Code,
};
use qrcode::{Color, QrCode};
use std::net::IpAddr;
use totp_rs::{Builder, Secret, Totp};

/// Who issues the codes, as the app shows it.
const ISSUER: &str = "Orderline";
/// Bytes of a secret (RFC 4226, section 4).
const SECRET_BYTES: usize = 20;

/// One's authenticator, once it is confirmed.
pub(super) async fn of_person(
    cx: &mut JobCx<'_>,
    user: UserId,
) -> Result<Option<AuthenticatorView>, Failure> {
    let stored = authenticators::find(&mut cx.tx, user).await?;
    let Some(since) = stored.and_then(|it| it.confirmed_at) else {
        return Ok(None);
    };
    let left = authenticators::codes_left(&mut cx.tx, user).await?;
    Ok(Some(AuthenticatorView {
        since,
        codes_left: u32::try_from(left).unwrap_or(0),
    }))
}

/// Makes a secret for an app to know. One that waited for its first code holds no more.
pub async fn begin(run: &Runner, me: &SignedIn) -> Result<NewAuthenticator, Failure> {
    me.may_change_keys()?;
    run.job(Reach::Person(me.user()), |cx| begun(cx, me.clone()).boxed())
        .await
}

async fn begun(cx: &mut JobCx<'_>, me: SignedIn) -> Result<NewAuthenticator, Failure> {
    let email = persons::email(&mut cx.tx, me.user())
        .await?
        .ok_or(Code::NotFound)?;
    let secret = cx.env.entropy.bytes32();
    let secret = &secret[..SECRET_BYTES];
    let sealed = cx.env.keys.master.seal(secret, &bound(me.user()));
    let sealed = sealed.map_err(broken)?;
    if !authenticators::begin(&mut cx.tx, me.user(), &sealed, cx.now).await? {
        return Err(Code::Conflict.into());
    }
    let totp = codes(secret, &email)?;
    let uri = totp.to_url().map_err(broken)?;
    Ok(NewAuthenticator {
        secret: totp.secret().to_base32(),
        qr: rows(&uri)?,
        uri,
    })
}

/// The first code of the app: from now on it is asked for, and this session has shown it. Answers the recovery codes.
pub async fn confirm(
    run: &Runner,
    from: IpAddr,
    me: &SignedIn,
    typed: &str,
) -> Result<RecoveryCodes, Failure> {
    me.may_change_keys()?;
    let digits = digits(typed)?;
    run.env.sign_in.try_code(from, me.user())?;
    let confirmed = run.job(Reach::Person(me.user()), |cx| {
        confirmed(cx, me.clone(), digits.clone()).boxed()
    });
    match confirmed.await? {
        Some(codes) => Ok(codes),
        None => Err(wrong(run, me).await?),
    }
}

async fn confirmed(
    cx: &mut JobCx<'_>,
    me: SignedIn,
    digits: String,
) -> Result<Option<RecoveryCodes>, Failure> {
    if !entered(cx, me.user(), &digits, Which::Begun).await? {
        return Ok(None);
    }
    session::shown_again(cx, &me, true).await?;
    // Those were opened when the password alone was enough.
    session::end_others(cx, &me).await?;
    security::note(cx, me.visitor(), SecurityStep::AuthenticatorAdded).await?;
    tell(cx, &me, MailKind::AuthenticatorAdded).await?;
    Ok(Some(made(cx, me.user()).await?))
}

/// Other recovery codes in place of those that there were.
pub async fn new_codes(run: &Runner, me: &SignedIn) -> Result<RecoveryCodes, Failure> {
    me.may_change_keys()?;
    run.job(Reach::Person(me.user()), |cx| {
        renewed(cx, me.clone()).boxed()
    })
    .await
}

async fn renewed(cx: &mut JobCx<'_>, me: SignedIn) -> Result<RecoveryCodes, Failure> {
    let stored = authenticators::lock(&mut cx.tx, me.user()).await?;
    if stored.is_none_or(|it| it.confirmed_at.is_none()) {
        return Err(Code::NotFound.into());
    }
    security::note(cx, me.visitor(), SecurityStep::RecoveryCodesMade).await?;
    made(cx, me.user()).await
}

async fn made(cx: &mut JobCx<'_>, user: UserId) -> Result<RecoveryCodes, Failure> {
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| recovery_code::spell(cx.env.entropy.bytes32()))
        .collect();
    let hashes: Vec<Digest> = codes
        .iter()
        .filter_map(|it| recovery_code::hash(it))
        .collect();
    authenticators::replace_codes(&mut cx.tx, user, &hashes).await?;
    Ok(RecoveryCodes { codes })
}

/// Removes one's authenticator; asked again, it is gone all the same.
pub async fn remove(run: &Runner, me: &SignedIn) -> Result<(), Failure> {
    me.may_change_keys()?;
    run.job(Reach::Person(me.user()), |cx| {
        removed(cx, me.clone()).boxed()
    })
    .await
}

async fn removed(cx: &mut JobCx<'_>, me: SignedIn) -> Result<(), Failure> {
    if authenticators::remove(&mut cx.tx, me.user()).await? {
        // Whoever has the app may have opened some of them.
        session::end_others(cx, &me).await?;
        security::note(cx, me.visitor(), SecurityStep::AuthenticatorRemoved).await?;
        tell(cx, &me, MailKind::AuthenticatorRemoved).await?;
    }
    Ok(())
}

/// Whether this is what the person's app shows now, or one of their recovery codes; it is taken once.
pub(super) async fn shown(
    run: &Runner,
    from: IpAddr,
    me: &SignedIn,
    typed: &str,
) -> Result<(), Failure> {
    if let Some(hash) = recovery_code::hash(typed) {
        // Nobody can guess one, so it is taken whatever was tried before.
        let used = run.job(Reach::Person(me.user()), |cx| {
            recovered(cx, me.clone(), hash).boxed()
        });
        if used.await? {
            return Ok(());
        }
        return Err(match run.env.sign_in.try_code(from, me.user()) {
            Ok(()) => wrong(run, me).await?,
            // What goes beyond what is borne is not written again and again.
            Err(_) => FieldError::new("code", code::WRONG_CODE).into(),
        });
    }
    let digits = digits(typed)?;
    run.env.sign_in.try_code(from, me.user())?;
    let right = run.job(Reach::Person(me.user()), |cx| {
        let digits = digits.clone();
        async move {
            let right = entered(cx, me.user(), &digits, Which::Confirmed).await?;
            if right {
                session::shown_again(cx, me, true).await?;
                security::note(cx, me.visitor(), SecurityStep::SecondFactorShown).await?;
            }
            Ok(right)
        }
        .boxed()
    });
    if right.await? {
        Ok(())
    } else {
        Err(wrong(run, me).await?)
    }
}

async fn recovered(cx: &mut JobCx<'_>, me: SignedIn, hash: Digest) -> Result<bool, Failure> {
    let used = authenticators::use_code(&mut cx.tx, me.user(), &hash, cx.now).await?;
    if used {
        session::shown_again(cx, &me, true).await?;
        security::note(cx, me.visitor(), SecurityStep::RecoveryCodeUsed).await?;
        tell(cx, &me, MailKind::RecoveryCodeUsed).await?;
    }
    Ok(used)
}

/// Which authenticator a code is meant for: one that waits for its first, or one that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Begun,
    Confirmed,
}

/// Takes a code, if it is right and of a later time step than the last one (RFC 6238, section 5.2).
async fn entered(
    cx: &mut JobCx<'_>,
    user: UserId,
    digits: &str,
    which: Which,
) -> Result<bool, Failure> {
    let Some(stored) = authenticators::lock(&mut cx.tx, user).await? else {
        return Ok(false);
    };
    if stored.confirmed_at.is_some() != (which == Which::Confirmed) || !stored.holds(cx.now) {
        return Ok(false);
    }
    let secret = cx.env.keys.master.open_sealed(&stored.secret, &bound(user));
    let secret = secret.map_err(broken)?;
    let step = codes(&secret, "")?.check(digits, seconds(cx.now));
    let Some(step) = step.and_then(|it| i64::try_from(it).ok()) else {
        return Ok(false);
    };
    if step <= stored.last_step {
        return Ok(false);
    }
    authenticators::taken(&mut cx.tx, user, step, cx.now).await?;
    Ok(true)
}

fn digits(typed: &str) -> Result<String, FieldError> {
    one_time_code::typed(typed).ok_or_else(|| FieldError::new("code", code::INVALID))
}

/// A wrong code is logged; answers what whoever typed it is told.
async fn wrong(run: &Runner, me: &SignedIn) -> Result<Failure, Failure> {
    security::note_alone(run, me.visitor(), SecurityStep::CodeRefused).await?;
    Ok(FieldError::new("code", code::WRONG_CODE).into())
}

async fn tell(cx: &mut JobCx<'_>, me: &SignedIn, kind: MailKind) -> Result<(), Failure> {
    let letter = AccountLetter {
        to: me.user(),
        address: None,
        kind,
        values: &[("name", me.name()), ("link", &cx.env.node_url)],
        secret: false,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}

/// The codes of a secret: six digits, every thirty seconds, one step earlier or later for clocks that differ.
fn codes(secret: &[u8], account: &str) -> Result<Totp, Failure> {
    let secret = Secret::new(secret.to_vec().into_boxed_slice());
    let built = Builder::new()
        .with_secret(secret)
        .with_issuer(Some(ISSUER))
        .with_account_name(account.replace(':', " "));
    built.build().map_err(broken)
}

/// What a sealed secret is and whose.
fn bound(user: UserId) -> Vec<u8> {
    let mut bound = b"orderline authenticator 1".to_vec();
    bound.extend_from_slice(user.as_uuid().as_bytes());
    bound
}

/// The modules of a QR code, row by row.
fn rows(text: &str) -> Result<Vec<String>, Failure> {
    let qr = QrCode::new(text).map_err(broken)?;
    let modules = qr.to_colors();
    let row = |row: &[Color]| row.iter().map(|it| it.select('1', '0')).collect();
    Ok(modules.chunks(qr.width()).map(row).collect())
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or(0)
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("authenticator: {error}"))
}
