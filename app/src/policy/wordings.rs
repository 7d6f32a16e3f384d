//! What the buyer reads before agreeing, a text a language.

use super::fields::Editing;
use crate::{
    browser,
    locale::{format, t, t_with},
};
use leptos::prelude::*;
use orderline_domain::policy::{MAX_WORDING_CHARS, MAX_WORDINGS, Wording};

/// Languages that are offered for another wording.
const LANGUAGES: [&str; 24] = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nl",
    "pl", "pt", "pt-BR", "ro", "sk", "sl", "sv", "uk",
];

/// One text area a language, and a way to add another language.
#[component]
pub fn WordingFields(editing: Editing) -> impl IntoView {
    let languages = Memo::new(move |_| {
        editing.wordings.with(|all| {
            all.iter()
                .map(|wording| wording.language.clone())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <fieldset class="choices">
            <legend>{t("policy.wordings")}</legend>
            <p class="meta">{t("policy.wordings.hint")}</p>
            <p class="error" role="status">{move || editing.complaint("wordings", None)}</p>
            <For each=move || languages.get() key=String::clone let:language>
                <One editing=editing language=language alone=Signal::derive(move || languages.with(|it| it.len() == 1))/>
            </For>
            <Add editing=editing languages=languages/>
        </fieldset>
    }
}

#[component]
fn One(editing: Editing, language: String, alone: Signal<bool>) -> impl IntoView {
    let id = field_id(&language);
    let error_id = format!("{id}-error");
    let name = format::language_name(&language);
    let remove = t_with("policy.wording.remove", &[("language", &name)]);
    let own = StoredValue::new(language.clone());
    let text = move || {
        editing.wordings.with(|all| {
            own.with_value(|own| {
                all.iter()
                    .find(|it| it.language == *own)
                    .map(|it| it.text.clone())
            })
        })
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        editing.wordings.update(|all| {
            own.with_value(|own| {
                if let Some(wording) = all.iter_mut().find(|it| it.language == *own) {
                    wording.text = text;
                }
            });
        });
    };
    let wrong = move || own.with_value(|own| editing.complaint("wording", Some(own)));
    let drop = move |_| {
        editing
            .wordings
            .update(|all| own.with_value(|own| all.retain(|it| it.language != *own)));
        browser::focus("add-language");
    };
    view! {
        <div class="field wording-field">
            <div class="row spread">
                <label for=id.clone()>{name}</label>
                <button type="button" class="btn quiet" hidden=alone aria-label=remove on:click=drop>
                    {t("policy.wording.remove.short")}
                </button>
            </div>
            <textarea
                id=id
                rows="9"
                lang=language
                maxlength=MAX_WORDING_CHARS.to_string()
                aria-invalid=move || wrong().is_some().to_string()
                aria-describedby=error_id.clone()
                prop:value=text
                on:input=typed
            ></textarea>
            <p class="error" id=error_id role="status">{wrong}</p>
        </div>
    }
}

#[component]
fn Add(editing: Editing, languages: Memo<Vec<String>>) -> impl IntoView {
    let left = move || {
        languages.with(|there| {
            LANGUAGES
                .into_iter()
                .filter(|language| !there.iter().any(|it| it == language))
                .map(|language| {
                    view! { <option value=language>{format::language_name(language)}</option> }
                })
                .collect_view()
        })
    };
    let add = move |event| {
        let language = event_target_value(&event);
        if language.is_empty() {
            return;
        }
        let id = field_id(&language);
        editing.wordings.update(|all| {
            all.push(Wording {
                language,
                text: String::new(),
            });
        });
        request_animation_frame(move || browser::focus(&id));
    };
    view! {
        <div class="field short" hidden=move || languages.with(|it| it.len() >= MAX_WORDINGS)>
            <label for="add-language">{t("policy.wording.add")}</label>
            <select id="add-language" prop:value="" on:change=add>
                <option value="">{t("policy.wording.choose")}</option>
                {left}
            </select>
        </div>
    }
}

fn field_id(language: &str) -> String {
    format!("wording-{language}")
}
