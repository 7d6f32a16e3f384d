//! Who is on the other side, what it is about, whether they are here.

use super::{
    state::{
        rows::other,
        thread::{ThreadState, ThreadStateStoreFields},
        workspace::Workspace,
    },
    talked::talked,
};
use crate::{
    components::{
        bar::Go,
        panes::{Half, ShownHalf, TITLE_ID},
    },
    locale::{t, t_with},
    realtime::{Connection, use_command},
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId,
    people::{
        roles::{Action, Relation, allowed},
        side::Side,
    },
};
use orderline_protocol::socket::Command;
use reactive_stores::Store;

/// The header of a thread, with the way back on a narrow screen.
#[component]
pub fn Header(thread: ThreadId, state: Store<ThreadState>, sided: bool) -> impl IntoView {
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    let name = move || {
        let people = state.people().read();
        let from_state = other(&people, me).map(|person| person.name.clone());
        from_state
            .or_else(|| {
                row.read()
                    .as_ref()
                    .and_then(|row| row.other(me))
                    .map(|person| person.name.clone())
            })
            .unwrap_or_else(|| state.title().get())
    };
    let title = move || {
        let title = state.title().get();
        if title.is_empty() {
            row.read()
                .as_ref()
                .map(|row| row.title.clone())
                .unwrap_or_default()
        } else {
            title
        }
    };
    let talked = talked(thread);
    let with_whom = move || {
        let people = state.people().read();
        let takes_part = people.iter().any(|person| person.user == me);
        let seller = people
            .iter()
            .find(|person| Side::of(person.role) == Side::Seller);
        seller
            .filter(|_| !takes_part)
            .map(|seller| t_with("thread.with_seller", &[("name", &seller.name)]))
    };
    let here = move || {
        // Without a connection nobody knows who is there.
        if workspace.client.connection().get() != Connection::Open {
            return None;
        }
        let row = row.read();
        let row = row.as_ref()?;
        let other = row.other(me)?;
        row.online.contains(&other.user).then(|| t("thread.online"))
    };
    view! {
        <header class="thread-head">
            <Go to=Route::Home class="back btn quiet">{t("thread.back")}</Go>
            <div class="grow">
                <h2 id=TITLE_ID tabindex="-1" class="cut">{name}</h2>
                <p class="meta cut">
                    {title}
                    {move || with_whom().map(|text| view! { <span>" · " {text}</span> })}
                    {move || here().map(|text| view! { <span class="online"><i class="dot" aria-hidden="true"></i>{text}</span> })}
                    {move || {
                        row.read()
                            .as_ref()
                            .and_then(|row| row.order_number.clone())
                            .map(|number| view! { <span>" · " {t_with("thread.order", &[("number", &number)])}</span> })
                    }}
                    {move || talked.get().map(|text| view! { <span class="talked">" · " {text}</span> })}
                </p>
            </div>
            <OpenOrClosed thread=thread/>
            {sided.then(|| view! { <HalfSwitch/> })}
        </header>
    }
}

/// Chat or call and offer, on screens too narrow for both.
#[component]
fn HalfSwitch() -> impl IntoView {
    let ShownHalf(half) = expect_context::<ShownHalf>();
    let choice = move |which: Half, key: &'static str| {
        view! {
            <button
                class="btn"
                aria-pressed=move || (half.get() == which).to_string()
                on:click=move |_| half.set(which)
            >
                {t(key)}
            </button>
        }
    };
    view! {
        <div class="halves" role="group" aria-label=t("side.switch")>
            {choice(Half::Chat, "side.chat")}
            {choice(Half::Side, "side.call_and_offer")}
        </div>
    }
}

/// The way to close a thread and to open it again, for whoever may.
#[component]
fn OpenOrClosed(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let role = workspace.session.role();
    let row = workspace.row_signal(thread);
    let sending = use_command(workspace.client);
    let busy = sending.busy();
    let state = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            let own = row.people.iter().any(|person| person.user == me);
            let relation = if own {
                Relation::Own
            } else {
                Relation::Foreign
            };
            allowed(role, Action::CloseThread, relation).then_some(row.calling.closed)
        })
    });
    // What becomes of it stands in the thread.
    let set = move |open: bool| sending.send(Command::SetThreadOpen { thread, open }, |_| {});
    move || {
        state.get().map(|closed| {
            let key = if closed { "thread.reopen" } else { "thread.close" };
            view! { <button class="btn quiet" disabled=busy on:click=move |_| set(closed)>{t(key)}</button> }
        })
    }
}
