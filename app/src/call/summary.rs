//! After a call that was not recorded the seller is led to write down what was said (CU6).

use super::{notices::ended_line, state::Calls};
use crate::{
    browser,
    locale::{t, t_with},
    realtime::use_command,
    thread::state::workspace::Workspace,
};
use leptos::{html, prelude::*};
use orderline_domain::{
    ids::{CallId, ThreadId},
    people::roles::{Action, Relation, allowed},
    text::MAX_MESSAGE_CHARS,
};
use orderline_protocol::socket::Command;

/// The field; a line of the thread leads here.
pub const SUMMARY_ID: &str = "call-summary";

/// Calls whose summary the seller has put off on this page.
#[derive(Clone, Copy)]
pub struct PutOff(pub RwSignal<Vec<CallId>>);

/// The prompt for the newest call without a summary.
#[component]
pub fn Summary(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let calls = Calls::here();
    let row = workspace.row_signal(thread);
    let live = calls.of_thread(thread);
    let PutOff(put_off) = expect_context::<PutOff>();
    let may = allowed(
        workspace.session.role(),
        Action::SummariseCall,
        Relation::Own,
    );
    let missing = Memo::new(move |_| {
        let missing = row.with(|row| row.as_ref()?.calling.unsummarised.first().copied())?;
        let wanted = may && live.with(Option::is_none) && !put_off.read().contains(&missing);
        wanted.then_some(missing)
    });
    move || {
        missing
            .get()
            .map(|call| view! { <Prompt thread=thread call=call put_off=put_off/> })
    }
}

#[component]
fn Prompt(thread: ThreadId, call: CallId, put_off: RwSignal<Vec<CallId>>) -> impl IntoView {
    let workspace = Workspace::here();
    let node = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    let me = workspace.session.user();
    let name = workspace
        .row(thread)
        .and_then(|row| row.other(me).map(|person| person.name.clone()))
        .unwrap_or_default();
    let when = ended_line(&workspace, thread, call);
    let write = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked();
        if words.trim().is_empty() {
            if let Some(field) = node.get_untracked() {
                let _ = field.focus();
            }
            return;
        }
        sending.send(Command::SummariseCall { call, text: words }, |_| {});
    };
    let later = move |_| {
        put_off.update(|put_off| put_off.push(call));
        request_animation_frame(|| browser::focus("composer"));
    };
    view! {
        <form class="card call-card ask-form" aria-label=t("summary.title") on:submit=write>
            <h3>{t("summary.title")}</h3>
            <p class="meta">{t_with("summary.hint", &[("name", &name)])}</p>
            {when.map(|when| view! { <p class="meta">{when}</p> })}
            <label class="field" for=SUMMARY_ID>
                <span>{t("summary.label")}</span>
                <textarea
                    id=SUMMARY_ID
                    node_ref=node
                    rows="4"
                    maxlength=MAX_MESSAGE_CHARS.to_string()
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </label>
            <p class="error" role="alert" hidden=move || problem.read().is_none()>{move || problem.get()}</p>
            <div class="row ask-choice">
                <button class="btn primary" type="submit" disabled=busy>{t("summary.write")}</button>
                <button class="btn quiet" type="button" on:click=later>{t("summary.later")}</button>
            </div>
        </form>
    }
}
