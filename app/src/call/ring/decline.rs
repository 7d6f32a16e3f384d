//! Declining with more than a no: why, and when a call would suit better.

use crate::{
    components::{field::Words, when::When},
    locale::t,
    thread::state::workspace::Workspace,
};
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
                <Words label=t("call.decline.reason") most=MAX_REASON_CHARS value=reason/>
                <When id="decline-call-at" label=t("call.decline.call_at") now=now value=call_at none=t("when.none")/>
            </div>
        </details>
    }
}
