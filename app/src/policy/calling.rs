//! Who may call, and what happens to contact that leads away: the vendor's own settings.

use crate::{
    api,
    components::states::{Failed, Skeleton},
    load::Load,
    locale::{
        format::{self, Moment},
        problem_text, t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{call::rules::CallingRule, thread::contact::ContactPolicy};
use orderline_protocol::http::{CallingSettings, SetCalling};

/// The page, with the settings as they are.
#[component]
pub fn CallingPage() -> impl IntoView {
    let load = RwSignal::new(Load::Loading);
    let settings = RwSignal::new(None::<CallingSettings>);
    let fetch = move || {
        load.set(Load::Loading);
        spawn_local(async move {
            match api::calling_settings().await {
                Ok(read) => {
                    settings.try_set(Some(read));
                    load.try_set(Load::Ready);
                }
                Err(failure) => {
                    load.try_set(Load::Failed(failure));
                }
            }
        });
    };
    fetch();
    view! {
        <main class="desk">
            <h1>{t("calling.title")}</h1>
            {move || match (load.get(), settings.get()) {
                (Load::Failed(failure), _) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                (Load::Ready, Some(read)) => view! { <Form read=read settings=settings/> }.into_any(),
                _ => view! { <Skeleton shape="table" lines=4/> }.into_any(),
            }}
        </main>
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
    }
}

#[component]
fn Form(read: CallingSettings, settings: RwSignal<Option<CallingSettings>>) -> impl IntoView {
    let choice = RwSignal::new(choice_of(read.rule).to_owned());
    let (question, order) = match read.rule {
        CallingRule::Stages { question, order } => (question, order),
        _ => (true, false),
    };
    let question = RwSignal::new(question);
    let order = RwSignal::new(order);
    let contact = RwSignal::new(read.contact);
    let busy = RwSignal::new(false);
    let said = RwSignal::new(None::<String>);
    let failed = RwSignal::new(None::<String>);
    let version = read.version;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let rule = match choice.read_untracked().as_str() {
            "off" => CallingRule::Off,
            "stages" => CallingRule::Stages {
                question: question.get_untracked(),
                order: order.get_untracked(),
            },
            "chosen" => CallingRule::Chosen,
            "paid" => CallingRule::Paid,
            _ => CallingRule::On,
        };
        let wish = SetCalling {
            rule,
            contact: contact.get_untracked(),
            version,
        };
        busy.set(true);
        said.set(None);
        failed.set(None);
        spawn_local(async move {
            match api::set_calling(&wish).await {
                Ok(saved) => {
                    settings.try_set(Some(saved));
                }
                Err(why) => {
                    failed.try_set(Some(problem_text(&why)));
                    busy.try_set(false);
                }
            }
        });
    };
    let changed = read.changed_at.map(|at| {
        t_with(
            "calling.changed",
            &[
                ("name", &read.changed_by.clone().unwrap_or_default()),
                ("time", &format::moment(at, Moment::DayTime)),
            ],
        )
    });
    view! {
        <form class="card panel calling" on:submit=save>
            {(!read.on_plan).then(|| view! { <p class="call-note warn">{t("calling.not_on_plan")}</p> })}
            <Rules on_plan=read.on_plan choice=choice question=question order=order/>
            <Contact contact=contact/>
            <p class="error" role="alert">{move || failed.get()}</p>
            <div class="row">
                <button class="btn primary big" type="submit" disabled=busy>{t("calling.save")}</button>
                <p class="meta" role="status">{changed}</p>
            </div>
        </form>
    }
}

/// In which threads there are calls.
#[component]
fn Rules(
    on_plan: bool,
    choice: RwSignal<String>,
    question: RwSignal<bool>,
    order: RwSignal<bool>,
) -> impl IntoView {
    let option = move |value: &'static str, title: &'static str, hint: &'static str| {
        let id = format!("calling-{value}");
        let of = id.clone();
        view! {
            <label class="choice" for=of>
                <input
                    id=id
                    type="radio"
                    name="rule"
                    value=value
                    prop:checked=move || choice.read().as_str() == value
                    on:change=move |_| choice.set(value.to_owned())
                />
                <span><b>{t(title)}</b><small>{t(hint)}</small></span>
            </label>
        }
    };
    let stage = move |id: &'static str, on: RwSignal<bool>, title: &'static str| {
        view! {
            <label class="choice" for=id>
                <input id=id type="checkbox" prop:checked=on on:change=move |event| on.set(event_target_checked(&event))/>
                <span>{t(title)}</span>
            </label>
        }
    };
    view! {
        <fieldset disabled=!on_plan>
            <legend>{t("calling.rule")}</legend>
            {option("on", "calling.on", "calling.on.hint")}
            {option("stages", "calling.stages", "calling.stages.hint")}
            <div class="choice-more" hidden=move || choice.read().as_str() != "stages">
                {stage("stage-question", question, "calling.stage.question")}
                {stage("stage-order", order, "calling.stage.order")}
            </div>
            {option("chosen", "calling.chosen", "calling.chosen.hint")}
            {option("paid", "calling.paid", "calling.paid.hint")}
            {option("off", "calling.off", "calling.off.hint")}
        </fieldset>
    }
}

/// What happens to contact that leads away (CU9).
#[component]
fn Contact(contact: RwSignal<ContactPolicy>) -> impl IntoView {
    let policy = move |value: ContactPolicy, title: &'static str, hint: &'static str| {
        let id = format!("contact-{}", value.name());
        let of = id.clone();
        view! {
            <label class="choice" for=of>
                <input
                    id=id
                    type="radio"
                    name="contact"
                    prop:checked=move || contact.get() == value
                    on:change=move |_| contact.set(value)
                />
                <span><b>{t(title)}</b><small>{t(hint)}</small></span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>{t("calling.contact")}</legend>
            <p class="meta">{t("calling.contact.what")}</p>
            {policy(ContactPolicy::Warn, "calling.contact.warn", "calling.contact.warn.hint")}
            {policy(ContactPolicy::Block, "calling.contact.block", "calling.contact.block.hint")}
            {policy(ContactPolicy::Off, "calling.contact.off", "calling.contact.off.hint")}
        </fieldset>
    }
}
