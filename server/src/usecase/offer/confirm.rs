//! The buyer confirms one exact revision (X6).

use super::{
    show::{outcome, refusal},
    view as shared,
};
use crate::{
    store::{call, offer as offers, offer::Which},
    usecase::{AfterCommit, Cx, Failure, Outcome},
};
use orderline_domain::{
    digest::Digest, ids::OfferId, offer::OfferState, people::roles::Action, thread::EventBody,
};
use orderline_protocol::problem::Code;

/// Confirms the revision with this hash, if it is the one being shown. Confirmed again, it answers the same.
pub async fn confirm_offer(
    cx: &mut Cx<'_>,
    offer: OfferId,
    hash: &str,
) -> Result<Outcome, Failure> {
    let (stored, _) = shared::authorised(
        &mut cx.tx,
        cx.actor,
        Action::ConfirmOffer,
        Which::Offer(offer),
    )
    .await?;
    let hash: Digest = hash.parse().map_err(|_| Code::StaleRevision)?;
    if matches!(&stored.offer.state, OfferState::Confirmed { revision, .. } if revision.hash() == hash)
    {
        return outcome(cx, stored.thread, Vec::new()).await;
    }
    let after = stored
        .offer
        .clone()
        .confirm(hash, cx.now, cx.actor.user)
        .map_err(refusal)?;
    if !offers::save(&mut cx.tx, &stored, &after).await? {
        return Err(Code::StaleRevision.into());
    }
    let body = EventBody::OfferConfirmed {
        offer,
        number: after.revisions,
        hash,
    };
    let published = cx.tell(stored.thread, &body).await?;
    // The contract may stand on what was said up to here: it goes into the store at once.
    let live = call::live_of_threads(&mut cx.tx, &[stored.thread]).await?;
    let mut outcome = outcome(cx, stored.thread, vec![published]).await?;
    for call in live.iter().filter(|call| call.mode.recording().is_some()) {
        outcome.after.push(AfterCommit::CutRecording(call.call));
    }
    Ok(outcome)
}
