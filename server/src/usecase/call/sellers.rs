//! What a change of the seller's side tells: to the two who are concerned, and to the thread.

use crate::{
    failure::Failure,
    live::hub::Audience,
    store::{Tx, call::parts},
};
use jiff::Timestamp;
use orderline_domain::{call::Call, thread::EventBody};
use orderline_protocol::{hand_over::HandOverView, socket::ServerSignal};

/// What the two of the seller's side hear when it changed. Nothing of it goes to the buyer.
pub fn news(from: &Call, to: &Call) -> Vec<(Audience, ServerSignal)> {
    let Some(hand_over) = HandOverView::of(to).filter(|_| to.side != from.side) else {
        return Vec::new();
    };
    let people = vec![hand_over.from.user, hand_over.to.user];
    let hand_over = Box::new(hand_over);
    vec![(
        Audience::at(to.vendor, people),
        ServerSignal::HandOver { hand_over },
    )]
}

/// What the thread says about who came and who left; their time in the call ends with it.
pub async fn told(
    tx: &mut Tx,
    from: &Call,
    to: &Call,
    now: Timestamp,
) -> Result<Vec<EventBody>, Failure> {
    let call = from.call;
    let mut bodies = Vec::new();
    for come in to.side.people().filter(|it| !from.side.has(it.user)) {
        bodies.push(EventBody::CallJoined {
            call,
            user: come.user,
            at: now,
        });
    }
    for gone in from.side.people().filter(|it| !to.side.has(it.user)) {
        parts::left(tx, call, gone.user, now).await?;
        bodies.push(EventBody::CallLeft {
            call,
            user: gone.user,
            to: to.side.seller().user,
            at: now,
        });
    }
    Ok(bodies)
}
