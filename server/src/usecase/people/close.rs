//! Somebody closes their own account, for good. What they did stays where it was done, until its own time is over.

use crate::{
    failure::Failure,
    store::{
        customer,
        people::{
            authenticators, closing, invitations,
            members::{self, NewLine},
            passkeys, sessions,
        },
    },
    texts::{Line, MailKind},
    usecase::{
        AfterCommit, JobCx, Reach, Runner,
        mail::{self, AccountLetter},
        people::{members::take_step, security, session::SignedIn},
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    ids::VendorId,
    people::{invitation::PeopleChange, last_admin::may_lose, roles::Role, security::SecurityStep},
};
use orderline_protocol::{account::CloseAccount, people::RoleStep, problem::Code};

/// Closes it: sessions, keys, name and address go, roles are taken back, and vendors' records of the person lose how to
/// reach them. All of it happens, or nothing.
///
/// # Errors
/// At `email`: it is not the account's; `last_admin` where nobody else would be left to give rights; as for its keys.
pub async fn close(run: &Runner, me: &SignedIn, wish: &CloseAccount) -> Result<(), Failure> {
    me.may_change_keys()?;
    let typed = wish.email.trim().to_lowercase();
    run.job(Reach::Person(me.user()), |cx| {
        closed(cx, me.clone(), typed).boxed()
    })
    .await
}

async fn closed(cx: &mut JobCx<'_>, me: SignedIn, typed: String) -> Result<(), Failure> {
    let email = closing::lock(&mut cx.tx, me.user())
        .await?
        .ok_or(Code::NotFound)?;
    if typed != email {
        return Err(FieldError::new("email", code::OTHER_ADDRESS).into());
    }
    let letter = AccountLetter {
        to: me.user(),
        address: None,
        kind: MailKind::AccountClosed,
        values: &[("name", me.name())],
        secret: false,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await?;
    let language = mail::language_of(&mut cx.tx, me.user()).await?;
    for own in closing::roles(&mut cx.tx, me.user()).await? {
        if let Some(vendor) = own.vendor {
            leave(cx, &me, (vendor, own.role)).await?;
        } else {
            let holders = closing::platform_holders(&mut cx.tx, own.role).await?;
            may_lose(own.role, own.is_active, holders).map_err(|_| Code::LastAdmin)?;
        }
    }
    for vendor in closing::vendors(&mut cx.tx).await? {
        cx.tx.enter(vendor).await?;
        invitations::revoke_of(&mut cx.tx, me.user()).await?;
        if let Some(stored) = customer::of_person(&mut cx.tx, me.user()).await? {
            let left = stored.record.without_contact();
            closing::forget_contact(&mut cx.tx, &left.search_key()).await?;
        }
    }
    authenticators::remove(&mut cx.tx, me.user()).await?;
    passkeys::remove_all(&mut cx.tx, me.user()).await?;
    closing::end_links(&mut cx.tx, me.user()).await?;
    let ended = sessions::end_others(&mut cx.tx, me.user(), None).await?;
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    security::note(cx, me.visitor(), SecurityStep::AccountClosed).await?;
    let name = Line::ClosedAccount.written(language, &[])?;
    closing::close(&mut cx.tx, &name, cx.now).await?;
    Ok(())
}

/// Their role at a vendor is taken back as an admin would take it, by themselves.
async fn leave(
    cx: &mut JobCx<'_>,
    me: &SignedIn,
    (vendor, role): (VendorId, Role),
) -> Result<(), Failure> {
    cx.tx.enter(vendor).await?;
    let what = take_step(&mut cx.tx, (me.user(), role), RoleStep::Remove, cx.now).await?;
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        vendor,
        at: cx.now,
        by: (me.user(), role),
        about: me.user(),
        change: PeopleChange { what, role },
    };
    Ok(members::log(&mut cx.tx, &line).await?)
}
