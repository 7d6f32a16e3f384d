//! The start page: sign in, or in demo mode continue as one of the demo people.

use crate::{
    account::{ask_link::AskLink, passkey_sign_in::SignInByPasskey},
    api::{self, Failure},
    browser,
    components::{
        field::{Field, FieldKind},
        states::{Failed, Skeleton},
    },
    load::Load,
    locale::{t, t_with, text_above, text_at},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::people::roles::Entry;
use orderline_protocol::{
    http::{DemoPerson, SignIn, Site},
    problem::{FieldProblem, Problem},
};

/// The page of somebody who is not signed in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let site = RwSignal::new(None::<Site>);
    let load = RwSignal::new(Load::Loading);
    let fetch = move || {
        load.set(Load::Loading);
        spawn_local(async move {
            match api::site().await {
                Ok(answer) => {
                    site.set(Some(answer));
                    load.set(Load::Ready);
                }
                Err(failure) => load.set(Load::Failed(failure)),
            }
        });
    };
    fetch();
    view! {
        <main class="start">
            <header class="start-head">
                <h1>{t("app.name")}</h1>
                <p>{t("app.what")}</p>
            </header>
            {move || match load.get() {
                Load::Loading => view! { <div class="card panel"><Skeleton shape="rows" lines=3/></div> }.into_any(),
                Load::Failed(failure) => {
                    view! { <div class="card panel"><Failed failure=failure retry=move |()| fetch()/></div> }.into_any()
                }
                Load::Ready => {
                    let site = site.get_untracked();
                    let people = site.filter(|site| site.demo).map(|site| site.people).unwrap_or_default();
                    let demo = !people.is_empty();
                    view! {
                        {demo.then(|| view! { <DemoPeople people=people/> })}
                        {if demo {
                            view! {
                                <details class="card panel">
                                    <summary>{t("sign_in.with_password")}</summary>
                                    <SignInForm/>
                                </details>
                            }
                                .into_any()
                        } else {
                            view! { <section class="card panel"><h2>{t("sign_in.title")}</h2><SignInForm/></section> }
                                .into_any()
                        }}
                        <AskLink/>
                    }
                        .into_any()
                }
            }}
        </main>
    }
}

/// Big buttons: one a person, each on a host name of its own.
#[component]
fn DemoPeople(people: Vec<DemoPerson>) -> impl IntoView {
    let line = |mut person: DemoPerson| {
        if let Some(place) = place() {
            person.url = format!("{}?to={place}", person.url);
        }
        let what = match person.person.as_str() {
            "seller" => t("demo.seller"),
            "buyer" => t("demo.buyer"),
            "compliance" => t("demo.compliance"),
            "support" => t("demo.support"),
            "admin" => t("demo.admin"),
            "platform" => t("demo.platform"),
            _ => String::new(),
        };
        view! {
            <li>
                <a class="demo-person card" href=person.url data-person=person.person>
                    <b>{t_with("demo.continue_as", &[("name", &person.name)])}</b>
                    <span class="meta">{what}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="demo-people" aria-label=t("demo.title")>
            <h2>{t("demo.title")}</h2>
            <p class="meta">{t("demo.hint")}</p>
            <ul>{people.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// E-mail and password, with what is wrong at each.
#[component]
fn SignInForm() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let body = SignIn {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        let missing = missing(&body);
        if !missing.is_empty() {
            browser::focus(&missing[0].field);
            failure.set(Some(Failure::Problem(Problem::invalid(missing))));
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match api::sign_in(&body).await {
                Ok(_) => browser::leave_for(&place().unwrap_or_else(|| "/".to_owned())),
                Err(why) => {
                    failure.set(Some(why));
                    busy.set(false);
                    browser::focus("password");
                }
            }
        });
    };
    let at = move |field: &'static str| {
        Signal::derive(move || failure.with(|it| text_at(it.as_ref()?, field)))
    };
    let above = move || failure.with(|it| text_above(it.as_ref()?));
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field id="email".to_owned() kind=FieldKind::Email label=t("sign_in.email") value=email error=at("email")/>
            <Field
                id="password".to_owned()
                kind=FieldKind::Password
                label=t("sign_in.password")
                value=password
                error=at("password")
            />
            <p class="error" role="alert">{above}</p>
            <button class="btn primary big" type="submit" disabled=move || busy.get()>
                {move || if busy.get() { t("sign_in.busy") } else { t("sign_in.action") }}
            </button>
        </form>
        <SignInByPasskey done=|()| browser::leave_for(&place().unwrap_or_else(|| "/".to_owned()))/>
    }
}

fn missing(body: &SignIn) -> Vec<FieldProblem> {
    let mut missing = Vec::new();
    let mut need = |field: &str, code: &str| {
        missing.push(FieldProblem {
            field: field.to_owned(),
            code: code.to_owned(),
            params: std::collections::BTreeMap::new(),
        });
    };
    if body.email.is_empty() {
        need("email", "required");
    } else if !body.email.contains('@') {
        need("email", "email");
    }
    if body.password.is_empty() {
        need("password", "required");
    }
    missing
}

/// Where the person wanted to go: a page of ours that a link led to. Whoever it is not for is led on from there.
fn place() -> Option<String> {
    let path = window().location().pathname().ok()?;
    Entry::of_path(&path)
        .is_some_and(|entry| path.len() > entry.root().len())
        .then_some(path)
}
