//! A country, chosen by its name.

use crate::locale::{country, t};
use leptos::prelude::*;

/// All countries by name, with what is wrong at it.
#[component]
pub fn Country(
    id: &'static str,
    #[prop(into)] label: String,
    /// ISO 3166-1 alpha-2; empty while none is chosen.
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let note = format!("{id}-error");
    let said = note.clone();
    let wrong = move || error.read().is_some().then_some("true");
    let options = country::all()
        .into_iter()
        .map(|(code, name)| view! { <option value=code>{name}</option> })
        .collect_view();
    view! {
        <label class="field" for=id>
            <span>{label}</span>
            <select
                id=id
                aria-describedby=said
                aria-invalid=wrong
                prop:value=value
                on:change=move |event| value.set(event_target_value(&event))
            >
                <option value="">{t("field.choose")}</option>
                {options}
            </select>
            <small id=note class="error">{move || error.get()}</small>
        </label>
    }
}
