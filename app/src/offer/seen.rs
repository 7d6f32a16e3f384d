//! What stands on the buyer's card: the live draft, computed here by the same rule as everywhere.

use super::state::{Facts, Offers};
use leptos::prelude::*;
use orderline_domain::{
    catalogue::product::{Catalogue, Contracting},
    ids::ThreadId,
    offer::{Draft, Preview},
};
use orderline_protocol::offer::RevisionView;

/// What the card shows, live or as it was shown last.
#[derive(Clone, Default, PartialEq)]
pub struct Seen {
    pub facts: Facts,
    pub preview: Option<Preview>,
    pub contracting: Option<Contracting>,
    /// It is exactly the revision that was shown for confirmation.
    pub as_shown: bool,
}

/// Follows the draft of a thread.
pub fn seen(thread: ThreadId) -> Memo<Seen> {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let computed = offers.computed(thread);
    let preview = offers.preview(thread);
    let catalogue = offers.catalogue();
    Memo::new(move |_| {
        let as_shown = computed.with(|computed| {
            state.with(|state| state.says_what_was_shown(computed.as_ref().map_err(Vec::as_slice)))
        });
        state.with(|state| {
            catalogue.with(|catalogue| {
                let product = state.draft.product.and_then(|id| catalogue.product(id));
                if product.is_none()
                    && let Some(shown) = &state.shown
                {
                    // Without the catalogue nothing is computed here; what was shown for confirmation stands.
                    return from_shown(shown);
                }
                let preview = preview.with(|preview| preview.clone().ok());
                Seen {
                    facts: Facts::of(&state.draft, catalogue, preview.as_ref()),
                    preview,
                    contracting: product.map(|product| product.contracting.clone()),
                    as_shown,
                }
            })
        })
    })
}

fn from_shown(shown: &RevisionView) -> Seen {
    let content = &shown.content;
    let draft = Draft {
        method: Some(content.method),
        buyer: content.buyer.clone(),
        ..Draft::default()
    };
    let preview = Preview {
        terms: content.terms.clone(),
        schedule: content.schedule.clone(),
        vat_rate: content.vat_rate,
        vat: content.vat,
    };
    let facts = Facts {
        product: Some(content.product_name.clone()),
        ..Facts::of(&draft, &Catalogue::default(), Some(&preview))
    };
    Seen {
        facts,
        preview: Some(preview),
        contracting: Some(content.contracting.clone()),
        as_shown: true,
    }
}
