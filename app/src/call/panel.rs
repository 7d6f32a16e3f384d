//! The call's part of a thread's side pane: the way to call, ringing, the stage, what became of it.

use super::{
    check::{dialog::CheckButton, fitness::OpenElsewhere},
    ended::Ended,
    engine::{devices, machine::Line},
    not_here::{CallSwitches, NotHere},
    ring::outgoing::Ringing,
    stage::view::Stage,
    state::Calls,
    summary::Summary,
    words,
};
use crate::{
    follow_up::request::Requests,
    locale::{t, t_with},
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::call::{CallPhase, CallView};

/// What the panel shows.
#[derive(Clone, PartialEq)]
enum Part {
    /// No call.
    Idle,
    /// This tab's call rings at the other side.
    Ringing(Box<CallView>),
    Stage,
    /// The call runs elsewhere.
    Elsewhere(Box<CallView>),
}

/// The panel of a thread.
#[component]
pub fn CallPanel(thread: ThreadId) -> impl IntoView {
    let calls = Calls::here();
    let live = calls.of_thread(thread);
    let mine = calls.mine();
    let here = Memo::new(move |_| {
        mine.with(|mine| {
            mine.as_ref()
                .filter(|mine| mine.call.thread == thread)
                .cloned()
        })
    });
    let part = Memo::new(move |_| {
        let here = here.with(|here| {
            here.as_ref()
                .map(|here| (here.line == Line::Ringing, here.call.call))
        });
        match (here, live.get()) {
            (Some((true, id)), call) => call
                .filter(|call| call.call == id)
                .map_or(Part::Stage, |call| Part::Ringing(Box::new(call))),
            (Some((false, _)), _) => Part::Stage,
            (None, Some(call)) => Part::Elsewhere(Box::new(call)),
            (None, None) => Part::Idle,
        }
    });
    let row = calls.workspace.row_signal(thread);
    let why_not = Memo::new(move |_| row.with(|row| row.as_ref()?.calling.why_not));
    view! {
        <Ended thread=thread/>
        <Summary thread=thread/>
        <Requests thread=thread/>
        <p class="call-note warn" role="alert" hidden=move || calls.problem().with(Option::is_none)>
            {move || calls.problem().get()}
        </p>
        {move || match part.get() {
            Part::Idle => match why_not.get() {
                Some(why) => view! { <NotHere thread=thread why=why/> }.into_any(),
                None => view! { <Idle thread=thread/> <CallSwitches thread=thread/> }.into_any(),
            },
            Part::Ringing(call) => view! { <Ringing call=*call shown=here/> }.into_any(),
            Part::Stage => view! { <Stage shown=here/> }.into_any(),
            Part::Elsewhere(call) => view! { <Elsewhere call=*call/> }.into_any(),
        }}
    }
}

/// No call: the seller can call, the buyer reads who will.
#[component]
fn Idle(thread: ThreadId) -> impl IntoView {
    let calls = Calls::here();
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    let name = move || {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| row.other(me))
                .map(|person| person.name.clone())
        })
        .unwrap_or_default()
    };
    let takes_part = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.people.iter().any(|person| person.user == me))
        })
    };
    let may_call =
        move || takes_part() && allowed(workspace.session.role(), Action::StartCall, Relation::Own);
    move || {
        if may_call() {
            view! {
                <section class="card call-card" aria-label=t("call.label")>
                    <div class="row">
                        <p class="grow meta">{move || t_with("call.idle.seller", &[("name", &name())])}</p>
                        <button
                            class="btn primary big"
                            disabled=move || calls.busy().get() || !devices::supported()
                            on:click=move |_| calls.start(thread)
                        >
                            {t("call.start")}
                        </button>
                    </div>
                    <div class="row"><CheckButton/></div>
                    <OpenElsewhere/>
                    {(!devices::supported()).then(|| view! { <p class="call-note warn">{t("call.unsupported")}</p> })}
                </section>
            }
                .into_any()
        } else if takes_part() {
            view! {
                <p class="meta call-hint">{move || t_with("call.idle.buyer", &[("name", &name())])}</p>
                <div class="call-hint"><CheckButton/></div>
                <OpenElsewhere/>
            }
                .into_any()
        } else {
            ().into_any()
        }
    }
}

/// The call rings or runs, but not in this tab.
#[component]
fn Elsewhere(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let own = call.has(me);
    let rings = call.phase == CallPhase::Ringing;
    let name = words::other(&call, me).name;
    let line = match (own, rings) {
        (true, true) if call.caller.user == me => t_with("call.ringing.who", &[("name", &name)]),
        (true, true) => t_with("call.ring.who", &[("name", &name)]),
        (true, false) => t("call.elsewhere"),
        (false, _) if call.caller.user == me => t("call.hand_over.left"),
        (false, _) => t("call.others"),
    };
    let id = call.call;
    view! {
        <section class="card call-card row" aria-label=t("call.label")>
            <p class="grow">{line}</p>
            {(own && !rings)
                .then(|| {
                    let call = call.clone();
                    view! {
                        <button class="btn primary" on:click=move |_| calls.join_here(call.clone())>
                            {t("call.join_here")}
                        </button>
                    }
                })}
            {(own && rings && call.caller.user == me)
                .then(|| view! { <button class="btn danger" on:click=move |_| calls.hang_up(id)>{t("call.cancel")}</button> })}
        </section>
    }
}
