//! Compliance finds a recording: by order, by day, by name. The filter stands in the address, so a search can be
//! shared as a link.

use super::phase::{phase_class, phase_name};
use crate::{
    api,
    components::{
        bar::Go,
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
use std::time::Duration;
use web_sys::UrlSearchParams;

/// Wait after the last key before the list is searched.
const SEARCH_AFTER: Duration = Duration::from_millis(200);
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
            <Filter query=query/>
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

#[component]
fn Filter(query: Memo<String>) -> impl IntoView {
    let session = Session::here_now();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let change = move |name: &'static str, value: String| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let apply = move || {
            // The page may be left by now.
            let Some(query) = query.try_get_untracked() else {
                return;
            };
            let changed = with_field(&query, name, &value);
            session.rename(Route::Recordings { query: changed });
        };
        timer.set_value(set_timeout_with_handle(apply, SEARCH_AFTER).ok());
    };
    let field = move |(name, kind, label): (&'static str, &'static str, &'static str)| {
        view! {
            <label class="field">
                <span>{t(label)}</span>
                <input
                    name=name
                    type=kind
                    autocomplete="off"
                    prop:value=move || field_of(&query.read(), name)
                    on:input=move |event| change(name, event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <form class="filter card" role="search" on:submit=|event| event.prevent_default()>
            {FIELDS.into_iter().map(field).collect_view()}
        </form>
    }
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

fn field_of(query: &str, name: &str) -> String {
    UrlSearchParams::new_with_str(query)
        .ok()
        .and_then(|params| params.get(name))
        .unwrap_or_default()
}

fn with_field(query: &str, name: &str, value: &str) -> String {
    let Ok(params) = UrlSearchParams::new_with_str(query) else {
        return query.to_owned();
    };
    if value.trim().is_empty() {
        params.delete(name);
    } else {
        params.set(name, value);
    }
    params.to_string().into()
}
