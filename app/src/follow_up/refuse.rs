//! The seller refuses a wish for a call (CU3): a reason that stands ready, own words, or both.

use super::notices::ready_reason;
use crate::{
    components::field::{Words, written},
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::{follow_up::refusal::ReadyReason, text::MAX_REASON_CHARS};
use orderline_protocol::calling::RequestReply;

/// The form; the buyer reads what is chosen and written.
#[component]
pub fn Refuse(busy: Signal<bool>, reply: impl Fn(RequestReply) + Copy + 'static) -> impl IntoView {
    let because = RwSignal::new(ReadyReason::ALL.first().copied());
    let words = RwSignal::new(String::new());
    let silent = move || because.read().is_none() && words.read().trim().is_empty();
    let refuse = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        reply(RequestReply::Refuse {
            because: because.get_untracked(),
            reason: written(words),
        });
    };
    let choice = move |ready: Option<ReadyReason>| {
        let (name, text) = match ready {
            Some(ready) => (ready.name(), ready_reason(ready)),
            None => ("other", t("request.because.other")),
        };
        let id = format!("refuse-{name}");
        let of = id.clone();
        view! {
            <label class="choice" for=of>
                <input
                    id=id
                    type="radio"
                    name="because"
                    prop:checked=move || because.get() == ready
                    on:change=move |_| because.set(ready)
                />
                <span>{text}</span>
            </label>
        }
    };
    let all = ReadyReason::ALL.into_iter().map(Some).chain([None]);
    let label = move || {
        t(match because.get() {
            Some(_) => "request.because.more",
            None => "request.reason",
        })
    };
    view! {
        <form class="ask-form" on:submit=refuse>
            <fieldset class="choices which-one">
                <legend>{t("request.because")}</legend>
                {all.map(choice).collect_view()}
            </fieldset>
            {move || view! { <Words label=label() most=MAX_REASON_CHARS value=words/> }}
            <button class="btn danger" type="submit" disabled=move || busy.get() || silent()>
                {t("request.refuse_send")}
            </button>
        </form>
    }
}
