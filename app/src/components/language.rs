//! In which language the page is read: a choice of all that Orderline speaks, each by its own name.

use crate::{
    api::{self, Failure},
    browser,
    locale::{language, t, text_above},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::language::Language;

/// The choice. The page loads again in what is chosen.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let now = Language::meant_by(&language()).unwrap_or(Language::COMMON);
    let failure = RwSignal::new(None::<Failure>);
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        spawn_local(async move {
            match api::read_in(chosen, true).await {
                Ok(()) => browser::reload(),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let options = Language::ALL.map(|it| {
        view! { <option value=it.tag() lang=it.tag() selected=it == now>{it.own_name()}</option> }
    });
    view! {
        <div class="language">
            <label for="language">{t("language.label")}</label>
            <select id="language" on:change=choose>
                {options.collect_view()}
            </select>
            <p class="error" role="alert">{move || failure.with(|it| text_above(it.as_ref()?))}</p>
        </div>
    }
}
