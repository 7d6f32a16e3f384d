//! What a list is narrowed by, as it stands in the address: so a search can be shared as a link.

use crate::{locale::t, people::session::Session, route::Route};
use leptos::prelude::*;
use std::time::Duration;
use web_sys::UrlSearchParams;

/// Wait after the last key before the list is searched.
const SEARCH_AFTER: Duration = Duration::from_millis(200);

/// The fields of a filter: each one's name in the address, its `type`, and the key of its label.
#[component]
pub fn Filter(
    fields: &'static [(&'static str, &'static str, &'static str)],
    query: Memo<String>,
    /// The page with another query.
    to: fn(String) -> Route,
    /// Fields that are chosen, behind those that are typed.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let session = Session::here_now();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let change = move |name: &'static str, value: String| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let apply = move || {
            // The page may be left by now.
            let Some(query) = query.try_get_untracked() else {
                return;
            };
            session.rename(to(with_field(&query, name, &value)));
        };
        timer.set_value(set_timeout_with_handle(apply, SEARCH_AFTER).ok());
    };
    let field = move |(name, kind, label): (&'static str, &'static str, &'static str)| {
        view! {
            <label class="field">
                <span>{t(label)}</span>
                <input
                    name=name
                    type=kind
                    autocomplete="off"
                    prop:value=move || field_of(&query.read(), name)
                    on:input=move |event| change(name, event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <form class="filter card" role="search" on:submit=|event| event.prevent_default()>
            {fields.iter().copied().map(field).collect_view()}
            {children.map(|children| children())}
        </form>
    }
}

/// A field's value in a query; empty where it has none.
pub fn field_of(query: &str, name: &str) -> String {
    UrlSearchParams::new_with_str(query)
        .ok()
        .and_then(|params| params.get(name))
        .unwrap_or_default()
}

/// The query with another value of a field; without it where that is empty.
pub fn with_field(query: &str, name: &str, value: &str) -> String {
    let Ok(params) = UrlSearchParams::new_with_str(query) else {
        return query.to_owned();
    };
    if value.trim().is_empty() {
        params.delete(name);
    } else {
        params.set(name, value);
    }
    params.to_string().into()
}
