//! The seller freezes the draft as a revision and shows it to the buyer for confirmation (X6).

use crate::{
    auth,
    failure::Failure,
    live::hub::Audience,
    store::{
        offer::{self, NewOffer, Which},
        thread,
    },
    usecase::{Cx, offer::view as shared, vendor::functions},
};
use orderline_domain::{
    ids::{OfferId, ThreadId},
    offer::{OfferError, draft::Draft, editing::version_after},
    people::roles::Action,
    thread::EventBody,
    vendor::function::Function,
};
use orderline_protocol::{
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// Makes the next revision from this draft. Everything is computed anew from the catalogue as it stands; the
/// catalogue is only read (CC1, CC8, CC13).
pub async fn show_offer(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    draft: &Draft,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::ShowOffer, thread).await?;
    functions::require(&mut cx.tx, Function::PhoneSales).await?;
    let new = NewOffer {
        offer: OfferId::from_uuid(cx.env.entropy.uuid(cx.now)),
        vendor: cx.actor.vendor,
        thread,
        at: cx.now,
    };
    offer::ensure(&mut cx.tx, &new).await?;
    offer::lock(&mut cx.tx, Which::OfThread(thread)).await?;
    let stored = offer::find(&mut cx.tx, Which::OfThread(thread))
        .await?
        .ok_or(Code::NotFound)?;

    let catalogue = shared::catalogue_for(&mut cx.tx, draft).await?;
    let today = shared::today(&mut cx.tx, cx.actor.vendor, cx.now).await?;
    let content = draft
        .computed(&catalogue, today)
        .map_err(|errors| shared::complaints(&errors))?;
    let by_hand = draft.by_hand(&catalogue, today);
    if !by_hand.is_empty()
        && let Err(refused) = functions::require(&mut cx.tx, Function::ManualPrice).await
    {
        return Err(refused.naming(&by_hand));
    }
    let offer = stored
        .offer
        .clone()
        .show(content, cx.now, cx.actor.user)
        .map_err(refusal)?;
    let revision = offer
        .revision()
        .ok_or_else(|| Failure::Internal("a shown offer has no revision".into()))?;

    offer::insert_revision(&mut cx.tx, cx.actor.vendor, offer.id, revision).await?;
    if !offer::save(&mut cx.tx, &stored, &offer).await? {
        return Err(Code::Conflict.into());
    }
    let held = stored.draft.version;
    let draft = Draft {
        version: version_after(held, draft.version, cx.now).unwrap_or(held),
        ..draft.clone()
    };
    offer::save_draft(&mut cx.tx, offer.id, &draft, cx.actor.user).await?;
    let body = EventBody::OfferRevised {
        offer: offer.id,
        number: revision.number(),
        hash: revision.hash(),
        content: Box::new(revision.content().clone()),
    };
    cx.tell(thread, &body).await?;
    as_it_is(cx, thread).await
}

/// The offer as it is now, to the caller and to everybody in the thread.
pub async fn as_it_is(cx: &mut Cx<'_>, thread: ThreadId) -> Result<CommandResult, Failure> {
    let stored = offer::find(&mut cx.tx, Which::OfThread(thread))
        .await?
        .ok_or(Code::NotFound)?;
    let people = thread::participants(&mut cx.tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let offer = Box::new(shared::view(&mut cx.tx, &stored, &people).await?);
    let people = people.iter().map(|it| it.user).collect();
    let audience = Audience::thread(cx.actor.vendor, thread, people);
    let signal = ServerSignal::Offer {
        thread,
        offer: offer.clone(),
    };
    cx.news.signals.push((audience, signal));
    Ok(CommandResult::Offer { offer })
}

/// Why the offer does not do what was asked, in the user's words.
pub fn refusal(error: OfferError) -> Failure {
    match error {
        OfferError::StaleRevision { .. } => Code::StaleRevision.into(),
        OfferError::InvalidTransition { .. } => Code::Conflict.into(),
        OfferError::TooManyRevisions => Code::TooMany.into(),
        OfferError::NotCanonical(error) => Failure::Internal(error.to_string()),
    }
}
