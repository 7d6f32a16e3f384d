//! Who has which of the platform's roles.

use crate::{
    api,
    components::{
        choice::Choice,
        field::FieldKind,
        more::ShowMore,
        sending::{Form, FormField},
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::people::roles::Role;
use orderline_protocol::{people::MemberView, visit::GiveRole};

const HEADS: &[&str] = &[
    "people.name",
    "people.role",
    "people.email",
    "people.since",
    "people.do",
];

/// The page.
#[component]
pub fn StewardsPage() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::visit::stewards);
    fetch.run(());
    let form = Form::of("take-");
    let row = move |it: MemberView| view! { <Steward it=it form=form changed=fetch/> };
    view! {
        <main class="desk">
            <h1>{t("stewards.title")}</h1>
            <p class="meta">{t("stewards.hint")}</p>
            <GiveForm given=fetch/>
            <p class="error" role="alert">{move || form.above()}</p>
            <Fetched load=load retry=move |()| fetch.run(()) lines=3>
                <Table label=t("stewards.title") heads=HEADS acts=true>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
        </main>
    }
}

/// Somebody who has an account gets a role.
#[component]
fn GiveForm(given: Callback<()>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::PlatformSupport.name().to_owned());
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = GiveRole {
            email: email.get_untracked(),
            role: Role::from_name(&role.read_untracked()).unwrap_or(Role::PlatformSupport),
        };
        form.send(async move { api::visit::give(&body).await }, move |()| {
            email.try_set(String::new());
            given.run(());
        });
    };
    let options = Role::PLATFORM
        .map(|it| (it.name().to_owned(), role_name(it)))
        .to_vec();
    view! {
        <form class="card panel form" novalidate on:submit=submit>
            <h2>{t("stewards.give")}</h2>
            <FormField form=form name="email" kind=FieldKind::Contact label=t("stewards.email") value=email/>
            <Choice form=form name="role" label=t("people.role") options=options value=role/>
            <p class="error" role="alert">{move || form.above()}</p>
            <button class="btn primary" type="submit" disabled=form.busy()>{t("stewards.give")}</button>
        </form>
    }
}

/// A line: somebody in one role, and the way to take it back.
#[component]
fn Steward(it: MemberView, form: Form, changed: Callback<()>) -> impl IntoView {
    let (user, role) = (it.person.user, it.person.role);
    let asked = RwSignal::new(false);
    let who = [
        ("name", it.person.name.as_str()),
        ("role", &role_name(role)),
    ];
    let remove = t_with("people.remove.of", &who);
    let sure = t_with("people.remove.sure", &who);
    let take = move |_| {
        form.send(
            async move { api::visit::take(user, role).await },
            move |()| changed.run(()),
        );
    };
    view! {
        <tr>
            <th scope="row">{it.person.name.clone()}</th>
            <td>{role_name(role)}</td>
            <td>{it.email}</td>
            <td>{format::moment(it.granted_at, Moment::Day)}</td>
            <td>
                {move || {
                    if asked.get() {
                        view! {
                            <span class="meta">{sure.clone()}</span>
                            <button class="btn danger" disabled=form.busy() on:click=take>{t("people.remove")}</button>
                            <button class="btn quiet" on:click=move |_| asked.set(false)>{t("people.keep")}</button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button class="btn quiet" aria-label=remove.clone() on:click=move |_| asked.set(true)>{t("people.remove")}</button>
                        }
                            .into_any()
                    }
                }}
            </td>
        </tr>
    }
}
