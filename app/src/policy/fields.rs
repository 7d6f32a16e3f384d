//! A policy while an admin edits it.

use super::words;
use crate::locale::{field_text, t};
use leptos::prelude::*;
use orderline_domain::{
    call::mode::RecordWhen,
    policy::{MAX_KEPT_DAYS, MAX_SOURCE_CHARS, PolicyRules, ProposedPolicy, Wording},
};
use orderline_protocol::{policy::PolicyView, problem::FieldProblem};

/// What is typed so far, and what the server said was wrong with it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Editing {
    pub rules: RwSignal<PolicyRules>,
    /// As typed; read when it is saved.
    pub kept_days: RwSignal<String>,
    pub wordings: RwSignal<Vec<Wording>>,
    pub complaints: RwSignal<Vec<FieldProblem>>,
}

impl Editing {
    /// Begins from what holds.
    pub fn of(policy: &PolicyView) -> Self {
        let wordings = policy.wordings.iter().map(|it| it.wording.clone());
        Self {
            rules: RwSignal::new(policy.rules.clone()),
            kept_days: RwSignal::new(policy.rules.kept_days.to_string()),
            wordings: RwSignal::new(wordings.collect()),
            complaints: RwSignal::new(Vec::new()),
        }
    }

    /// What would be saved. Days that are no number are none, which the rule refuses.
    pub fn proposed(self) -> ProposedPolicy {
        let kept_days = self.kept_days.with(|days| days.trim().parse().unwrap_or(0));
        ProposedPolicy {
            rules: PolicyRules {
                kept_days,
                ..self.rules.get()
            },
            wordings: self.wordings.get(),
        }
    }

    /// What is wrong at a field, in the language that the complaint names if it names one.
    pub fn complaint(self, field: &str, language: Option<&str>) -> Option<String> {
        self.complaints.with(|all| {
            all.iter()
                .find(|it| {
                    let named = it.params.get("language").map(String::as_str);
                    it.field == field && (language.is_none() || named == language)
                })
                .map(field_text)
        })
    }
}

/// Everything but the wordings.
#[component]
pub fn PolicyFields(editing: Editing) -> impl IntoView {
    let rules = editing.rules;
    let choice = move |when: RecordWhen| {
        let id = format!("record-{}", when.name());
        let hint = format!("{id}-hint");
        view! {
            <div class="choice">
                <input
                    type="radio"
                    name="record"
                    id=id.clone()
                    aria-describedby=hint.clone()
                    prop:checked=move || rules.with(|rules| rules.record == when)
                    on:change=move |_| rules.update(|rules| rules.record = when)
                />
                <label for=id>{words::record(when)}</label>
                <p class="meta" id=hint>{words::record_hint(when)}</p>
            </div>
        }
    };
    let tick = move |id: &'static str,
                     label: String,
                     hint: String,
                     get: fn(&PolicyRules) -> bool,
                     set: fn(&mut PolicyRules, bool)| {
        let hint_id = format!("{id}-hint");
        view! {
            <div class="choice">
                <input
                    type="checkbox"
                    id=id
                    aria-describedby=hint_id.clone()
                    prop:checked=move || rules.with(get)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        rules.update(|rules| set(rules, on));
                    }
                />
                <label for=id>{label}</label>
                <p class="meta" id=hint_id>{hint}</p>
            </div>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{t("policy.record")}</legend>
            {RecordWhen::ALL.map(choice).collect_view()}
        </fieldset>
        <fieldset class="choices">
            <legend>{t("policy.consequences")}</legend>
            {tick(
                "may-refuse",
                t("policy.may_refuse"),
                t("policy.may_refuse.hint"),
                |rules| rules.may_refuse,
                |rules, on| rules.may_refuse = on,
            )}
            {tick(
                "written-acceptance",
                t("policy.written"),
                t("policy.written.hint"),
                |rules| rules.written_acceptance,
                |rules, on| rules.written_acceptance = on,
            )}
        </fieldset>
        <KeptDays editing=editing/>
        <Source editing=editing/>
    }
}

#[component]
fn KeptDays(editing: Editing) -> impl IntoView {
    let days = editing.kept_days;
    let wrong = move || editing.complaint("kept_days", None);
    let said = move || {
        days.with(|days| days.trim().parse().map(words::kept))
            .unwrap_or_default()
    };
    view! {
        <div class="field short">
            <label for="kept-days">{t("policy.kept")}</label>
            <input
                id="kept-days"
                type="number"
                inputmode="numeric"
                min="1"
                max=MAX_KEPT_DAYS.to_string()
                aria-invalid=move || wrong().is_some().to_string()
                aria-describedby="kept-days-said kept-days-error"
                prop:value=days
                on:input=move |event| days.set(event_target_value(&event))
            />
            <p class="meta" id="kept-days-said">{said}</p>
            <p class="error" id="kept-days-error" role="status">{wrong}</p>
        </div>
    }
}

#[component]
fn Source(editing: Editing) -> impl IntoView {
    let wrong = move || editing.complaint("source", None);
    view! {
        <div class="field">
            <label for="source">{t("policy.source")}</label>
            <input
                id="source"
                type="text"
                maxlength=MAX_SOURCE_CHARS.to_string()
                autocomplete="off"
                aria-invalid=move || wrong().is_some().to_string()
                aria-describedby="source-hint source-error"
                prop:value=move || editing.rules.with(|rules| rules.source.clone())
                on:input=move |event| {
                    let text = event_target_value(&event);
                    editing.rules.update(|rules| rules.source = text);
                }
            />
            <p class="meta" id="source-hint">{t("policy.source.hint")}</p>
            <p class="error" id="source-error" role="status">{wrong}</p>
        </div>
    }
}
