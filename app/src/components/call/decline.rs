//! Declining with more than a no: why, and when a call would suit better.

use crate::{components::when::When, locale::t, state::Workspace};
use jiff::Timestamp;
use leptos::prelude::*;
use orderline_domain::text::MAX_REASON_CHARS;

/// The reason and the better time, both of the buyer's own choice.
#[component]
pub fn DeclineWith(
    reason: RwSignal<String>,
    call_at: RwSignal<Option<Timestamp>>,
) -> impl IntoView {
    let now = Workspace::here().client.now();
    view! {
        <details>
            <summary>{t("call.decline.why")}</summary>
            <div class="decline-with">
                <label class="field">
                    <span>{t("call.decline.reason")}</span>
                    <input
                        maxlength=MAX_REASON_CHARS.to_string()
                        prop:value=reason
                        on:input=move |event| reason.set(event_target_value(&event))
                    />
                </label>
                <When id="decline-call-at" label=t("call.decline.call_at") now=now value=call_at none=t("when.none")/>
            </div>
        </details>
    }
}
