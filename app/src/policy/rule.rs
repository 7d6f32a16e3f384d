//! The rule on who may call while somebody chooses it, for the whole vendor or for themselves (CU3).

use crate::{
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::{
    call::calling_rule::{CallingRule, ProposedRule},
    money::Currency,
};

/// What is chosen so far. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Typed {
    choice: RwSignal<&'static str>,
    question: RwSignal<bool>,
    order: RwSignal<bool>,
    least: RwSignal<String>,
}

impl Typed {
    /// Begins from what holds.
    pub fn of(rule: CallingRule) -> Self {
        let (question, order) = match rule {
            CallingRule::Stages { question, order } => (question, order),
            _ => (true, false),
        };
        let least = rule.least().map(|it| it.amount().to_string());
        Self {
            choice: RwSignal::new(choice_of(rule)),
            question: RwSignal::new(question),
            order: RwSignal::new(order),
            least: RwSignal::new(least.unwrap_or_default()),
        }
    }

    /// What is to be saved.
    pub fn proposed(self) -> ProposedRule {
        match self.choice.get_untracked() {
            "off" => ProposedRule::Off,
            "stages" => ProposedRule::Stages {
                question: self.question.get_untracked(),
                order: self.order.get_untracked(),
            },
            "chosen" => ProposedRule::Chosen,
            "paid" => ProposedRule::Paid,
            "value" => ProposedRule::FromValue {
                least: self.least.get_untracked(),
            },
            _ => ProposedRule::On,
        }
    }
}

/// What the rule is called in the form.
const fn choice_of(rule: CallingRule) -> &'static str {
    match rule {
        CallingRule::On => "on",
        CallingRule::Off => "off",
        CallingRule::Stages { .. } => "stages",
        CallingRule::Chosen => "chosen",
        CallingRule::Paid => "paid",
        CallingRule::FromValue { .. } => "value",
    }
}

/// The rule in words, as the form has them.
pub fn words(rule: CallingRule) -> String {
    t(match rule {
        CallingRule::On => "calling.on",
        CallingRule::Off => "calling.off",
        CallingRule::Stages { .. } => "calling.stages",
        CallingRule::Chosen => "calling.chosen",
        CallingRule::Paid => "calling.paid",
        CallingRule::FromValue { .. } => "calling.value",
    })
}

/// In which threads there are calls.
#[component]
pub fn Rules(form: Form, typed: Typed, on_plan: bool, currency: Currency) -> impl IntoView {
    let Typed {
        choice,
        question,
        order,
        least,
    } = typed;
    let name = form.id("rule");
    let option = move |value: &'static str, title: &'static str, hint: &'static str| {
        let id = form.id(value);
        let of = id.clone();
        view! {
            <label class="choice" for=of>
                <input
                    id=id
                    type="radio"
                    name=name.clone()
                    value=value
                    prop:checked=move || choice.get() == value
                    on:change=move |_| choice.set(value)
                />
                <span><b>{t(title)}</b><small>{t(hint)}</small></span>
            </label>
        }
    };
    let stage = move |id: &'static str, on: RwSignal<bool>, title: &'static str| {
        let id = form.id(id);
        let of = id.clone();
        view! {
            <label class="choice" for=of>
                <input id=id type="checkbox" prop:checked=on on:change=move |event| on.set(event_target_checked(&event))/>
                <span>{t(title)}</span>
            </label>
        }
    };
    let from = t_with("calling.value.least", &[("currency", currency.code())]);
    view! {
        <fieldset disabled=!on_plan>
            <legend>{t("calling.rule")}</legend>
            {option("on", "calling.on", "calling.on.hint")}
            {option("stages", "calling.stages", "calling.stages.hint")}
            <div class="choice-more" hidden=move || choice.get() != "stages">
                {stage("stage-question", question, "calling.stage.question")}
                {stage("stage-order", order, "calling.stage.order")}
            </div>
            {option("value", "calling.value", "calling.value.hint")}
            <div class="choice-more" hidden=move || choice.get() != "value">
                <FormField form=form name="rule.least" kind=FieldKind::Number label=from value=least/>
            </div>
            {option("chosen", "calling.chosen", "calling.chosen.hint")}
            {option("paid", "calling.paid", "calling.paid.hint")}
            {option("off", "calling.off", "calling.off.hint")}
        </fieldset>
    }
}
