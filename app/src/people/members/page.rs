//! Who works for the vendor, as what; invitations that wait; what was changed; who of the platform's looked in.

use super::{
    invitations::{InviteForm, Waiting},
    log::Changes,
    visits::Visits,
};
use crate::{
    api,
    components::{
        more::ShowMore,
        sending::Form,
        table::{Fetched, Table},
    },
    customer::assign::left::LeftBehind,
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_protocol::people::{MemberView, RoleStep};

const HEADS: &[&str] = &[
    "people.name",
    "people.role",
    "people.email",
    "people.since",
    "people.state",
    "people.do",
];

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::members);
    fetch.run(());
    // Counts what was changed here: what shows it asks again.
    let edits = RwSignal::new(0_u32);
    let changed = Callback::new(move |()| {
        edits.update(|it| *it += 1);
        fetch.run(());
    });
    let form = Form::new();
    let inviting = RwSignal::new(false);
    let row = move |it: MemberView| view! { <Member it=it form=form changed=changed/> };
    view! {
        <main class="desk">
            <div class="row wrap">
                <h1 class="grow">{t("people.title")}</h1>
                <button class="btn primary" aria-expanded=move || inviting.get().to_string() on:click=move |_| inviting.update(|it| *it = !*it)>
                    {t("people.invite")}
                </button>
            </div>
            <p class="meta">{t("people.hint")}</p>
            <Show when=move || inviting.get()>
                <InviteForm done=move |()| {
                    inviting.set(false);
                    changed.run(());
                }/>
            </Show>
            <p class="error" role="alert">{move || form.above()}</p>
            <LeftBehind edits=edits/>
            <Fetched load=load retry=move |()| fetch.run(()) lines=5>
                <Table label=t("people.title") heads=HEADS acts=true>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
            <Waiting edits=edits changed=changed/>
            <Changes edits=edits/>
            <Visits/>
        </main>
    }
}

/// A line: somebody in one role, and what can be done about it.
#[component]
fn Member(it: MemberView, form: Form, changed: Callback<()>) -> impl IntoView {
    let MemberView {
        person,
        email,
        granted_at,
        suspended_at,
    } = it;
    let (user, role) = (person.user, person.role);
    let asked = RwSignal::new(false);
    let step = move |step: RoleStep| {
        form.send(
            async move { api::change_role(user, role, step).await },
            move |()| changed.run(()),
        );
    };
    let who = [("name", person.name.as_str()), ("role", &role_name(role))];
    let remove = t_with("people.remove.of", &who);
    let sure = t_with("people.remove.sure", &who);
    let pause = match suspended_at {
        None => (t("people.suspend"), RoleStep::Suspend),
        Some(_) => (t("people.restore"), RoleStep::Restore),
    };
    let state = match suspended_at {
        None => view! { <span class="pill private">{t("people.active")}</span> }.into_any(),
        Some(at) => {
            let at = format::moment(at, Moment::Day);
            view! { <span class="pill warn">{t_with("people.suspended", &[("day", &at)])}</span> }
                .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{person.name.clone()}</th>
            <td>{role_name(role)}</td>
            <td>{email}</td>
            <td>{format::moment(granted_at, Moment::Day)}</td>
            <td>{state}</td>
            <td>
                {move || {
                    if asked.get() {
                        view! {
                            <span class="meta">{sure.clone()}</span>
                            <button class="btn danger" disabled=form.busy() on:click=move |_| step(RoleStep::Remove)>{t("people.remove")}</button>
                            <button class="btn quiet" on:click=move |_| asked.set(false)>{t("people.keep")}</button>
                        }
                            .into_any()
                    } else {
                        let (words, to) = pause.clone();
                        view! {
                            <button class="btn" disabled=form.busy() on:click=move |_| step(to)>{words}</button>
                            <button class="btn quiet" aria-label=remove.clone() on:click=move |_| asked.set(true)>{t("people.remove")}</button>
                        }
                            .into_any()
                    }
                }}
            </td>
        </tr>
    }
}
