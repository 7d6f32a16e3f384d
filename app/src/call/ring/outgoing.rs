//! The caller waits for an answer.

use super::incoming::Tones;
use crate::{
    call::{engine::machine::Shown, state::Calls, words},
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_protocol::call::CallView;

/// How long it still rings, and the way to take the call back.
#[component]
pub fn Ringing(call: CallView, #[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let (id, until) = (call.call, call.rings_until);
    let name = if call.caller.user == me {
        call.callee.name
    } else {
        call.caller.name
    };
    let left = move || {
        let left = until.duration_since(calls.now().get()).as_secs().max(0);
        t_with("call.ringing.left", &[("seconds", &left.to_string())])
    };
    let microphone = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .and_then(|shown| words::microphone(shown, me))
        })
    };
    view! {
        <section class="card call-card rings" aria-label=t("call.label")>
            <div class="row">
                <span class="pulse" aria-hidden="true"></span>
                <div class="grow">
                    <h2><span role="status">{t_with("call.ringing.who", &[("name", &name)])}</span></h2>
                    <p class="meta">{left}</p>
                </div>
                <Tones/>
                <button class="btn danger" on:click=move |_| calls.hang_up(id)>{t("call.cancel")}</button>
            </div>
            <p class="call-note">{microphone}</p>
        </section>
    }
}
