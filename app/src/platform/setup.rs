//! The page on which an installation is set up: the platform, its first legal entity, its first admin.

use crate::{
    api, browser,
    components::{
        choice::{Choice, countries},
        field::FieldKind,
        sending::{Form, FormField},
        states::{Failed, Skeleton},
    },
    load::Load,
    load::fetched,
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::{
    people::roles::Entry,
    platform::{ProposedAdmin, ProposedEntity, ProposedPlatform},
};
use orderline_protocol::{
    platform::{SetUp, SetupView},
    problem::Code,
};

/// The path of the page; the token that the server has printed stands behind `#`.
pub const PATH: &str = "/setup";

/// The page: the form, or that it was done already.
#[component]
pub fn SetupPage() -> impl IntoView {
    let (load, state, fetch) = fetched(|| async { api::setup().await.map(Some) });
    view! {
        <main class="start">
            <header class="start-head">
                <h1>{t("setup.title")}</h1>
                <p>{t("setup.hint")}</p>
            </header>
            {move || match (load.get(), state.get()) {
                (Load::Failed(failure), _) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                (_, Some(SetupView { set_up: true })) => view! { <Done/> }.into_any(),
                (_, Some(SetupView { set_up: false })) => view! { <SetupForm/> }.into_any(),
                (_, None) => view! { <Skeleton shape="rows" lines=4/> }.into_any(),
            }}
        </main>
    }
}

/// It was set up before.
#[component]
fn Done() -> impl IntoView {
    view! {
        <section class="card panel form">
            <h2>{t("setup.done")}</h2>
            <p>{t("setup.done.hint")}</p>
            <a class="btn primary big" href="/">{t("sign_in.title")}</a>
        </section>
    }
}

#[component]
fn SetupForm() -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (name, entity, address, country, terms) = (text(), text(), text(), text(), text());
    let (admin, email, password) = (text(), text(), text());
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = SetUp {
            token: browser::fragment(),
            platform: ProposedPlatform {
                name: name.get_untracked(),
                entity: ProposedEntity {
                    name: entity.get_untracked(),
                    address: address.get_untracked(),
                    country: country.get_untracked(),
                    terms: terms.get_untracked(),
                },
                admin: ProposedAdmin {
                    name: admin.get_untracked(),
                    email: email.get_untracked(),
                    password: password.get_untracked(),
                },
            },
        };
        form.send(async move { api::set_up(&body).await }, |_| {
            browser::leave_for(&format!("{}vendors", Entry::Office.root()));
        });
    };
    // The token was not right: the page alone cannot mend that.
    let above = move || {
        let bad = form
            .failure()
            .with(|it| it.as_ref().and_then(api::Failure::code) == Some(Code::BadTicket));
        if bad {
            Some(t("setup.bad_token"))
        } else {
            form.above()
        }
    };
    view! {
        <form class="card panel form" novalidate on:submit=submit>
            <fieldset class="choices">
                <legend>{t("setup.platform")}</legend>
                <FormField form=form name="name" kind=FieldKind::Line label=t("setup.name") value=name/>
            </fieldset>
            <fieldset class="choices">
                <legend>{t("setup.entity")}</legend>
                <p class="meta">{t("setup.entity.hint")}</p>
                <FormField form=form name="entity.name" kind=FieldKind::Line label=t("setup.entity.name") value=entity/>
                <FormField form=form name="entity.address" kind=FieldKind::Note label=t("setup.entity.address") value=address/>
                <Choice form=form name="entity.country" label=t("setup.entity.country") options=countries(t("field.choose")) value=country/>
                <FormField form=form name="entity.terms" kind=FieldKind::Note label=t("setup.entity.terms") value=terms/>
            </fieldset>
            <fieldset class="choices">
                <legend>{t("setup.admin")}</legend>
                <p class="meta">{t("setup.admin.hint")}</p>
                <FormField form=form name="admin.name" kind=FieldKind::Line label=t("setup.admin.name") value=admin/>
                <FormField form=form name="admin.email" kind=FieldKind::Email label=t("sign_in.email") value=email/>
                <FormField form=form name="admin.password" kind=FieldKind::NewPassword label=t("people.new_password") value=password/>
                <p class="meta">{t("people.new_password.hint")}</p>
            </fieldset>
            <p class="error" role="alert">{above}</p>
            <button class="btn primary big" type="submit" disabled=form.busy()>{t("setup.action")}</button>
        </form>
    }
}
