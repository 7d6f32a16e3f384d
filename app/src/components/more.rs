//! The rest of a list, at the press of a button.

use crate::{
    locale::{problem_text, t},
    paged::Rest,
};
use leptos::prelude::*;

/// A button below a list as long as there is more of it.
#[component]
pub fn ShowMore(rest: Rest) -> impl IntoView {
    view! {
        <Show when=move || rest.is_there()>
            <p class="more-of-list">
                <button class="btn" disabled=move || rest.busy.get() on:click=move |_| rest.more.run(())>
                    {move || if rest.busy.get() { t("state.loading") } else { t("state.more") }}
                </button>
                {move || {
                    rest.failed.get().map(|failure| view! { <span class="failed" role="alert">{problem_text(&failure)}</span> })
                }}
            </p>
        </Show>
    }
}
