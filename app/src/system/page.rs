//! How the installation's work goes: what ran, what waits, what failed and why; an admin has it done again.

use super::{
    jobs::{Again, Jobs, JobsOf, State, name_of},
    platform::PlatformSystem,
};
use crate::{
    api,
    components::table::{Fetched, Table},
    load::fetched,
    locale::{
        format::{self, Moment},
        t,
    },
    people::session::Session,
};
use leptos::prelude::*;
use orderline_protocol::system::{JobRef, QueuedJobView};

const QUEUED_HEADS: &[&str] = &[
    "system.column.job",
    "system.column.state",
    "system.column.when",
    "system.column.attempts",
    "system.column.do",
];

/// The page, as far as it concerns whoever opens it.
#[component]
pub fn SystemPage() -> impl IntoView {
    if Session::here_now().is_at_vendor() {
        view! { <VendorSystem/> }.into_any()
    } else {
        view! { <PlatformSystem/> }.into_any()
    }
}

/// Two tables: the installation's jobs, and the vendor's queued work.
#[component]
fn VendorSystem() -> impl IntoView {
    let (load, all, fetch) = fetched(api::jobs);
    view! {
        <main class="desk">
            <div class="row">
                <h1 class="grow">{t("system.title")}</h1>
                <button class="btn" on:click=move |_| fetch()>{t("system.look_again")}</button>
            </div>
            <p class="meta">{t("system.hint")}</p>
            <Fetched load=load retry=move |()| fetch() lines=7>
                <Jobs jobs=all.read().jobs.clone() of=JobsOf::Vendor(Callback::new(move |()| fetch()))/>
                <Queued queued=all.read().queued.clone() done=fetch/>
            </Fetched>
        </main>
    }
}

#[component]
fn Queued(queued: Vec<QueuedJobView>, #[prop(into)] done: Callback<()>) -> impl IntoView {
    if queued.is_empty() {
        return view! {
            <h2>{t("system.queued")}</h2>
            <p class="meta">{t("system.queued.none")}</p>
        }
        .into_any();
    }
    let row = move |it: QueuedJobView| {
        let (class, state, at) = match (it.failed_at, it.running) {
            (Some(at), _) => ("pill warn", t("system.state.given_up"), at),
            (None, true) => ("pill", t("system.state.running"), it.run_at),
            (None, false) => ("pill", t("system.state.waits"), it.run_at),
        };
        let work = (it.repeatable && !it.running).then_some(JobRef::Queued { job: it.job });
        view! {
            <tr>
                <th scope="row">{name_of(&it.name)}</th>
                <State class=class state=state error=it.error/>
                <td>{format::moment(at, Moment::DayTime)}</td>
                <td>{it.attempts}</td>
                <td>{work.map(|work| view! { <Again work=work label="system.run_again" done=done/> })}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("system.queued")}</h2>
        <Table label=t("system.queued") heads=QUEUED_HEADS acts=true>{queued.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}
