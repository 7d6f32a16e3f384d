//! Compliance finds a recording: by order, by day, by name. The filter stands in the address, so a search can be
//! shared as a link.

use super::phase::{phase_class, phase_name};
use crate::{
    api,
    components::{
        bar::Go,
        filter::Filter,
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        t, t_count,
    },
    paged::paged,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_protocol::recording::RecordingRow;

/// The filter's fields as they stand in the address.
const FIELDS: [(&str, &str, &str); 4] = [
    ("order", "text", "recordings.filter.order"),
    ("from", "date", "recordings.filter.from"),
    ("to", "date", "recordings.filter.to"),
    ("q", "search", "recordings.filter.text"),
];

const HEADS: &[&str] = &[
    "recordings.started",
    "recordings.length",
    "role.seller",
    "role.buyer",
    "recordings.order",
    "recordings.state",
];

/// The list of recordings with its filter.
#[component]
pub fn RecordingsPage() -> impl IntoView {
    let session = Session::here_now();
    let query = Memo::new(move |_| match session.route().get() {
        Route::Recordings { query } => query,
        _ => String::new(),
    });
    let list = paged(move |after| api::recordings(query.get_untracked(), after));
    let rows = list.items;
    Effect::new(move |_| {
        query.track();
        list.fetch.run(());
    });
    view! {
        <main class="desk">
            <h1>{t("recordings.title")}</h1>
            <Filter fields=&FIELDS query=query to=page_of/>
            <Fetched
                load=list.load
                retry=list.fetch
                lines=6
                is_empty=Signal::derive(move || rows.read().is_empty())
                empty=("recordings.empty.title", "recordings.empty.hint")
            >
                <p class="meta" role="status">{move || count(rows.read().len(), list.rest.is_there())}</p>
                <Table label=t("recordings.title") heads=HEADS>{move || rows.get().into_iter().map(line).collect_view()}</Table>
            </Fetched>
            <ShowMore rest=list.rest/>
        </main>
    }
}

const fn page_of(query: String) -> Route {
    Route::Recordings { query }
}

fn count(rows: usize, more: bool) -> String {
    let key = if more {
        "recordings.count_so_far"
    } else {
        "recordings.count"
    };
    t_count(key, i64::try_from(rows).unwrap_or(i64::MAX), &[])
}

fn line(row: RecordingRow) -> impl IntoView {
    let order = row.order_number.unwrap_or_else(|| t("recordings.no_order"));
    view! {
        <tr>
            <th scope="row">
                <Go to=Route::Recording(row.recording) class="">{format::moment(row.started_at, Moment::DayTime)}</Go>
            </th>
            <td>{row.duration_ms.map(format::duration)}</td>
            <td>{row.seller}</td>
            <td>{row.buyer}</td>
            <td>{order}</td>
            <td><span class=phase_class(row.phase)>{phase_name(row.phase)}</span></td>
        </tr>
    }
}
