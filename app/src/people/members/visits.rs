//! Who of the platform's looked into the vendor.

use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        role_name, t,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_protocol::visit::VisitLine;

const HEADS: &[&str] = &[
    "visits.from",
    "visits.until",
    "people.name",
    "people.role",
    "visits.reason",
];

/// The list, newest first.
#[component]
pub fn Visits() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::visit::log);
    fetch.run(());
    let row = |it: VisitLine| {
        view! {
            <tr>
                <td>{format::moment(it.from, Moment::DayTime)}</td>
                <td>{format::moment(it.until, Moment::DayTime)}</td>
                <th scope="row">{it.by.name}</th>
                <td>{role_name(it.by.role)}</td>
                <td class="wide">{it.reason.as_str().to_owned()}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("visits.title")}</h2>
        <p class="meta">{t("visits.hint")}</p>
        <Fetched
            load=load
            retry=move |()| fetch.run(())
            lines=3
            is_empty=Signal::derive(move || items.read().is_empty())
            empty=("visits.none", "visits.none.hint")
        >
            <Table label=t("visits.title") heads=HEADS>{move || items.get().into_iter().map(row).collect_view()}</Table>
            <ShowMore rest=rest/>
        </Fetched>
    }
}
