//! The addresses that the vendor's record has of the buyer: taken into the offer with one click.

use super::field::Form;
use crate::{
    api,
    locale::{t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::customer::KnownAddress;

/// A button for each; nothing where none is known.
#[component]
pub fn KnownAddresses(form: Form) -> impl IntoView {
    let known = RwSignal::new(Vec::<KnownAddress>::new());
    let thread = form.thread;
    spawn_local(async move {
        // Without them the address is typed.
        if let Ok(came) = api::customer::of_thread(thread).await {
            known.try_set(came.addresses);
        }
    });
    let take = move |it: KnownAddress| {
        form.edit(|mut draft| {
            draft.buyer = draft.buyer.filled(&it.buyer);
            draft
        });
    };
    let button = move |it: KnownAddress| {
        let address = it.buyer.address.lines().join(", ");
        let words = t_with("offer.known.take", &[("address", &address)]);
        view! {
            <li>
                <button class="btn" type="button" disabled=move || form.locked() on:click=move |_| take(it.clone())>{words}</button>
            </li>
        }
    };
    view! {
        <Show when=move || !known.read().is_empty()>
            <ul class="known-addresses" aria-label=t("offer.known.title")>
                {move || known.get().into_iter().map(button).collect_view()}
            </ul>
        </Show>
    }
}
