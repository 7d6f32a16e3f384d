//! Links to accounts: somebody who has no password, or has forgotten it, gets in by their own mailbox. Whoever asks learns
//! nothing about who has an account.

use crate::{
    failure::Failure,
    live::common_passwords::is_common,
    store::people::{
        account_links::{self, NewLink, Stored},
        persons, sessions,
    },
    texts::MailKind,
    usecase::{
        AfterCommit, JobCx, Reach, Runner, again,
        mail::{self, AccountLetter},
        people::{
            link_token::{self, gone},
            security::{self, Visitor},
            sign_in,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::{AccountLinkId, UserId},
    people::{
        account_link::{AccountLink, LINK_LIVES, LINKS_COUNTED, MAX_LINKS, Purpose},
        password::Password,
        proof::Proof,
        security::SecurityStep,
    },
    text::MailAddress,
    thread::join_link::Channel,
};
use orderline_protocol::{
    account::{AccountLinkView, AskAccountLink, TakeAccountLink},
    problem::Code,
};
use std::net::IpAddr;

/// The page that such a link opens.
const PAGE: &str = "/l";

/// Sends a link to the account of this address, if there is one.
pub async fn ask(run: &Runner, from: IpAddr, wish: &AskAccountLink) -> Result<(), Failure> {
    let email = MailAddress::new(&wish.email).map_err(|bad| bad.at("email"))?;
    if !mail::go_out(&run.env) {
        return Err(Code::ChannelMissing.into());
    }
    run.env.sign_in.ask_link(from)?;
    let (email, purpose) = (email.folded(), wish.purpose);
    again(|| {
        run.job(Reach::Everyone, |cx| {
            asked(cx, email.clone(), purpose).boxed()
        })
    })
    .await
}

async fn asked(cx: &mut JobCx<'_>, email: String, purpose: Purpose) -> Result<(), Failure> {
    let Some(account) = account_links::account(&mut cx.tx, &email).await? else {
        return Ok(());
    };
    let since = cx.now - LINKS_COUNTED;
    if account_links::asked_since(&mut cx.tx, account.user, since).await? >= MAX_LINKS {
        return Ok(());
    }
    let token = cx.env.entropy.bytes32();
    let held = AccountLink::new(purpose.granted(account.works_somewhere), cx.now);
    let new = NewLink {
        link: AccountLinkId::from_uuid(cx.env.entropy.uuid(cx.now)),
        user: account.user,
        token: &Digest::of(&token),
        held,
        at: cx.now,
    };
    account_links::add(&mut cx.tx, &new).await?;
    let link = format!("{}{PAGE}#{}", cx.env.node_url, hex::encode(token));
    let letter = AccountLetter {
        to: account.user,
        address: None,
        kind: match held.purpose {
            Purpose::SignIn => MailKind::SignInLink,
            Purpose::Password => MailKind::PasswordLink,
        },
        values: &[
            ("name", &account.name),
            ("link", &link),
            ("minutes", &LINK_LIVES.as_mins().to_string()),
        ],
        secret: true,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}

/// What a link is for. Looking uses nothing up: programs that read mails open what stands in them.
pub async fn look(run: &Runner, from: IpAddr, token: &str) -> Result<AccountLinkView, Failure> {
    let token = known(run, from, token).await?;
    let stored = run
        .job(Reach::Person(token.user), |cx| opened(cx, token).boxed())
        .await?
        .ok_or_else(|| gone(run, from))?;
    Ok(AccountLinkView {
        purpose: stored.held.purpose,
        name: stored.name,
        email: stored.email,
        ends_at: stored.held.ends_at,
    })
}

/// Uses a link: signs in, with a new password where it is for one. That ends every other session of the account.
pub async fn take(
    run: &Runner,
    from: IpAddr,
    wish: &TakeAccountLink,
) -> Result<sign_in::Begun, Failure> {
    let token = known(run, from, &wish.token).await?;
    let stored = run
        .job(Reach::Person(token.user), |cx| opened(cx, token).boxed())
        .await?
        .ok_or_else(|| gone(run, from))?;
    let chosen = match stored.held.purpose {
        Purpose::SignIn => None,
        Purpose::Password => {
            let typed = wish.password.as_deref().unwrap_or_default();
            let password = Password::choose("password", typed, &stored.email, is_common)?;
            Some(run.env.sign_in.hash(password).await?)
        }
    };
    run.job(Reach::Person(token.user), |cx| {
        taken(cx, (token, from), chosen).boxed()
    })
    .await?
    .ok_or_else(|| gone(run, from))
}

async fn taken(
    cx: &mut JobCx<'_>,
    (token, from): (Token, IpAddr),
    chosen: Option<String>,
) -> Result<Option<sign_in::Begun>, Failure> {
    let Some(stored) = opened(cx, token).await? else {
        return Ok(None);
    };
    let Ok(held) = stored.held.take(cx.now) else {
        return Ok(None);
    };
    account_links::used(&mut cx.tx, token.user, cx.now).await?;
    // The mailbox is theirs, whoever gave its address.
    persons::take_address(&mut cx.tx, &stored.email).await?;
    let proof = match (held.purpose, chosen) {
        (Purpose::Password, Some(hash)) => {
            persons::change_password(&mut cx.tx, token.user, &hash).await?;
            let ended = sessions::end_others(&mut cx.tx, token.user, None).await?;
            cx.news.after.push(AfterCommit::SessionsOver(ended));
            let visitor = Visitor {
                user: Some(token.user),
                from: Some(from),
            };
            security::note(cx, visitor, SecurityStep::PasswordChanged).await?;
            tell_changed(cx, token.user, &stored.name).await?;
            Proof::Password
        }
        (Purpose::Password, None) => {
            return Err(FieldError::new("password", code::REQUIRED).into());
        }
        (Purpose::SignIn, _) => Proof::LinkToOwnContact {
            channel: Channel::Mail,
        },
    };
    Ok(Some(
        sign_in::session(cx, (token.user, Some(from)), proof).await?,
    ))
}

/// Whoever reads the account's mailbox hears that its password is another one.
pub(super) async fn tell_changed(
    cx: &mut JobCx<'_>,
    user: UserId,
    name: &str,
) -> Result<(), Failure> {
    let letter = AccountLetter {
        to: user,
        address: None,
        kind: MailKind::PasswordChanged,
        values: &[("name", name), ("link", &cx.env.node_url)],
        secret: false,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}

/// The open link of a token, locked.
async fn opened(cx: &mut JobCx<'_>, token: Token) -> Result<Option<Stored>, Failure> {
    let stored = account_links::lock(&mut cx.tx, &token.hash).await?;
    Ok(stored.filter(|it| it.held.is_open(cx.now)))
}

/// A token whose person is known; whether its link is open is not.
#[derive(Clone, Copy)]
struct Token {
    user: UserId,
    hash: Digest,
}

/// Whose link a token opens. An unknown one is a bad ticket; who tries many is slowed.
async fn known(run: &Runner, from: IpAddr, token: &str) -> Result<Token, Failure> {
    let hash = link_token::hash(run, from, token)?;
    let found = run.job(Reach::Nobody, |cx| of_token(cx, hash).boxed());
    found.await?.ok_or_else(|| gone(run, from))
}

async fn of_token(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<Token>, Failure> {
    let user = account_links::of_token(&mut cx.tx, &hash).await?;
    Ok(user.map(|user| Token { user, hash }))
}
