//! Compliance finds a recording: by order, by day, by name. The filter stands in the address, so a search can be
//! shared as a link.

use super::phase::{phase_class, phase_name};
use crate::{
    api,
    components::{
        bar::Go,
        more::ShowMore,
        states::{Empty, Failed, Skeleton},
    },
    load::Load,
    locale::{
        format::{self, Moment},
        t, t_count,
    },
    paged::paged,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_protocol::view::RecordingRow;
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

/// The list of recordings with its filter.
#[component]
pub fn RecordingsPage() -> impl IntoView {
    let session = Session::here_now();
    let query = Memo::new(move |_| match session.route().get() {
        Route::Recordings { query } => query,
        _ => String::new(),
    });
    let list = paged(move |after| api::recordings(query.get_untracked(), after));
    let (load, rows) = (list.load, list.items);
    Effect::new(move |_| {
        query.track();
        list.fetch.run(());
    });
    let retry = move |()| {
        load.set(Load::Loading);
        list.fetch.run(());
    };
    view! {
        <main class="desk">
            <h1>{t("recordings.title")}</h1>
            <Filter query=query/>
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="table" lines=6/> }.into_any(),
                Load::Failed(failure) => view! { <Failed failure=failure retry=retry/> }.into_any(),
                Load::Ready if rows.read().is_empty() => {
                    view! { <Empty title=t("recordings.empty.title") hint=t("recordings.empty.hint")/> }.into_any()
                }
                Load::Ready => view! { <Table rows=rows.get() more=list.rest.is_there()/> }.into_any(),
            }}
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

#[component]
fn Table(rows: Vec<RecordingRow>, more: bool) -> impl IntoView {
    let key = if more {
        "recordings.count_so_far"
    } else {
        "recordings.count"
    };
    let count = t_count(key, i64::try_from(rows.len()).unwrap_or(i64::MAX), &[]);
    let line = |row: RecordingRow| {
        let order = row
            .order_number
            .clone()
            .unwrap_or_else(|| t("recordings.no_order"));
        let length = row.duration_ms.map(format::duration);
        let open = Route::Recording(row.recording);
        view! {
            <tr>
                <th scope="row"><Go to=open class="">{format::moment(row.started_at, Moment::DayTime)}</Go></th>
                <td>{length}</td>
                <td>{row.seller}</td>
                <td>{row.buyer}</td>
                <td>{order}</td>
                <td><span class=phase_class(row.phase)>{phase_name(row.phase)}</span></td>
            </tr>
        }
    };
    view! {
        <p class="meta" role="status">{count}</p>
        <div class="card scroll" tabindex="0" role="region" aria-label=t("recordings.title")>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">{t("recordings.started")}</th>
                        <th scope="col">{t("recordings.length")}</th>
                        <th scope="col">{t("role.seller")}</th>
                        <th scope="col">{t("role.buyer")}</th>
                        <th scope="col">{t("recordings.order")}</th>
                        <th scope="col">{t("recordings.state")}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
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
