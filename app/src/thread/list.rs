//! The list of threads, searched as you type.

use super::{
    elsewhere,
    moment::when,
    state::{elsewhere::matches, rows::ThreadRow, workspace::Workspace},
};
use crate::{
    ask::begin::Begin,
    components::{
        bar::Go,
        panes::row_id,
        states::{Empty, Failed, Skeleton},
    },
    follow_up::notices,
    load::Load,
    locale::{format, t, t_count},
    people::avatar::Avatar,
    route::Route,
    wording,
};
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::ThreadId,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::account::OwnThread;

/// The list with its search field.
#[component]
pub fn ThreadList() -> impl IntoView {
    let workspace = Workspace::here();
    let query = RwSignal::new(String::new());
    let load = workspace.threads.load;
    let opens = allowed(workspace.session.role(), Action::OpenThread, Relation::Own);
    let shown = Memo::new(move |_| {
        let query = query.read();
        let mut threads = workspace.threads.order().get();
        let mut elsewhere = workspace.elsewhere.0.get();
        // Without a search no row is looked at: what happens in one does not draw the list.
        if !query.trim().is_empty() {
            threads.retain(|thread| {
                let row = workspace.row_signal(*thread);
                row.with(|row| row.as_ref().is_some_and(|row| row.matches(&query)))
            });
            elsewhere.retain(|it| matches(it, &query));
        }
        together(threads, elsewhere, |thread| {
            let row = workspace.row(thread);
            row.map_or(Timestamp::MIN, |row| row.last_at())
        })
    });
    view! {
        <nav class="threads" aria-label=t("threads.label")>
            <div class="threads-head">
                <div class="row spread">
                    <h2>{t("threads.title")}</h2>
                    {opens
                        .then(|| {
                            let to = Route::Customers { query: String::new() };
                            view! { <Go to=to class="btn">{t("threads.new")}</Go> }
                        })}
                    <Begin/>
                </div>
                <input
                    id="thread-search"
                    class="search"
                    type="search"
                    autocomplete="off"
                    placeholder=t("threads.search")
                    aria-label=t("threads.search")
                    prop:value=query
                    on:input=move |event| query.set(event_target_value(&event))
                />
            </div>
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="rows"/> }.into_any(),
                Load::Failed(failure) => {
                    let retry = move |()| {
                        load.set(Load::Loading);
                        spawn_local(workspace.fetch_threads());
                    };
                    view! { <Failed failure=failure retry=retry/> }.into_any()
                }
                Load::Ready => {
                    view! {
                        <ul class="rows">
                            <For each=move || shown.get() key=Listed::clone let:listed>
                                {match listed {
                                    Listed::Here(thread) => view! { <Row thread=thread/> }.into_any(),
                                    Listed::Elsewhere(it) => view! { <elsewhere::Row it=*it/> }.into_any(),
                                }}
                            </For>
                        </ul>
                        <Show when=move || workspace.threads.next.read().is_some()>
                            <p class="more-of-list">
                                <button
                                    class="btn"
                                    disabled=move || workspace.threads.fetching_older.get()
                                    on:click=move |_| workspace.fetch_older_threads()
                                >
                                    {t("state.more")}
                                </button>
                            </p>
                        </Show>
                        <Show when=move || shown.read().is_empty()>
                            {move || {
                                if query.read().trim().is_empty() {
                                    view! { <Empty title=t("threads.empty.title") hint=t("threads.empty.hint")/> }
                                } else {
                                    view! { <Empty title=t("threads.none.title") hint=t("threads.none.hint")/> }
                                }
                            }}
                        </Show>
                    }
                        .into_any()
                }
            }}
        </nav>
    }
}

#[component]
fn Row(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let row = workspace.row_signal(thread);
    let me = workspace.session.user();
    view! {
        <li>
            <Go to=Route::Thread(thread) class="row-link" id=row_id(thread)>
                {move || row.get().and_then(|row| row.other(me).cloned()).map(|person| view! { <Avatar person=person/> })}
                {move || {
                    row.get()
                        .map(|row| {
                            let now = workspace.client.now();
                            view! {
                                <div class="grow">
                                    <div class="row spread">
                                        <b class="cut">{name(&row, me)}</b>
                                        <small>{row.last.as_ref().map(|last| when(last.at, now))}</small>
                                    </div>
                                    <div class="one">{second_line(&row, &workspace)}</div>
                                </div>
                                {(row.unread > 0)
                                    .then(|| {
                                        let label = t_count("threads.unread", row.unread, &[]);
                                        view! {
                                            <span class="count" aria-label=label.clone() title=label.clone()>
                                                {format::number(row.unread)}
                                            </span>
                                        }
                                    })}
                            }
                        })
                }}
            </Go>
        </li>
    }
}

fn name(row: &ThreadRow, me: orderline_domain::ids::UserId) -> String {
    row.other(me)
        .map_or_else(|| row.title.clone(), |person| person.name.clone())
}

/// What matters most: a live call, else the last event.
fn second_line(row: &ThreadRow, workspace: &Workspace) -> String {
    if row.call.is_some() {
        return t("threads.in_call");
    }
    if let Some(request) = &row.calling.request {
        return notices::waiting(request, workspace.client.now());
    }
    row.last.as_ref().map_or_else(
        || row.title.clone(),
        |last| wording::preview(last, &row.people, workspace.session.user()),
    )
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Listed {
    Here(ThreadId),
    /// With another vendor than the page's.
    Elsewhere(Box<OwnThread>),
}

/// Both in one list, the newest first; those that are here keep their order.
fn together(
    here: Vec<ThreadId>,
    elsewhere: Vec<OwnThread>,
    last_at: impl Fn(ThreadId) -> Timestamp,
) -> Vec<Listed> {
    let mut all = Vec::with_capacity(here.len() + elsewhere.len());
    let mut elsewhere = elsewhere.into_iter().peekable();
    for thread in here {
        let at = last_at(thread);
        while let Some(it) = elsewhere.next_if(|it| it.last_at > at) {
            all.push(Listed::Elsewhere(Box::new(it)));
        }
        all.push(Listed::Here(thread));
    }
    all.extend(elsewhere.map(|it| Listed::Elsewhere(Box::new(it))));
    all
}
