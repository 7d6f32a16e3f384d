//! A mail or text message that nobody will take: the thread that depends on it says so, so that the seller takes
//! another way. Told once, whoever gives it up however often.

use crate::{
    failure::Failure,
    store::{mail, text_messages},
    texts::MailKind,
    usecase::{JobCx, order::acceptance},
};
use orderline_domain::{
    ids::OrderId,
    thread::{
        EventBody,
        join_link::{Channel, masked},
        outreach::Outreach,
    },
};
use uuid::Uuid;

/// The mail of this id.
pub async fn mail(cx: &mut JobCx<'_>, mail: Uuid) -> Result<(), Failure> {
    let now = cx.now;
    let Some(lost) = mail::undelivered(&mut cx.tx, mail, now).await? else {
        return Ok(());
    };
    let Some(kind) = MailKind::from_name(&lost.kind) else {
        return Ok(());
    };
    let Some(what) = about(kind) else {
        return Ok(());
    };
    let body = EventBody::Undelivered {
        what,
        channel: Channel::Mail,
        to: lost.user,
        hint: masked(Channel::Mail, &lost.to_address),
    };
    cx.tell_as_system(lost.thread, &body).await?;
    if kind == MailKind::OrderAccept {
        acceptance::undelivered(cx, OrderId::from_uuid(lost.about)).await?;
    }
    Ok(())
}

/// The text message of this id.
pub async fn text_message(cx: &mut JobCx<'_>, message: Uuid) -> Result<(), Failure> {
    let now = cx.now;
    let Some(lost) = text_messages::undelivered(&mut cx.tx, message, now).await? else {
        return Ok(());
    };
    let body = EventBody::Undelivered {
        what: if lost.is_link {
            Outreach::JoinLink
        } else {
            Outreach::Code
        },
        channel: Channel::Sms,
        to: lost.buyer,
        hint: masked(Channel::Sms, &lost.number),
    };
    cx.tell_as_system(lost.thread, &body).await?;
    Ok(())
}

/// What a thread is told of it; some concern none.
const fn about(kind: MailKind) -> Option<Outreach> {
    Some(match kind {
        MailKind::CallPlanned
        | MailKind::CallPlanAgreed
        | MailKind::CallPlanMoved
        | MailKind::CallPlanCancelled => Outreach::PlannedCall,
        MailKind::CallRings => Outreach::Call,
        MailKind::CallSoon => Outreach::Reminder,
        MailKind::JoinCode | MailKind::ProofCode => Outreach::Code,
        MailKind::JoinLink => Outreach::JoinLink,
        MailKind::OrderAccept => Outreach::Acceptance,
        MailKind::Invitation
        | MailKind::AnotherAddress
        | MailKind::SignInLink
        | MailKind::PasswordLink
        | MailKind::PasswordChanged
        | MailKind::PasskeyAdded
        | MailKind::PasskeyRemoved
        | MailKind::AuthenticatorAdded
        | MailKind::AuthenticatorRemoved
        | MailKind::RecoveryCodeUsed
        | MailKind::SecondFactorReset
        | MailKind::EmailChangeOld
        | MailKind::EmailChangeNew
        | MailKind::EmailTaken
        | MailKind::AccountClosed => return None,
    })
}
