//! The live draft of an offer: seen by both sides as the seller types, saved outside the thread (X6).

use crate::{
    app::App,
    live::drafts::{Edit, Stored, Unsaved},
    store::{
        offer as offers,
        offer::{NewOffer, Which},
    },
    usecase::{Actor, Failure, thread::people},
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
    app: &App,
    actor: &Actor,
    thread: ThreadId,
    draft: Draft,
    take_over: bool,
) -> Result<(), Failure> {
    let people = people::of_thread(app, actor, Action::EditOffer, thread).await?;
    let size = serde_json::to_vec(&draft).map_or(usize::MAX, |bytes| bytes.len());
    if size > MAX_DRAFT_BYTES {
        return Err(Code::TooLarge.into());
    }
    let edit = Edit {
        vendor: actor.vendor,
        user: actor.user,
        thread,
        people: people.to_vec(),
        draft,
        take_over,
    };
    Ok(app.drafts.edit(edit)?)
}

/// The draft of a thread as the store has it; the thread's first makes its offer.
pub async fn load(app: &App, vendor: VendorId, thread: ThreadId) -> Result<Stored, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin(vendor).await?;
    let new = NewOffer {
        offer: OfferId::from_uuid(app.entropy.uuid(now)),
        vendor,
        thread,
        at: now,
    };
    offers::ensure(&mut tx, &new).await?;
    let stored = offers::find(&mut tx, Which::OfThread(thread))
        .await?
        .ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(Stored {
        vendor,
        offer: stored.offer.id,
        draft: stored.draft,
        closed: matches!(stored.offer.state, OfferState::Finalised { .. }),
    })
}

/// Saves a draft.
pub async fn save(app: &App, unsaved: &Unsaved) -> Result<(), Failure> {
    let mut tx = app.store.begin(unsaved.vendor).await?;
    offers::save_draft(&mut tx, unsaved.offer, &unsaved.draft, unsaved.editor).await?;
    Ok(tx.commit().await?)
}
