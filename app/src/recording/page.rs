//! One recording: a reason first (it is kept in the log), then the player, the marks and the log.

use super::{
    phase::{phase_class, phase_name},
    player::{DeckHandle, Player, marks::Marks},
};
use crate::{
    api::{self, Failure},
    browser,
    components::{
        bar::Go,
        more::ShowMore,
        states::Empty,
        table::{Fetched, Table},
    },
    locale::{
        field_text,
        format::{self, Moment},
        problem_text, t, t_with,
    },
    paged::paged,
    route::Route,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::RecordingId, recording::Damage};
use orderline_protocol::{
    person::Person,
    recording::{AccessView, DamageView, PlayView, RecordingPhase},
};

/// Shortest and longest reason, in characters.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 3..=500;

const LOG_HEADS: &[&str] = &["access.at", "access.who", "access.what", "access.reason"];

/// Asks for the reason, then opens the recording.
#[component]
pub fn RecordingPage(recording: RecordingId) -> impl IntoView {
    let opened = RwSignal::new(None::<(PlayView, String)>);
    view! {
        <main class="desk">
            <p class="crumbs"><Go to=Route::Recordings { query: String::new() } class="">{t("recordings.title")}</Go></p>
            {move || match opened.get() {
                None => view! { <Reason recording=recording opened=opened/> }.into_any(),
                Some((play, reason)) => view! { <Opened play=play reason=reason/> }.into_any(),
            }}
        </main>
    }
}

/// Why the recording is opened. What was typed stays when the server refuses.
#[component]
fn Reason(recording: RecordingId, opened: RwSignal<Option<(PlayView, String)>>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = reason.get_untracked().trim().to_owned();
        if !REASON_CHARS.contains(&text.chars().count()) {
            error.set(Some(t("reason.length")));
            browser::focus("reason");
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match api::open_recording(recording, text.clone()).await {
                Ok(play) => opened.set(Some((play, text))),
                Err(failure) => {
                    error.set(Some(reason_error(&failure)));
                    busy.set(false);
                }
            }
        });
    };
    view! {
        <section class="card panel narrow">
            <h1>{t("reason.title")}</h1>
            <p class="meta">{t("reason.hint")}</p>
            <form class="form" on:submit=submit novalidate>
                <label class="field" for="reason">
                    <span>{t("reason.label")}</span>
                    <input
                        id="reason"
                        type="text"
                        autocomplete="off"
                        autofocus
                        aria-describedby="reason-error"
                        aria-invalid=move || error.read().is_some().then_some("true")
                        prop:value=reason
                        on:input=move |event| reason.set(event_target_value(&event))
                    />
                    <small id="reason-error" class="error" role="alert">{move || error.get()}</small>
                </label>
                <button class="btn primary" type="submit" disabled=move || busy.get()>
                    {move || if busy.get() { t("state.loading") } else { t("reason.action") }}
                </button>
            </form>
        </section>
    }
}

fn reason_error(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) if !problem.fields.is_empty() => field_text(&problem.fields[0]),
        other => problem_text(other),
    }
}

#[component]
fn Opened(play: PlayView, reason: String) -> impl IntoView {
    let row = play.row.clone();
    let people = StoredValue::new(Vec::<Person>::new());
    let named = RwSignal::new(false);
    let thread = row.thread;
    // The people's names make the marks readable; without them the marks still stand.
    spawn_local(async move {
        if let Ok(snapshot) = api::thread(thread).await {
            people.try_set_value(snapshot.people);
        }
        named.try_set(true);
    });
    let deck = DeckHandle::of(&play);
    let play = StoredValue::new(play);
    let order = row
        .order_number
        .clone()
        .map(|number| t_with("thread.order", &[("number", &number)]));
    let title = t_with(
        "recording.title",
        &[("buyer", &row.buyer), ("seller", &row.seller)],
    );
    let playable = play.with_value(|play| !play.tracks.is_empty());
    let has_marks = playable && play.with_value(|play| !play.marks.is_empty());
    view! {
        <div class="row spread wrap">
            <div>
                <h1>{title}</h1>
                <p class="meta">
                    {format::moment(row.started_at, Moment::DayTime)}
                    {order.map(|order| view! { <span>" · " {order}</span> })}
                    " · "
                    <Go to=Route::Thread(thread) class="">{t("orders.thread")}</Go>
                </p>
            </div>
            <span class=phase_class(row.phase)>{phase_name(row.phase)}</span>
        </div>
        <Missing play=play/>
        {if playable {
            view! { <Player play=play deck=deck/> }.into_any()
        } else {
            view! { <NotYet phase=row.phase/> }.into_any()
        }}
        <Show when=move || named.get() && has_marks>
            <Marks play=play people=people.get_value() deck=deck/>
        </Show>
        <p class="meta">{t_with("recording.opened_for", &[("reason", &reason)])}</p>
        <Log recording=row.recording/>
    }
}

/// What was recorded and is missing, told before anybody listens.
#[component]
fn Missing(play: StoredValue<PlayView>) -> impl IntoView {
    let (damage, description_lost) =
        play.with_value(|play| (play.damage.clone(), play.description_lost));
    let line = move |it: DamageView| {
        let (from, to) = (format::duration(it.from_ms), format::duration(it.to_ms));
        let values = [("from", from.as_str()), ("to", to.as_str())];
        let text = match it.damage {
            Damage::Lost => t_with("recording.damage.lost", &values),
            Damage::Missing => t_with("recording.damage.missing", &values),
            Damage::Changed => t_with("recording.damage.changed", &values),
            Damage::Unreadable => t_with("recording.damage.unreadable", &values),
        };
        view! { <li>{text}</li> }
    };
    view! {
        {(!damage.is_empty())
            .then(|| view! {
                <section class="card panel damage" role="note">
                    <h2>{t("recording.damage.title")}</h2>
                    <p class="meta">{t("recording.damage.hint")}</p>
                    <ul>{damage.into_iter().map(line).collect_view()}</ul>
                </section>
            })}
        {description_lost.then(|| view! { <p class="meta" role="note">{t("recording.description_lost")}</p> })}
    }
}

/// There is nothing to play, and why.
#[component]
fn NotYet(phase: RecordingPhase) -> impl IntoView {
    let hint = match phase {
        RecordingPhase::Recording => t("recording.wait.recording"),
        RecordingPhase::Rendering => t("recording.wait.rendering"),
        RecordingPhase::Failed => t("recording.wait.failed"),
        RecordingPhase::Ready | RecordingPhase::Empty => t("recording.wait.empty"),
    };
    view! {
        <section class="card">
            <Empty title=phase_name(phase) hint=hint/>
        </section>
    }
}

/// Who opened and played it before.
#[component]
fn Log(recording: RecordingId) -> impl IntoView {
    let list = paged(move |after| api::access_log(recording, after));
    let entries = list.items;
    list.fetch.run(());
    let line = |entry: AccessView| {
        view! {
            <tr>
                <td>{format::moment(entry.at, Moment::DayTime)}</td>
                <td>{entry.who.name}</td>
                <td>{action_name(&entry.what)}</td>
                <td class="wide">{entry.reason}</td>
            </tr>
        }
    };
    view! {
        <div class="access">
            <h2>{t("access.title")}</h2>
            <Fetched load=list.load retry=list.fetch lines=3>
                <Table label=t("access.title") heads=LOG_HEADS>{move || entries.get().into_iter().map(line).collect_view()}</Table>
            </Fetched>
            <ShowMore rest=list.rest/>
        </div>
    }
}

/// What was done, in words; an action that this page does not know yet keeps its name.
fn action_name(what: &str) -> String {
    match what {
        "opened" => t("access.opened"),
        other => match other.strip_prefix("played ") {
            Some(name) => t_with("access.played", &[("name", name)]),
            None => other.to_owned(),
        },
    }
}
