//! A connection to the relay without a call: for a page that wants to know before a call whether one would work. No
//! row, no recording, nobody on the other side; it ends by itself.

use crate::live::{Env, calls::Trial};
use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::{CallId, LegId, UserId},
};
use orderline_media::{CallSpec, JoinSpec, MediaError, node::MediaNode};
use orderline_protocol::problem::{Code, Problem};
use std::time::Duration;

/// How long a trial lives: the page's own limit and some room.
const LIFE: Duration = Duration::from_secs(15);
/// Trials at a time on one node; each costs a handshake and a few packets.
pub(super) const MOST: usize = 20;
/// Trials of one person at a time, so that room is left for others.
pub(super) const MOST_OF_PERSON: usize = 2;

/// Answers the page's offer, and lets go of the connection after a while.
pub(super) async fn run(env: Env, media: MediaNode, trial: Trial) -> UserId {
    let user = trial.user;
    try_out(&env, &media, trial).await;
    user
}

async fn try_out(env: &Env, media: &MediaNode, trial: Trial) {
    let call = CallId::from_uuid(env.entropy.uuid(env.clock.now()));
    let spec = CallSpec {
        call,
        epoch: 1,
        recording: None,
    };
    if let Err(error) = media.create_call(spec).await {
        tracing::warn!(%error, "a line cannot be tried");
        return trial.refuse(Code::Unavailable);
    }
    let join = JoinSpec {
        call,
        leg: LegId::from_uuid(env.entropy.uuid(env.clock.now())),
        seat: Seat::SELLER,
        lane: Lane::First,
        offer_sdp: trial.sdp,
    };
    let answer = media.join(join).await.map_err(|error| match error {
        MediaError::BadOffer(_) => Code::Malformed.into(),
        _ => Problem::from(Code::Unavailable),
    });
    let answered = answer.is_ok();
    // A page that has gone needs no answer.
    let _ = trial.reply.send(answer);
    if answered {
        tokio::time::sleep(LIFE).await;
    }
    match media.end_call(call).await {
        Ok(()) | Err(MediaError::UnknownCall | MediaError::Stopped) => {}
        Err(error) => tracing::warn!(%error, "a trial of the line cannot be ended"),
    }
}
