//! What can be done about an event with one tap: call back after a call that was not taken, or ask for one.

use super::state::{
    thread::{ThreadState, ThreadStateStoreFields},
    workspace::Workspace,
};
use crate::{
    browser,
    call::{
        state::Calls,
        summary::{PutOff, SUMMARY_ID},
    },
    components::panes::{Half, ShownHalf},
    follow_up::request::AskForm,
    locale::t,
    people::invite::INVITE_ID,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::{CallId, ThreadId},
    people::roles::{Action, Relation, allowed},
    thread::EventBody,
};
use orderline_protocol::thread::EventView;
use reactive_stores::Store;

/// Whether a call was offered and not taken.
const fn not_taken(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::CallMissed { .. }
            | EventBody::CallDeclined { .. }
            | EventBody::CallBusy { .. }
            | EventBody::CallCancelled { .. }
    )
}

/// The button beside an event; only the latest call of a thread has one, and none while a call lives.
#[component]
#[expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties"
)]
pub fn OneTap(thread: ThreadId, state: Store<ThreadState>, event: EventView) -> impl IntoView {
    if let EventBody::CallEnded { call, .. } = event.body {
        return view! { <Unsummarised thread=thread call=call/> }.into_any();
    }
    if let EventBody::Undelivered { .. } = event.body {
        return view! { <AnotherWay/> }.into_any();
    }
    let (Some(calls), true) = (use_context::<Calls>(), not_taken(&event.body)) else {
        return ().into_any();
    };
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let role = workspace.session.role();
    let row = workspace.row_signal(thread);
    let live = calls.of_thread(thread);
    let seq = event.seq;
    let latest = Memo::new(move |_| state.log().read().last_of_calls() == Some(seq));
    let takes_part = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.people.iter().any(|person| person.user == me))
        })
    };
    let none = Memo::new(move |_| {
        row.with(|row| row.as_ref().is_none_or(|row| row.calling.why_not.is_some()))
    });
    let asked = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.calling.request.is_some())
        })
    });
    let ShownHalf(half) = expect_context::<ShownHalf>();
    let AskForm(open) = expect_context::<AskForm>();
    let call_back = move |_| {
        half.set(Half::Side);
        calls.start(thread);
    };
    let ask = move |_| {
        half.set(Half::Side);
        open.set(Some(thread));
    };
    let button = move || {
        if !latest.get() || live.with(Option::is_some) || none.get() || !takes_part() {
            return None;
        }
        if allowed(role, Action::StartCall, Relation::Own) {
            Some(
                view! {
                    <button class="btn quiet one-tap" disabled=calls.busy() on:click=call_back>
                        {t("event.call_back")}
                    </button>
                }
                .into_any(),
            )
        } else if allowed(role, Action::RequestCall, Relation::Own) && !asked.get() {
            Some(
                view! { <button class="btn quiet one-tap" on:click=ask>{t("request.ask")}</button> }
                    .into_any(),
            )
        } else {
            None
        }
    };
    button.into_any()
}

/// Whoever may send links is led to where another address or number is tried.
#[component]
fn AnotherWay() -> impl IntoView {
    let role = Workspace::here().session.role();
    let shown = use_context::<ShownHalf>();
    let go = move |_| {
        if let Some(ShownHalf(half)) = shown {
            half.set(Half::Side);
        }
        request_animation_frame(|| browser::focus(INVITE_ID));
    };
    allowed(role, Action::SendJoinLink, Relation::Own).then(|| {
        view! { <button class="btn quiet one-tap" on:click=go>{t("event.undelivered.another_way")}</button> }
    })
}

/// A call that was not recorded and has no summary yet says so; its seller is led to write one (CU6).
#[component]
fn Unsummarised(thread: ThreadId, call: CallId) -> impl IntoView {
    let workspace = Workspace::here();
    let row = workspace.row_signal(thread);
    let missing = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.calling.unsummarised.contains(&call))
        })
    });
    let writes = use_context::<Calls>().is_some()
        && allowed(
            workspace.session.role(),
            Action::SummariseCall,
            Relation::Own,
        );
    let shown = use_context::<ShownHalf>();
    let put_off = use_context::<PutOff>();
    let write = move |_| {
        if let Some(ShownHalf(half)) = shown {
            half.set(Half::Side);
        }
        if let Some(PutOff(put_off)) = put_off {
            put_off.update(|put_off| put_off.retain(|other| *other != call));
        }
        request_animation_frame(|| browser::focus(SUMMARY_ID));
    };
    move || {
        if !missing.get() {
            ().into_any()
        } else if writes {
            view! { <button class="btn quiet one-tap" on:click=write>{t("summary.missing.write")}</button> }
                .into_any()
        } else {
            view! { <span class="pill one-tap">{t("summary.missing")}</span> }.into_any()
        }
    }
}
