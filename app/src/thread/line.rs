//! One line of the log.

use super::{
    action::OneTap,
    state::{
        log::{Line, PendingMessage},
        thread::{ThreadState, ThreadStateStoreFields},
        workspace::Workspace,
    },
};
use crate::{
    call::report::chart::LineQuality,
    locale::{
        format::{self, Moment},
        t,
    },
    wording,
};
use leptos::prelude::*;
use orderline_domain::{ids::ThreadId, thread::EventBody};
use orderline_protocol::thread::EventView;
use reactive_stores::Store;

/// Draws a line; it never changes while its key stays.
#[component]
pub fn LineView(thread: ThreadId, state: Store<ThreadState>, line: Line) -> impl IntoView {
    match line {
        Line::Day { at, .. } => {
            view! { <h3 class="day">{format::moment(at, Moment::LongDay)}</h3> }.into_any()
        }
        Line::Event { event, continues } => match &event.body {
            EventBody::MessageSent { text } => {
                view! { <Message state=state event=(*event).clone() text=text.as_str().to_owned() continues=continues/> }
                    .into_any()
            }
            EventBody::CallSummarised { text, .. } => {
                view! { <SummaryLine state=state event=(*event).clone() text=text.as_str().to_owned()/> }.into_any()
            }
            _ => view! { <Notice thread=thread state=state event=(*event).clone()/> }.into_any(),
        },
        Line::Pending(message) => view! { <Waiting thread=thread message=message/> }.into_any(),
    }
}

#[component]
fn Message(
    state: Store<ThreadState>,
    event: EventView,
    text: String,
    continues: bool,
) -> impl IntoView {
    let me = Workspace::here().session.user();
    let mine = event.author == Some(me);
    let time = format::moment(event.at, Moment::Time);
    let name = wording::notice::author(&event, &state.people().read_untracked());
    let head = if mine {
        time
    } else {
        format!("{name} · {time}")
    };
    view! {
        <article class="msg" class:me=mine class:continues=continues data-seq=event.seq>
            {(!continues).then(|| view! { <small>{head}</small> })}
            <p dir="auto">{text}</p>
        </article>
    }
}

/// What was said in a call: it counts in a dispute, so it stands out as a whole.
#[component]
fn SummaryLine(state: Store<ThreadState>, event: EventView, text: String) -> impl IntoView {
    let notice = wording::notice(&event, &state.people().read_untracked());
    view! {
        <article class="summary card" data-seq=event.seq data-kind=event.body.kind().to_owned()>
            <small><b>{notice.what}</b>" · "{format::moment(event.at, Moment::Time)}</small>
            <p dir="auto">{text}</p>
        </article>
    }
}

#[component]
fn Notice(thread: ThreadId, state: Store<ThreadState>, event: EventView) -> impl IntoView {
    let me = Workspace::here().session.user();
    let notice = wording::notice_for(&event, &state.people().read_untracked(), me);
    let class = format!("event {}", notice.tone.class());
    let call = match &event.body {
        EventBody::CallEnded {
            call,
            started_at: Some(_),
            ..
        } => Some(*call),
        _ => None,
    };
    view! {
        <div class=class data-seq=event.seq data-kind=event.body.kind().to_owned()>
            <span>
                <b>{notice.what}</b>
                {notice.more.map(|more| view! { <span class="more">{more}</span> })}
                <time>{format::moment(event.at, Moment::Time)}</time>
                {call.map(|call| view! { <LineQuality call=call/> })}
            </span>
            <OneTap thread=thread state=state event=event.clone()/>
        </div>
    }
}

#[component]
fn Waiting(thread: ThreadId, message: PendingMessage) -> impl IntoView {
    let workspace = Workspace::here();
    let id = message.id;
    let state = match message.failed {
        None => view! { <small class="sending">{t("message.sending")}</small> }.into_any(),
        Some(why) => view! {
            <small class="failed" role="alert">
                {t("message.failed")}
                " "
                {why}
                <button class="btn quiet" on:click=move |_| workspace.retry(thread, id)>{t("state.retry")}</button>
                <button class="btn quiet" on:click=move |_| workspace.discard(thread, id)>{t("message.discard")}</button>
            </small>
        }
        .into_any(),
    };
    view! {
        <article class="msg me waiting">
            <p dir="auto">{message.text}</p>
            {state}
        </article>
    }
}
