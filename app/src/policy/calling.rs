//! Who may call: one's own rule, the vendor's, and what happens to contact that leads away.

use super::{
    own_calling::OwnCallingSection,
    rule::{Rules, Typed},
};
use crate::{
    api,
    components::{sending::Form, table::Fetched},
    load::fetched,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    people::session::Session,
};
use leptos::prelude::*;
use orderline_domain::{
    people::roles::{Action, Relation, allowed},
    thread::contact::ContactPolicy,
};
use orderline_protocol::http::{CallingSettings, SetCalling};

/// The page, with the settings as they are.
#[component]
pub fn CallingPage() -> impl IntoView {
    let role = Session::here_now().role();
    let may = move |action| allowed(role, action, Relation::Own);
    view! {
        <main class="desk">
            <h1>{t("calling.title")}</h1>
            {may(Action::EditOwnCallingRule).then(|| view! { <OwnCallingSection/> })}
            {may(Action::EditCallingRules).then(|| view! { <VendorSection/> })}
        </main>
    }
}

/// What holds for everybody who sells.
#[component]
fn VendorSection() -> impl IntoView {
    let (load, held, fetch) =
        fetched(move || async move { api::calling_settings().await.map(Some) });
    view! {
        <section class="card panel" aria-labelledby="vendor-calling">
            <h2 id="vendor-calling">{t("calling.shop")}</h2>
            <Fetched load=load retry=move |()| fetch() lines=4>
                {move || held.get().map(|read| view! { <VendorForm read=read held=held/> })}
            </Fetched>
        </section>
    }
}

#[component]
fn VendorForm(read: CallingSettings, held: RwSignal<Option<CallingSettings>>) -> impl IntoView {
    let form = Form::of("calling-");
    let typed = Typed::of(read.rule);
    let contact = RwSignal::new(read.contact);
    let version = read.version;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = SetCalling {
            rule: typed.proposed(),
            contact: contact.get_untracked(),
            version,
        };
        form.send(async move { api::set_calling(&wish).await }, move |saved| {
            held.try_set(Some(saved));
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
        <form class="calling" novalidate on:submit=save>
            {(!read.on_plan).then(|| view! { <p class="call-note warn">{t("calling.not_on_plan")}</p> })}
            <Rules form=form typed=typed on_plan=read.on_plan currency=read.currency/>
            <Contact contact=contact/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary big" type="submit" disabled=form.busy()>{t("calling.save")}</button>
                <p class="meta" role="status">{changed}</p>
            </div>
        </form>
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
