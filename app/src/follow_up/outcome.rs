//! What came of the calls of a thread: for the seller and the vendor's people alone.

use super::{outcome_form::OutcomeForm, state::FollowUps, words};
use crate::{
    api,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::ids::{CallId, ThreadId};
use orderline_protocol::around::{CallOutcomes, OutcomeView};

/// The card; nothing while the two have not spoken.
#[component]
pub fn Outcomes(thread: ThreadId) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let calls = RwSignal::new(Vec::<CallOutcomes>::new());
    let editing = RwSignal::new(None::<CallId>);
    let fetch = move || {
        spawn_local(async move {
            if let Ok(all) = api::follow_up::outcomes(thread).await {
                // A form that somebody writes in is drawn anew only for what is new.
                if calls.try_with_untracked(|known| *known != all) == Some(true) {
                    calls.try_set(all);
                }
            }
        });
    };
    Effect::new(move |_| {
        follow_ups.calls_changed.track();
        fetch();
    });
    move || {
        let mut all = calls.get().into_iter();
        let newest = all.next()?;
        let earlier: Vec<CallOutcomes> = all.filter(|it| !it.versions.is_empty()).collect();
        let writes = newest.versions.is_empty() || editing.get() == Some(newest.call);
        let call = newest.call;
        let ended = format::moment(newest.ended_at, Moment::DayTime);
        Some(view! {
            <section class="card call-card outcome" aria-label=t("outcome.title")>
                <h3>{t("outcome.title")}</h3>
                <p class="meta">{t_with("outcome.of", &[("at", &ended)])} " " {t("outcome.private")}</p>
                {if writes {
                    view! {
                        <OutcomeForm
                            known=newest.clone()
                            done=move || {
                                editing.try_set(None);
                                fetch();
                            }
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        {newest.versions.first().map(|it| view! { <One it=it.clone()/> })}
                        <div class="row">
                            <button class="btn" on:click=move |_| editing.set(Some(call))>{t("outcome.edit")}</button>
                        </div>
                        <Former versions=newest.versions.iter().skip(1).cloned().collect()/>
                    }
                        .into_any()
                }}
                {(!earlier.is_empty())
                    .then(|| {
                        view! {
                            <details>
                                <summary>{t("outcome.earlier")}</summary>
                                {earlier
                                    .iter()
                                    .filter_map(|it| it.versions.first().cloned())
                                    .map(|it| view! { <One it=it/> })
                                    .collect_view()}
                            </details>
                        }
                    })}
            </section>
        })
    }
}

/// What was noted once.
#[component]
fn One(it: OutcomeView) -> impl IntoView {
    let at = format::moment(it.at, Moment::DayTime);
    let by = t_with("outcome.by", &[("name", &it.by.name), ("at", &at)]);
    view! {
        <div class="outcome-one" data-version=it.version>
            <p><b>{words::outcome(it.noted.outcome)}</b></p>
            {it.noted.note.map(|note| view! { <p class="note-text" dir="auto">{note.as_str().to_owned()}</p> })}
            <p class="meta">{by}</p>
        </div>
    }
}

/// What it said before it was changed.
#[component]
fn Former(versions: Vec<OutcomeView>) -> impl IntoView {
    (!versions.is_empty()).then(|| {
        view! {
            <details>
                <summary>{t("outcome.former")}</summary>
                {versions.into_iter().map(|it| view! { <One it=it/> }).collect_view()}
            </details>
        }
    })
}
