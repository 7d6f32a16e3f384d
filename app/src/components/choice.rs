//! A labelled field that is chosen from a list.

use super::sending::Form;
use crate::locale::country;
use leptos::prelude::*;

/// What can be chosen, as value and text.
pub type Options = Vec<(String, String)>;

/// A form's field of this name, with what is wrong at it.
#[component]
pub fn Choice(
    form: Form,
    name: &'static str,
    label: String,
    options: Options,
    value: RwSignal<String>,
) -> impl IntoView {
    let (id, error) = (form.id(name), form.at(name));
    let note = format!("{id}-error");
    let said = note.clone();
    let option = move |(key, text): (String, String)| {
        let own = key.clone();
        view! { <option value=key prop:selected=move || *value.read() == own>{text}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                aria-describedby=said
                aria-invalid=move || error.read().is_some().then_some("true")
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options.into_iter().map(option).collect_view()}
            </select>
            <p class="error" id=note role="status">{move || error.get()}</p>
        </div>
    }
}

/// A field that stands alone: what can be chosen may come later than it does, and what is chosen may stand elsewhere.
#[component]
pub fn Chooser(
    #[prop(into)] id: String,
    label: String,
    options: Signal<Options>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] change: Callback<String>,
) -> impl IntoView {
    let option = move |(key, text): (String, String)| {
        let own = key.clone();
        view! { <option value=key prop:selected=move || *value.read() == own>{text}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id on:change=move |event| change.run(event_target_value(&event))>
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// Every country by name, after what stands there while none is chosen.
pub fn countries(none: String) -> Options {
    let all = country::all();
    let named = all.into_iter().map(|(code, name)| (code.to_owned(), name));
    std::iter::once((String::new(), none))
        .chain(named)
        .collect()
}
