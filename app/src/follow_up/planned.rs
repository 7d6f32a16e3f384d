//! The planned calls of a thread: propose, agree, move, call off, take into a calendar.

use super::{state::FollowUps, words};
use crate::{
    acting,
    components::{
        field::{Field, FieldKind, written},
        when::{Clock, WhichOne},
    },
    locale::{format, local_time::next_full_hour, said, t, t_count, t_with, zone},
};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use orderline_domain::{ids::ThreadId, people::side::Side};
use orderline_protocol::{
    around::{AppointmentPhase, AppointmentStep, AppointmentView, SlotWish},
    socket::Command,
};

/// Lengths that can be chosen, in minutes.
const LENGTHS: [u16; 5] = [15, 30, 45, 60, 90];

/// What the card is doing.
#[derive(Clone, PartialEq)]
enum Doing {
    Nothing,
    Planning,
    Moving(Box<AppointmentView>),
    Cancelling(Box<AppointmentView>),
}

/// The card.
#[component]
pub fn Planned(thread: ThreadId) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let planned = follow_ups.of_thread(thread);
    let doing = RwSignal::new(Doing::Nothing);
    let row = follow_ups.workspace.row_signal(thread);
    // Where there are no calls nothing is planned; what was can be called off.
    let open = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.calling.why_not.is_none())
        })
    });
    view! {
        <section
            class="card call-card planned"
            aria-label=t("plan.title")
            hidden=move || !open.get() && planned.read().is_empty()
        >
            <div class="row spread">
                <h3>{t("plan.title")}</h3>
                <Show when=move || open.get() && doing.read() == Doing::Nothing>
                    <button class="btn" on:click=move |_| doing.set(Doing::Planning)>{t("plan.action")}</button>
                </Show>
            </div>
            {move || match doing.get() {
                Doing::Nothing => {
                    let all = planned.get();
                    if all.is_empty() {
                        view! { <p class="meta">{t("plan.none")}</p> }.into_any()
                    } else {
                        view! {
                            <ul class="planned-list">
                                {all.into_iter().map(|it| view! { <One it=it open=open doing=doing/> }).collect_view()}
                            </ul>
                        }
                            .into_any()
                    }
                }
                Doing::Planning => view! { <SlotForm thread=thread moving=None doing=doing/> }.into_any(),
                Doing::Moving(it) => view! { <SlotForm thread=thread moving=Some(*it) doing=doing/> }.into_any(),
                Doing::Cancelling(it) => view! { <CancelForm it=*it doing=doing/> }.into_any(),
            }}
        </section>
    }
}

/// One planned call.
#[component]
fn One(it: AppointmentView, open: Memo<bool>, doing: RwSignal<Doing>) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let me = follow_ups.workspace.session.user();
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let seller = it.seller.user == me;
    let other = if seller { &it.buyer } else { &it.seller };
    let mine = (Side::of(it.by.role) == Side::Seller) == seller;
    let state = words::phase(&it, mine, &other.name);
    let waits = it.phase == AppointmentPhase::Proposed;
    let class = if waits { "pill warn" } else { "pill private" };
    let file = acting::address(&format!(
        "/api/appointments/{}/calendar.ics",
        it.appointment
    ));
    let (moving, cancelling) = (Box::new(it.clone()), Box::new(it.clone()));
    let confirm = Command::ChangeAppointment {
        appointment: it.appointment,
        version: it.version,
        step: AppointmentStep::Confirm,
    };
    let can_confirm = waits && !mine;
    view! {
        <li class="planned-one" data-phase=if waits { "proposed" } else { "confirmed" }>
            <p><b>{words::span(&it.slot)}</b></p>
            {words::clocks(&it).into_iter().map(|line| view! { <p class="meta">{line}</p> }).collect_view()}
            {it.slot.note.as_ref().map(|note| view! { <p class="note-text" dir="auto">{note.as_str().to_owned()}</p> })}
            <p><span class=class>{state}</span></p>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
            <div class="row wrap">
                {can_confirm
                    .then(|| {
                        let confirm = confirm.clone();
                        view! {
                            <button
                                class="btn primary"
                                hidden=move || !open.get()
                                disabled=move || busy.get()
                                on:click=move |_| follow_ups.send(sending, confirm.clone(), || {})
                            >
                                {t("plan.agree")}
                            </button>
                        }
                    })}
                <button class="btn" hidden=move || !open.get() on:click=move |_| doing.set(Doing::Moving(moving.clone()))>
                    {t("plan.move")}
                </button>
                <button class="btn" on:click=move |_| doing.set(Doing::Cancelling(cancelling.clone()))>{t("plan.cancel")}</button>
                <a class="btn quiet" href=file download="call.ics">{t("plan.file")}</a>
            </div>
        </li>
    }
}

/// A time for a new call, or another one for a planned call.
#[component]
fn SlotForm(
    thread: ThreadId,
    moving: Option<AppointmentView>,
    doing: RwSignal<Doing>,
) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let now = follow_ups.workspace.client.now();
    let slot = moving.as_ref().map(|it| it.slot.clone());
    let starts = slot
        .as_ref()
        .map_or_else(|| tomorrow(now), |slot| slot.starts_at);
    let when = Clock::at(starts);
    let length = RwSignal::new(slot.as_ref().map_or(30, |slot| slot.minutes));
    let note = RwSignal::new(
        slot.and_then(|slot| slot.note)
            .map(|note| note.as_str().to_owned())
            .unwrap_or_default(),
    );
    let missing = RwSignal::new(false);
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let is_move = moving.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(starts_at) = untrack(|| when.moment()) else {
            missing.set(true);
            return;
        };
        missing.set(false);
        let slot = SlotWish {
            starts_at,
            minutes: length.get_untracked(),
            note: written(note),
        };
        let command = match &moving {
            None => Command::PlanCall { thread, slot },
            Some(it) => Command::ChangeAppointment {
                appointment: it.appointment,
                version: it.version,
                step: AppointmentStep::Move { slot },
            },
        };
        follow_ups.send(sending, command, move || {
            doing.try_set(Doing::Nothing);
        });
    };
    let at_time = Signal::derive(move || {
        if let Some(words) = when.skipped() {
            return Some(words);
        }
        if missing.get() {
            return Some(t("field_error.required"));
        }
        said(problem.read().as_ref(), &["slot.starts_at"])
    });
    let at_note = Signal::derive(move || said(problem.read().as_ref(), &["slot.note"]));
    let place = zone::own().map(|zone| t_with("plan.your_zone", &[("place", &zone::name(&zone))]));
    let mut lengths = LENGTHS.to_vec();
    let held = length.get_untracked();
    if !lengths.contains(&held) {
        lengths.push(held);
        lengths.sort_unstable();
    }
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field id="plan-when".to_owned() kind=FieldKind::Moment label=t("plan.when") value=when.wall error=at_time/>
            {place.map(|place| view! { <p class="meta">{place}</p> })}
            <WhichOne id="plan-which" clock=when/>
            <label class="field" for="plan-length">
                <span>{t("plan.length")}</span>
                <select
                    id="plan-length"
                    on:change=move |event| {
                        if let Ok(minutes) = event_target_value(&event).parse() {
                            length.set(minutes);
                        }
                    }
                >
                    {lengths
                        .into_iter()
                        .map(|minutes| {
                            view! {
                                <option value=minutes.to_string() selected=minutes == held>
                                    {t_count("plan.minutes", i64::from(minutes), &[])}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Field id="plan-note".to_owned() kind=FieldKind::Note label=t("plan.note") value=note error=at_note/>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=move || busy.get()>
                    {t(if is_move { "plan.move.send" } else { "plan.send" })}
                </button>
                <button class="btn quiet" type="button" on:click=move |_| doing.set(Doing::Nothing)>{t("plan.back")}</button>
            </div>
        </form>
    }
}

/// Calling it off, with a reason that may be left out.
#[component]
fn CancelForm(it: AppointmentView, doing: RwSignal<Doing>) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let reason = RwSignal::new(String::new());
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::ChangeAppointment {
            appointment: it.appointment,
            version: it.version,
            step: AppointmentStep::Cancel {
                reason: written(reason),
            },
        };
        follow_ups.send(sending, command, move || {
            doing.try_set(Doing::Nothing);
        });
    };
    let at_reason = Signal::derive(move || said(problem.read().as_ref(), &["reason"]));
    view! {
        <form class="form" on:submit=submit novalidate>
            <p>{t_with("plan.cancel.which", &[("when", &words::span(&it.slot))])}</p>
            <Field id="plan-reason".to_owned() kind=FieldKind::Note label=t("plan.cancel.reason") value=reason error=at_reason/>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
            <div class="row wrap">
                <button class="btn danger" type="submit" disabled=move || busy.get()>{t("plan.cancel.send")}</button>
                <button class="btn quiet" type="button" on:click=move |_| doing.set(Doing::Nothing)>{t("plan.back")}</button>
            </div>
        </form>
    }
}

/// Tomorrow at the next full hour.
fn tomorrow(now: Timestamp) -> Timestamp {
    next_full_hour(now, format::offset)
        .saturating_add(SignedDuration::from_hours(24))
        .unwrap_or(now)
}
