//! In which language the page is read: a choice of all that Orderline speaks, each by its own name.

use crate::{
    api::{self, Failure},
    browser,
    locale::{language, t, text_above},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::language::Language;

/// The choice. The page loads again in what is chosen; a button each, since a list that is walked through by the arrow
/// keys would load it at every step.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let now = Language::meant_by(&language()).unwrap_or(Language::COMMON);
    let failure = RwSignal::new(None::<Failure>);
    let choose = move |chosen: Language| {
        spawn_local(async move {
            match api::read_in(chosen.tag().to_owned(), true).await {
                Ok(()) => browser::reload(),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let each = Language::ALL.map(|it| {
        view! {
            <li>
                <button
                    type="button"
                    lang=it.tag()
                    aria-current=(it == now).then_some("true")
                    on:click=move |_| choose(it)
                >
                    {it.own_name()}
                </button>
            </li>
        }
    });
    view! {
        <nav class="languages" aria-label=t("language.label")>
            <ul>{each.collect_view()}</ul>
            <p class="error" role="alert">{move || failure.with(|it| text_above(it.as_ref()?))}</p>
        </nav>
    }
}
