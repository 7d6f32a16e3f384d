//! The wish for a call (CU3): the buyer asks, the seller calls, names a time or refuses with a reason.

use super::refuse::Refuse;
use crate::{
    browser,
    call::state::Calls,
    components::{
        field::{Words, written},
        when::{self, When},
    },
    locale::{t, t_with},
    realtime::use_command,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::{
    follow_up::call_request::CallRequestState,
    ids::ThreadId,
    people::roles::{Action, Relation, allowed},
    text::{CallNote, MAX_NOTE_CHARS},
};
use orderline_protocol::{
    calling::{CallRequestView, RequestReply},
    socket::Command,
};

/// The thread whose form for a wish is open; a line of the thread may open it.
#[derive(Clone, Copy)]
pub struct AskForm(pub RwSignal<Option<ThreadId>>);

/// The button of the form's way in, where the focus goes back to.
const ASK_ID: &str = "ask-for-call";
const WHEN_ID: &str = "ask-when";

/// What a seller or a buyer sees of the wish in this thread; nothing while a call lives.
#[component]
pub fn Requests(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let calls = Calls::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    let live = calls.of_thread(thread);
    let request = Memo::new(move |_| row.with(|row| row.as_ref()?.calling.request.clone()));
    let takes_part = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.people.iter().any(|person| person.user == me))
        })
    });
    let forbidden = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.calling.why_not.is_some())
        })
    });
    let may = move |action| allowed(workspace.session.role(), action, Relation::Own);
    move || {
        if !takes_part.get() || live.with(Option::is_some) {
            return ().into_any();
        }
        match request.get() {
            Some(request) if may(Action::AnswerCallRequest) => {
                view! { <Asked thread=thread request=request/> }.into_any()
            }
            Some(request) if may(Action::RequestCall) => {
                view! { <Waiting thread=thread request=request/> }.into_any()
            }
            None if may(Action::RequestCall) && !forbidden.get() => {
                view! { <Ask thread=thread/> }.into_any()
            }
            _ => ().into_any(),
        }
    }
}

/// The buyer's way to ask.
#[component]
fn Ask(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let AskForm(open) = expect_context::<AskForm>();
    let is_open = Memo::new(move |_| open.get() == Some(thread));
    let now = workspace.client.now();
    let wish = RwSignal::new(None);
    let typing = RwSignal::new(false);
    // A time that is not whole, or does not exist, is not "as soon as possible".
    let unclear = move || typing.get() && wish.read().is_none();
    let note = RwSignal::new(String::new());
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    Effect::new(move |_| {
        if is_open.get() {
            request_animation_frame(|| browser::focus(WHEN_ID));
        }
    });
    let close = move || {
        open.set(None);
        request_animation_frame(|| browser::focus(ASK_ID));
    };
    let ask = move || {
        let command = Command::RequestCall {
            thread,
            wish: wish.get_untracked(),
            note: written(note),
        };
        sending.send(command, move |came| {
            if came.is_some() {
                open.try_set(None);
            }
        });
    };
    move || {
        if !is_open.get() {
            return view! {
                <div class="ask-row">
                    <button id=ASK_ID class="btn" on:click=move |_| open.set(Some(thread))>
                        {t("request.ask")}
                    </button>
                </div>
            }
            .into_any();
        }
        view! {
            <form
                class="card call-card ask-form"
                aria-label=t("request.ask")
                on:submit=move |event| {
                    event.prevent_default();
                    ask();
                }
            >
                <h3>{t("request.ask")}</h3>
                <When id=WHEN_ID label=t("request.when") now=now value=wish none=t("when.soon") typing=typing/>
                <Words label=t("request.note") most=MAX_NOTE_CHARS value=note/>
                <Problem problem=problem/>
                <div class="row ask-choice">
                    <button class="btn primary" type="submit" disabled=move || busy.get() || unclear()>
                        {t("request.send")}
                    </button>
                    <button class="btn quiet" type="button" on:click=move |_| close()>{t("request.cancel")}</button>
                </div>
            </form>
        }
        .into_any()
    }
}

/// The buyer's wish as it waits.
#[component]
fn Waiting(thread: ThreadId, request: CallRequestView) -> impl IntoView {
    let workspace = Workspace::here();
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    let now = workspace.client.now();
    let me = workspace.session.user();
    let seller = workspace
        .row(thread)
        .and_then(|row| row.other(me).map(|person| person.name.clone()))
        .unwrap_or_default();
    let title = match &request.state {
        CallRequestState::Planned { at, .. } => t_with(
            "request.planned",
            &[("name", &seller), ("time", &when::words(*at, now))],
        ),
        _ => t("request.asked"),
    };
    let id = request.request;
    let withdraw = move |_| {
        let command = Command::AnswerCallRequest {
            request: id,
            reply: RequestReply::Withdraw,
        };
        sending.send(command, |_| {});
    };
    view! {
        <section class="card call-card" aria-label=t("request.label")>
            <div class="row">
                <div class="grow" role="status">
                    <h3>{title}</h3>
                    <p class="meta">{details(&request, now)}</p>
                </div>
                <button class="btn quiet" disabled=busy on:click=withdraw>{t("request.withdraw")}</button>
            </div>
            <Problem problem=problem/>
        </section>
    }
}

/// What the seller is naming just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Nothing,
    Time,
    Refusal,
}

/// The wish as the seller sees it, with what can be done about it.
#[component]
fn Asked(thread: ThreadId, request: CallRequestView) -> impl IntoView {
    let calls = Calls::here();
    let now = calls.workspace.client.now();
    let naming = RwSignal::new(Naming::Nothing);
    let sending = use_command(calls.workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    let id = request.request;
    let reply = move |reply: RequestReply| {
        let command = Command::AnswerCallRequest { request: id, reply };
        sending.send(command, |_| {});
    };
    let planned = matches!(request.state, CallRequestState::Planned { .. });
    let title = match &request.state {
        CallRequestState::Planned { at, .. } => t_with(
            "request.you_promised",
            &[("name", &request.by.name), ("time", &when::words(*at, now))],
        ),
        _ => t_with("request.asks", &[("name", &request.by.name)]),
    };
    let agree = request.wish.filter(|_| !planned).map(|at| {
        let words = t_with("request.agree", &[("time", &when::words(at, now))]);
        view! { <button class="btn" disabled=busy on:click=move |_| reply(RequestReply::Plan { at })>{words}</button> }
    });
    let toggle = move |which: Naming| {
        naming.update(|naming| {
            *naming = if *naming == which {
                Naming::Nothing
            } else {
                which
            };
        });
    };
    let choice = move |which: Naming, key: &'static str| {
        view! {
            <button
                class="btn quiet"
                aria-expanded=move || (naming.get() == which).to_string()
                on:click=move |_| toggle(which)
            >
                {t(key)}
            </button>
        }
    };
    view! {
        <section class="card call-card asked" aria-label=t("request.label")>
            <div role="status">
                <h3>{title}</h3>
                <p class="meta">{details(&request, now)}</p>
            </div>
            <div class="row ask-choice">
                <button class="btn primary" disabled=calls.busy() on:click=move |_| calls.start(thread)>
                    {t("request.call_now")}
                </button>
                {agree}
                {choice(Naming::Time, "request.other_time")}
                {choice(Naming::Refusal, "request.refuse")}
            </div>
            {move || match naming.get() {
                Naming::Nothing => ().into_any(),
                Naming::Time => view! { <NameTime busy=busy reply=reply/> }.into_any(),
                Naming::Refusal => view! { <Refuse busy=busy reply=reply/> }.into_any(),
            }}
            <Problem problem=problem/>
        </section>
    }
}

/// The seller names a time.
#[component]
fn NameTime(busy: Signal<bool>, reply: impl Fn(RequestReply) + Copy + 'static) -> impl IntoView {
    let now = Workspace::here().client.now();
    let at = RwSignal::new(None);
    let plan = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(at) = at.get_untracked() {
            reply(RequestReply::Plan { at });
        }
    };
    view! {
        <form class="ask-form" on:submit=plan>
            <When id="request-when" label=t("request.your_time") now=now value=at/>
            <button class="btn primary" type="submit" disabled=move || busy.get() || at.read().is_none()>
                {t("request.name_time")}
            </button>
        </form>
    }
}

#[component]
fn Problem(problem: Signal<Option<String>>) -> impl IntoView {
    view! { <p class="error" role="alert" hidden=move || problem.read().is_none()>{move || problem.get()}</p> }
}

/// When it would suit, and what it is about.
fn details(request: &CallRequestView, now: jiff::Timestamp) -> String {
    let time = request.wish.map_or_else(
        || t("request.soon"),
        |at| t_with("request.at", &[("time", &when::words(at, now))]),
    );
    match request.note.as_ref().map(CallNote::as_str) {
        Some(note) => format!("{time} · {note}"),
        None => time,
    }
}
