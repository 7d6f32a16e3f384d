//! Who assigned a customer to whom.

use crate::{
    api,
    components::{more::ShowMore, table::Table},
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::CustomerMove;

const HEADS: &[&str] = &["rep.log.when", "rep.log.what", "rep.log.by"];

/// The changes, the newest first; nothing where there are none.
#[component]
pub(super) fn Moves(customer: CustomerId, edits: RwSignal<u32>) -> impl IntoView {
    let Paged {
        items, rest, fetch, ..
    } = paged(move |after| api::customer::moves(customer, after));
    Effect::new(move |_| {
        edits.track();
        fetch.run(());
    });
    view! {
        <Show when=move || !items.read().is_empty()>
            <Table label=t("rep.log") heads=HEADS>{move || items.get().into_iter().map(line).collect_view()}</Table>
            <ShowMore rest=rest/>
        </Show>
    }
}

fn line(it: CustomerMove) -> impl IntoView {
    let name = |name: Option<String>| name.unwrap_or_else(|| t("rep.nobody"));
    let what = t_with(
        "rep.log.change",
        &[("from", &name(it.from)), ("to", &name(it.to))],
    );
    let by = [
        ("name", it.by.name.as_str()),
        ("role", &role_name(it.by.role)),
    ];
    view! {
        <tr>
            <td>{format::moment(it.at, Moment::DayTime)}</td>
            <td class="wide">{what}</td>
            <td>{t_with("bar.who", &by)}</td>
        </tr>
    }
}
