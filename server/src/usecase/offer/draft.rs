//! The live draft of an offer: seen by both sides as the seller types, saved outside the thread (X6).

use crate::{
    actor::Actor,
    failure::Failure,
    live::drafts::{Edit, Stored, Unsaved},
    store::offer::{self, NewOffer, Which},
    usecase::{JobCx, Runner, thread::people},
};
use orderline_domain::{
    ids::{OfferId, ThreadId, VendorId},
    offer::{OfferState, draft::Draft},
    people::roles::Action,
};
use orderline_protocol::problem::Code;

/// Largest draft, in bytes of JSON.
const MAX_DRAFT_BYTES: usize = 16 * 1024;

/// Takes a change of the draft as a seller's socket signalled it. What is refused is answered with a signal;
/// signals may be lost, so there is no other reply.
pub async fn on_signal(
    run: &Runner,
    actor: &Actor,
    thread: ThreadId,
    draft: Draft,
    take_over: bool,
) -> Result<(), Failure> {
    let people = people::of_thread(run, actor, Action::EditOffer, thread).await?;
    let size = serde_json::to_vec(&draft).map_or(usize::MAX, |bytes| bytes.len());
    if size > MAX_DRAFT_BYTES {
        return Err(Code::TooLarge.into());
    }
    let edit = Edit {
        vendor: actor.vendor,
        user: actor.user,
        thread,
        people: people.to_vec(),
        draft: draft.unfinished(),
        take_over,
    };
    Ok(run.env.drafts.edit(edit)?)
}

/// The draft of a thread as the store has it; the thread's first makes its offer.
pub async fn load(
    cx: &mut JobCx<'_>,
    vendor: VendorId,
    thread: ThreadId,
) -> Result<Stored, Failure> {
    let now = cx.now;
    let new = NewOffer {
        offer: OfferId::from_uuid(cx.env.entropy.uuid(now)),
        vendor,
        thread,
        at: now,
    };
    offer::ensure(&mut cx.tx, &new).await?;
    let stored = offer::find(&mut cx.tx, Which::OfThread(thread))
        .await?
        .ok_or(Code::NotFound)?;
    Ok(Stored {
        vendor,
        offer: stored.offer.id,
        draft: stored.draft,
        closed: matches!(stored.offer.state, OfferState::Finalised { .. }),
    })
}

/// Saves a draft.
pub async fn save(cx: &mut JobCx<'_>, unsaved: &Unsaved) -> Result<(), Failure> {
    let Unsaved {
        offer,
        draft,
        editor,
        ..
    } = unsaved;
    Ok(offer::save_draft(&mut cx.tx, *offer, draft, *editor).await?)
}
