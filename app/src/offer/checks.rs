//! What an order needs, as a list with marks, and why "Order now" waits.

use super::field::Form;
use crate::{
    call::{engine::machine::Shown, state::Calls},
    locale::{t, t_with},
};
use leptos::prelude::*;

/// Everything that keeps the order from being placed now; `None` when nothing does.
pub fn why_not_yet(form: Form, buyer: &str, as_shown: bool) -> Option<String> {
    form.state.with(|state| {
        let by = [("name", buyer)];
        if state.refused_by.is_some() {
            Some(t("offer.wait.other_editor"))
        } else if state.shown.is_none() {
            Some(t_with("offer.wait.show", &by))
        } else if !as_shown {
            Some(t_with("offer.wait.changed", &by))
        } else if !state.is_confirmed() {
            Some(t_with("offer.wait.confirm", &by))
        } else {
            None
        }
    })
}

/// The list.
#[component]
pub fn Checks(
    form: Form,
    #[prop(into)] buyer_name: Signal<String>,
    #[prop(into)] as_shown: Signal<bool>,
) -> impl IntoView {
    let calls = Calls::here();
    let mine = calls.mine();
    let thread = form.thread;
    let recorded = Memo::new(move |_| {
        mine.with(|mine| {
            mine.as_ref()
                .filter(|mine| mine.call.thread == thread && mine.call.recording_since.is_some())
                .map(both_can_be_heard)
        })
    });
    let missing = Signal::derive(move || {
        t(if recorded.get() == Some(false) {
            "offer.check.one_voice"
        } else {
            "offer.check.not_recorded"
        })
    });
    let confirmed = move || {
        as_shown.get()
            && form
                .state
                .with(crate::offer::state::OfferState::is_confirmed)
    };
    let check = |done: Signal<bool>, yes: Signal<String>, no: Signal<String>| {
        view! {
            <li class=move || if done.get() { "ok" } else { "open" }>
                {move || if done.get() { yes.get() } else { no.get() }}
            </li>
        }
    };
    let named = move |key: &'static str| {
        Signal::derive(move || t_with(key, &[("name", &buyer_name.get())]))
    };
    let plain = |key: &'static str| Signal::derive(move || t(key));
    view! {
        <ul class="checks" aria-label=t("offer.checks")>
            {check(Signal::derive(move || form.is_fine("buyer.")), plain("offer.check.address"), plain("offer.check.no_address"))}
            {check(Signal::derive(move || recorded.get() == Some(true)), plain("offer.check.recorded"), missing)}
            {check(Signal::derive(confirmed), named("offer.check.confirmed"), named("offer.check.not_confirmed"))}
        </ul>
    }
}

/// Whether both sides have a microphone: without one the recording lacks a voice.
fn both_can_be_heard(shown: &Shown) -> bool {
    shown.media.has_microphone
        && shown
            .peer
            .as_ref()
            .is_some_and(|peer| peer.media.has_microphone)
}
