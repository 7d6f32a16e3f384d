//! The bar at the top: where I am, who I am, the way out.

use crate::{
    api, browser,
    components::language::LanguageChoice,
    locale::{role_name, t, t_with},
    people::{avatar::Avatar, capacities::Capacities, session::Session},
    realtime::Client,
    route::Route,
};
use leptos::{prelude::*, task::spawn_local};

/// The bar; `links` are the pages that this person can go to, empty where there is only one.
#[component]
pub fn Bar(
    #[prop(optional)] links: Vec<(Route, String)>,
    #[prop(optional)] client: Option<Client>,
    /// Whether a call runs on this page.
    #[prop(optional, into)]
    in_call: Signal<bool>,
) -> impl IntoView {
    let session = Session::here_now();
    let person = session.person();
    let who = t_with(
        "bar.who",
        &[("name", &person.name), ("role", &role_name(person.role))],
    );
    let (hover, label) = (who.clone(), who.clone());
    view! {
        <header class="bar">
            <Go to=Route::Home class="brand">{t("app.name")}</Go>
            <Capacities in_call=in_call/>
            {(!links.is_empty())
                .then(|| {
                    view! {
                        <nav class="tabs" aria-label=t("bar.pages")>
                            {links
                                .into_iter()
                                .map(|(route, name)| view! { <Go to=route class="tab">{name}</Go> })
                                .collect_view()}
                        </nav>
                    }
                })}
            <span class="grow"></span>
            {session.is_demo().then(|| view! { <span class="pill demo">{t("bar.demo")}</span> })}
            <details class="me menu">
                <summary title=hover aria-label=label>
                    <Avatar person=person/>
                    <span class="meta name">{who}</span>
                </summary>
                <div class="card">
                    <Go to=Route::Account class="btn">{t("account.title")}</Go>
                    <LanguageChoice/>
                </div>
            </details>
            <button class="btn quiet" on:click=move |_| sign_out(client)>{t("bar.sign_out")}</button>
        </header>
    }
}

/// A link to a page of this entry, followed without a page load; the current page says so.
#[component]
pub fn Go(
    to: Route,
    #[prop(into)] class: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] title: Option<String>,
    children: Children,
) -> impl IntoView {
    let session = Session::here_now();
    let href = session.href(&to);
    let here = to.clone();
    let current = move || {
        session
            .route()
            .with(|route| same_page(route, &here))
            .then_some("page")
    };
    let follow = move |click: leptos::ev::MouseEvent| {
        let plain = click.button() == 0
            && !(click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key());
        if plain {
            click.prevent_default();
            session.go(to.clone());
        }
    };
    view! { <a id=id class=class title=title href=href aria-current=current on:click=follow>{children()}</a> }
}

fn same_page(route: &Route, link: &Route) -> bool {
    match (route, link) {
        (Route::Recordings { .. } | Route::Recording(_), Route::Recordings { .. })
        | (Route::Customers { .. } | Route::Customer(_), Route::Customers { .. })
        | (Route::Policy(_), Route::Policies)
        | (Route::Home | Route::Thread(_), Route::Home) => true,
        (Route::Thread(a), Route::Thread(b)) => a == b,
        (a, b) => a == b,
    }
}

/// Signs out, and begins anew.
pub fn sign_out(client: Option<Client>) {
    spawn_local(async move {
        // Even if the server does not hear it, nothing of this person stays on the page.
        let _ = api::sign_out().await;
        if let Some(client) = client {
            client.stop();
        }
        browser::leave_for("/");
    });
}
