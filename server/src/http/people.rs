//! Who works for a vendor, invitations to them, and the log of what was changed.

use super::{Body, Client, Paging, PathOf, Refusal, SignedIn, cookie::cookie_header};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{invite, invited, members, session},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::{
    ids::{InvitationId, UserId},
    people::roles::Role,
};
use orderline_protocol::{
    people::{
        ChangeInvitation, ChangeRole, InvitationList, InvitationToken, InvitationView, Invite,
        InvitedView, MemberList, PeopleLog, TakeInvitation,
    },
    problem::Code,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/people", get(list))
        .route("/api/people/{user}/roles/{role}", post(change_role))
        .route("/api/people/log", get(log))
        .route("/api/people/invitations", get(waiting).post(ask))
        .route("/api/people/invitations/{invitation}", post(change))
        .route("/api/invitation/look", post(look))
        .route("/api/invitation/take", post(take))
}

async fn list(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<MemberList>, Refusal> {
    let list = run
        .query(me.actor(), |query| members::list(query, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn log(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<PeopleLog>, Refusal> {
    let log = run
        .query(me.actor(), |query| members::log(query, &wanted).boxed())
        .await?;
    Ok(Json(log))
}

async fn change_role(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf((user, role)): PathOf<(UserId, Role)>,
    Body(wish): Body<ChangeRole>,
) -> Result<StatusCode, Refusal> {
    run.act(me.actor(), |cx| {
        members::change_role(cx, user, role, wish.step).boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn waiting(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<InvitationList>, Refusal> {
    let list = run
        .query(me.actor(), |query| invite::waiting(query, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn ask(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<Invite>,
) -> Result<Json<InvitationView>, Refusal> {
    let view = run
        .act(me.actor(), |cx| invite::invite(cx, &wish).boxed())
        .await?;
    Ok(Json(view))
}

async fn change(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(invitation): PathOf<InvitationId>,
    Body(wish): Body<ChangeInvitation>,
) -> Result<StatusCode, Refusal> {
    run.act(me.actor(), |cx| {
        invite::change(cx, invitation, wish).boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn look(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<InvitationToken>,
) -> Result<Json<InvitedView>, Refusal> {
    Ok(Json(invited::look(&run, from, &wish.token).await?))
}

async fn take(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<TakeInvitation>,
) -> Result<impl IntoResponse, Refusal> {
    let (begun, acting) = invited::take(&run, from, &wish).await?;
    let me = session::holder(&run, &begun.token, Some(acting)).await?;
    let me = me.ok_or(Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(me.described(&run.env)),
    ))
}
