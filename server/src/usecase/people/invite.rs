//! Somebody is asked by mail to work for a vendor: by the vendor's admin, or by the platform for its first people.

use crate::{
    auth,
    failure::Failure,
    page,
    store::{
        StoreError,
        people::{
            invitations::{self, NewInvitation, ONE_OPEN, Stored},
            members,
            persons::{self, Named},
        },
    },
    texts::MailKind,
    usecase::{
        Cx, Query,
        mail::{self, Letter},
        outward,
        people::members::note,
    },
};
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::{InvitationId, UserId},
    outward::Way,
    people::{
        invitation::{Invitation, Invitee, MAX_OPEN, Over, PeopleStep, may_invite},
        roles::{Action, Relation},
    },
};
use orderline_protocol::{
    people::{ChangeInvitation, InvitationList, InvitationStep, InvitationView, Invite},
    problem::Code,
};

/// Invites somebody. The id is the client's: asked again with the same id, the same invitation is answered.
pub async fn invite(cx: &mut Cx<'_>, wish: &Invite) -> Result<InvitationView, Failure> {
    auth::authorise(cx.actor, Action::InvitePeople, Relation::Own)?;
    let invitee = Invitee::new(&wish.email, &wish.name)?;
    if let Some(known) = invitations::lock(&mut cx.tx, wish.invitation).await? {
        let same = known.email == invitee.email && known.held.role == wish.role;
        return if same {
            Ok(view(known, cx.now))
        } else {
            Err(Code::CommandReused.into())
        };
    }
    if !may_invite(cx.actor.role, wish.role) {
        return Err(FieldError::new("role", code::NOT_ALLOWED).into());
    }
    auth::authorise_giving(cx.actor, wish.role)?;
    if !mail::go_out(cx.env) {
        return Err(Code::ChannelMissing.into());
    }
    if invitations::open(&mut cx.tx).await? >= MAX_OPEN {
        return Err(Code::TooMany.into());
    }
    let vendor = cx.actor.vendor;
    let fresh = UserId::from_uuid(cx.env.entropy.uuid(cx.now));
    // Until they say otherwise, somebody who comes to work here reads what whoever asks them reads.
    let language = mail::language_of(&mut cx.tx, cx.actor.user).await?;
    let named = Named {
        email: Some(&invitee.email),
        name: &invitee.name,
        language: language.tag(),
    };
    let user = persons::named(&mut cx.tx, fresh, named, cx.now).await?;
    if members::find(&mut cx.tx, user, wish.role).await?.is_some() {
        return Err(taken());
    }
    let token = cx.env.entropy.bytes32();
    let held = Invitation::new(wish.role, cx.now);
    let new = NewInvitation {
        invitation: wish.invitation,
        vendor,
        user,
        held,
        token: &Digest::of(&token),
        by: cx.actor.user,
        at: cx.now,
    };
    if !invitations::insert(&mut cx.tx, &new).await.map_err(raced)? {
        return Err(Code::Conflict.into());
    }
    note(cx, user, (PeopleStep::Invited, wish.role)).await?;
    let stored = invitations::lock(&mut cx.tx, wish.invitation)
        .await?
        .ok_or(Code::NotFound)?;
    send(cx, &stored, token).await?;
    Ok(view(stored, cx.now))
}

/// Sends an invitation again, by which the link of the mail before stops leading anywhere, or takes it back.
pub async fn change(
    cx: &mut Cx<'_>,
    invitation: InvitationId,
    wish: ChangeInvitation,
) -> Result<(), Failure> {
    auth::authorise(cx.actor, Action::InvitePeople, Relation::Own)?;
    let stored = invitations::lock(&mut cx.tx, invitation)
        .await?
        .ok_or(Code::NotFound)?;
    if stored.version != wish.version {
        return Err(Code::Conflict.into());
    }
    let token = cx.env.entropy.bytes32();
    let (held, hash, step) = match wish.step {
        InvitationStep::SendAgain => {
            auth::authorise_giving(cx.actor, stored.held.role)?;
            let held = stored.held.send_again(cx.now).map_err(over)?;
            (held, Some(Digest::of(&token)), PeopleStep::InvitedAgain)
        }
        InvitationStep::Revoke => {
            let held = stored.held.revoke().map_err(over)?;
            (held, None, PeopleStep::InvitationRevoked)
        }
    };
    if !invitations::save(&mut cx.tx, &stored, &held, hash.as_ref()).await? {
        return Err(Code::Conflict.into());
    }
    note(cx, stored.user, (step, held.role)).await?;
    match wish.step {
        InvitationStep::SendAgain => send(cx, &stored, token).await,
        InvitationStep::Revoke => Ok(()),
    }
}

/// A page of the invitations that wait.
pub async fn waiting(
    query: &mut Query<'_>,
    wanted: &page::Wanted,
) -> Result<InvitationList, Failure> {
    auth::authorise(query.actor, Action::ReadPeople, Relation::Own)?;
    let now = query.env.clock.now();
    let all = invitations::waiting(&mut query.tx, wanted).await?;
    Ok(all.page(|it| view(it, now)))
}

/// The mail with the link.
async fn send(cx: &mut Cx<'_>, to: &Stored, token: [u8; 32]) -> Result<(), Failure> {
    let paid = outward::Message {
        way: Way::Mail,
        vendor: to.vendor,
        by: Some(cx.actor.user),
        to: &to.email,
    };
    outward::spend(cx.env, &mut cx.tx, paid).await?;
    let vendor = persons::vendor_name(&mut cx.tx, to.vendor)
        .await?
        .unwrap_or_default();
    let link = format!("{}/i#{}", cx.env.node_url, hex::encode(token));
    let letter = Letter {
        to: to.user,
        address: None,
        thread: None,
        kind: MailKind::Invitation,
        // Each token is a thing of its own.
        about: cx.env.entropy.uuid(cx.now),
        values: &[
            ("name", &to.name),
            ("by", &cx.actor.name),
            ("vendor", &vendor),
            ("link", &link),
        ],
        attachment: None,
        notice: None,
        secret: true,
    };
    mail::queue(cx.env, &mut cx.tx, to.vendor, &letter).await
}

/// The person has this role already, or is asked to.
fn taken() -> Failure {
    FieldError::new("email", code::TAKEN).into()
}

/// Two invitations of the same person to the same role at once: one of them comes first.
fn raced(error: StoreError) -> Failure {
    if error.is_constraint(ONE_OPEN) {
        taken()
    } else {
        error.into()
    }
}

fn over(_: Over) -> Failure {
    Code::Conflict.into()
}

fn view(stored: Stored, now: jiff::Timestamp) -> InvitationView {
    InvitationView {
        invitation: stored.invitation,
        user: stored.user,
        name: stored.name,
        email: stored.email,
        role: stored.held.role,
        invited_at: stored.invited_at,
        expires_at: stored.held.expires_at,
        is_over: !stored.held.is_open(now),
        version: stored.version,
    }
}
