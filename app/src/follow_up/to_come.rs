//! The seller's calls to come: what is planned, and who is still to be called.

use super::{state::FollowUps, words};
use crate::{
    components::{
        bar::Go,
        states::{Empty, Failed, Skeleton},
    },
    load::Load,
    locale::{
        format::{self, Moment},
        said, t, t_with, zone,
    },
    route::Route,
};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use orderline_protocol::{
    around::{AppointmentPhase, AppointmentView, CallBackStep, CallBackView},
    socket::Command,
};

/// Both lists.
#[component]
pub fn CallsPage() -> impl IntoView {
    let follow_ups = FollowUps::here();
    let (planned, to_call) = (follow_ups.planned_load, follow_ups.to_call_load);
    view! {
        <main class="desk">
            <h1>{t("calls.title")}</h1>
            <section aria-labelledby="calls-todo">
                <h2 id="calls-todo">{t("callbacks.title")}</h2>
                {move || match to_call.get() {
                    Load::Loading => view! { <Skeleton shape="table" lines=3/> }.into_any(),
                    Load::Failed(failure) => {
                        view! { <Failed failure=failure retry=move |()| follow_ups.fetch_to_call()/> }.into_any()
                    }
                    Load::Ready if follow_ups.to_call.read().is_empty() => {
                        view! { <Empty title=t("callbacks.empty.title") hint=t("callbacks.empty.hint")/> }.into_any()
                    }
                    Load::Ready => {
                        view! {
                            <ul class="card due-list">
                                <For each=move || follow_ups.to_call.get() key=|it| (it.call_back, it.version) let:it>
                                    <ToCall it=it/>
                                </For>
                            </ul>
                        }
                            .into_any()
                    }
                }}
            </section>
            <section aria-labelledby="calls-planned">
                <h2 id="calls-planned">{t("plan.title")}</h2>
                {move || match planned.get() {
                    Load::Loading => view! { <Skeleton shape="table" lines=3/> }.into_any(),
                    Load::Failed(failure) => {
                        view! { <Failed failure=failure retry=move |()| follow_ups.fetch_planned()/> }.into_any()
                    }
                    Load::Ready if follow_ups.planned.read().is_empty() => {
                        view! { <Empty title=t("calls.none.title") hint=t("calls.none.hint")/> }.into_any()
                    }
                    Load::Ready => {
                        view! {
                            <ul class="card due-list">
                                <For each=move || follow_ups.planned.get() key=|it| (it.appointment, it.version) let:it>
                                    <Upcoming it=it/>
                                </For>
                            </ul>
                        }
                            .into_any()
                    }
                }}
            </section>
        </main>
    }
}

/// A planned call.
#[component]
fn Upcoming(it: AppointmentView) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let me = follow_ups.workspace.session.user();
    let mine = it.by.user == me;
    let waits = it.phase == AppointmentPhase::Proposed;
    let class = if waits { "pill warn" } else { "pill private" };
    let state = words::phase(&it, mine, &it.buyer.name);
    let (name, title) = (it.buyer.name.clone(), it.title.clone());
    view! {
        <li class="due">
            <div class="grow">
                <Go to=Route::Thread(it.thread) class="due-who">{name}</Go>
                <p class="meta cut">{title}</p>
            </div>
            <div class="due-when">
                <p><b>{words::span(&it.slot)}</b></p>
                {words::clocks(&it).into_iter().map(|line| view! { <p class="meta">{line}</p> }).collect_view()}
            </div>
            <span class=class>{state}</span>
        </li>
    }
}

/// How long an entry is put off by one press.
const SNOOZES: [(&str, i64); 3] = [
    ("callbacks.snooze.hour", 1),
    ("callbacks.snooze.day", 24),
    ("callbacks.snooze.week", 168),
];

/// Somebody who is to be called.
#[component]
fn ToCall(it: CallBackView) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let (id, version, due_at) = (it.call_back, it.version, it.due_at);
    let keep = move |step: CallBackStep| {
        let command = Command::KeepCallBack {
            call_back: id,
            version,
            step,
        };
        follow_ups.send(sending, command, || {});
    };
    let snooze = move |(key, hours): (&'static str, i64)| {
        let put_off = move |_| {
            let now = follow_ups.workspace.client.now();
            let until = now
                .saturating_add(SignedDuration::from_hours(hours))
                .unwrap_or(Timestamp::MAX);
            keep(CallBackStep::PutOff { until });
        };
        view! { <button class="btn quiet" disabled=move || busy.get() on:click=put_off>{t(key)}</button> }
    };
    let overdue = move || follow_ups.now().get() >= due_at;
    let name = it.buyer.name.clone();
    let done_with = t_with("callbacks.done_with", &[("name", &name)]);
    view! {
        <li class="due">
            <div class="grow">
                <Go to=Route::Thread(it.thread) class="due-who">{name}</Go>
                <p class="meta cut">{words::reason(it.reason)} " · " {it.title.clone()}</p>
            </div>
            <div class="due-when">
                <p>
                    <span class=move || if overdue() { "pill warn" } else { "pill" }>
                        {move || words::due(due_at, follow_ups.now().get())}
                    </span>
                </p>
                <p class="meta">{t_with("callbacks.due", &[("at", &zone::here(due_at))])}</p>
                <p class="meta">
                    {t_with("callbacks.since", &[("at", &format::moment(it.since, Moment::DayTime))])}
                </p>
            </div>
            <div class="row wrap due-do">
                {SNOOZES.into_iter().map(snooze).collect_view()}
                <button
                    class="btn"
                    disabled=move || busy.get()
                    aria-label=done_with
                    on:click=move |_| keep(CallBackStep::CrossOff)
                >
                    {t("callbacks.done")}
                </button>
            </div>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
        </li>
    }
}
