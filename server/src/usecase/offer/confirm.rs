//! The buyer confirms one exact revision (X6).

use crate::{
    failure::Failure,
    store::{
        call,
        offer::{self, Which},
    },
    usecase::{
        AfterCommit, Cx,
        offer::{
            show::{as_it_is, refusal},
            view as shared,
        },
        vendor::functions,
    },
};
use orderline_domain::{
    digest::Digest,
    ids::OfferId,
    offer::{Confirmation, OfferState},
    people::roles::Action,
    thread::EventBody,
    vendor::function::Function,
};
use orderline_protocol::{problem::Code, socket::CommandResult};

/// Confirms the revision with this hash, if it is the one being shown. Confirmed again, it answers the same.
pub async fn confirm_offer(
    cx: &mut Cx<'_>,
    offer: OfferId,
    hash: &str,
) -> Result<CommandResult, Failure> {
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
        return as_it_is(cx, stored.thread).await;
    }
    functions::require(&mut cx.tx, Function::PhoneSales).await?;
    let proof = cx.actor.proof();
    let confirmation = Confirmation {
        at: cx.now,
        by: cx.actor.user,
        proof,
    };
    let after = stored
        .offer
        .clone()
        .confirm(hash, confirmation)
        .map_err(refusal)?;
    if !offer::save(&mut cx.tx, &stored, &after).await? {
        return Err(Code::StaleRevision.into());
    }
    let body = EventBody::OfferConfirmed {
        offer,
        number: after.revisions,
        hash,
        proof,
    };
    cx.tell(stored.thread, &body).await?;
    // The contract may stand on what was said up to here: it goes into the store at once.
    let live = call::live_of_threads(&mut cx.tx, &[stored.thread]).await?;
    for call in live.iter().filter(|call| call.mode.recording().is_some()) {
        cx.news.after.push(AfterCommit::CutRecording(call.call));
    }
    as_it_is(cx, stored.thread).await
}
