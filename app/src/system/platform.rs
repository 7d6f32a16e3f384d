//! How the installation is, for the platform's people: what was found, what runs where, what is kept, what jobs did.

use super::{
    findings::Findings,
    jobs::{Jobs, JobsOf},
};
use crate::{
    api,
    components::{
        sending::Form,
        table::{Fetched, Table},
    },
    load::fetched,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::prelude::*;
use orderline_protocol::system::{NodeView, StorageView, SystemView};

const NODE_HEADS: &[&str] = &[
    "system.node.url",
    "system.node.version",
    "system.node.since",
    "system.node.seen",
];
const STORAGE_HEADS: &[&str] = &["system.storage.what", "system.storage.how_much"];
const MIB: u64 = 1024 * 1024;

/// The page.
#[component]
pub fn PlatformSystem() -> impl IntoView {
    let (load, all, fetch) = fetched(api::system::read);
    let form = Form::new();
    let check = move |_| {
        form.send(api::system::check_now(), move |found| {
            all.update(|all: &mut SystemView| all.checkup = Some(found));
        });
    };
    let when = move || {
        all.with(|all| {
            all.checkup.as_ref().map_or_else(
                || t("checkup.not_yet"),
                |it| {
                    t_with(
                        "checkup.last",
                        &[("when", &format::moment(it.at, Moment::DayTime))],
                    )
                },
            )
        })
    };
    view! {
        <main class="desk">
            <div class="row wrap">
                <h1 class="grow">{t("system.title")}</h1>
                <button class="btn primary" disabled=form.busy() on:click=check>{t("checkup.now")}</button>
            </div>
            <p class="meta">{t("checkup.hint")}</p>
            <p class="error" role="alert">{move || form.above()}</p>
            <Fetched load=load retry=move |()| fetch() lines=9>
                <h2>{t("checkup.title")}</h2>
                <p class="meta" role="status">{when}</p>
                {move || all.read().checkup.clone().map(|it| view! { <Findings findings=it.findings/> })}
                <Nodes nodes=all.read().nodes.clone()/>
                <Storage storage=all.read().storage/>
                <Jobs jobs=all.read().jobs.clone() of=JobsOf::Platform/>
            </Fetched>
        </main>
    }
}

#[component]
fn Nodes(nodes: Vec<NodeView>) -> impl IntoView {
    let row = |it: NodeView| {
        view! {
            <tr>
                <th scope="row">{it.url}</th>
                <td>{it.version}</td>
                <td>{format::moment(it.started_at, Moment::DayTime)}</td>
                <td>{format::moment(it.seen_at, Moment::DayTime)}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("system.nodes")}</h2>
        <Table label=t("system.nodes") heads=NODE_HEADS>{nodes.into_iter().map(row).collect_view()}</Table>
    }
}

#[component]
fn Storage(storage: StorageView) -> impl IntoView {
    let size = |bytes: u64| {
        let mib = i64::try_from(bytes / MIB).unwrap_or(i64::MAX);
        t_with("system.storage.mib", &[("mib", &format::number(mib))])
    };
    let objects = i64::try_from(storage.objects).unwrap_or(i64::MAX);
    let rows = [
        (t("system.storage.objects"), format::number(objects)),
        (t("system.storage.bytes"), size(storage.bytes)),
        (t("system.storage.waiting"), size(storage.waiting)),
        (
            t("system.storage.free"),
            storage
                .free
                .map_or_else(|| t("system.storage.unknown"), size),
        ),
    ];
    let row = |(what, how_much): (String, String)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td>{how_much}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("system.storage")}</h2>
        <Table label=t("system.storage") heads=STORAGE_HEADS>{rows.map(row).collect_view()}</Table>
    }
}
