//! How the lines of a call were, opened from the call's line: a chart for each side, and the same in numbers.

use super::timeline::{STRIP, Side, Summary, Timeline, WIDTH, laid_out};
use crate::{
    api::{self, Failure},
    locale::{
        format::{self, Moment},
        problem_text, t, t_with,
    },
    thread::state::workspace::Workspace,
};
use leptos::{html, prelude::*, task::spawn_local};
use orderline_domain::{
    call::quality::LineLevel,
    ids::CallId,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::quality::CallQuality;

/// Opens the chart, for whoever may see it.
#[component]
pub fn LineQuality(call: CallId) -> impl IntoView {
    let role = Workspace::here().session.role();
    let may = allowed(role, Action::ReadCallQuality, Relation::Own)
        || allowed(role, Action::ReadCallQuality, Relation::Foreign);
    may.then(|| view! { <Opener call=call/> })
}

#[component]
fn Opener(call: CallId) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let got = RwSignal::new(None::<Result<CallQuality, Failure>>);
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
        spawn_local(async move { got.set(Some(api::call_quality(call).await)) });
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button class="btn quiet line-open" aria-haspopup="dialog" on:click=open>{t("quality.open")}</button>
        <dialog node_ref=dialog class="settings line-quality" aria-label=t("quality.title")>
            <header class="row">
                <h2 class="grow">{t("quality.title")}</h2>
                <button class="btn" on:click=close>{t("call.close")}</button>
            </header>
            {move || match got.get() {
                None => view! { <p role="status">{t("state.loading")}</p> }.into_any(),
                Some(Err(failure)) => view! { <p class="error" role="alert">{problem_text(&failure)}</p> }.into_any(),
                Some(Ok(quality)) => match laid_out(&quality) {
                    None => view! { <p>{t("quality.none")}</p> }.into_any(),
                    Some(timeline) => view! { <Charts timeline=timeline/> }.into_any(),
                },
            }}
        </dialog>
    }
}

#[component]
fn Charts(timeline: Timeline) -> impl IntoView {
    let from = format::moment(timeline.from, Moment::Clock);
    let to = format::moment(timeline.to, Moment::Clock);
    view! {
        <p class="meta">{t_with("event.from_to", &[("from", &from), ("to", &to)])}</p>
        {timeline.sides.into_iter().map(|side| view! { <Chart side=side/> }).collect_view()}
        <ul class="line-legend meta">
            <li><span class="line-mark weak"></span>{t("quality.weak")}</li>
            <li><span class="line-mark bad"></span>{t("quality.bad")}</li>
        </ul>
    }
}

/// The strips of one side, from top to bottom: level, loss, round trip, what came in.
#[component]
fn Chart(side: Side) -> impl IntoView {
    let name = side.name.clone();
    let said = words(&side.summary);
    let label = t_with("quality.of", &[("name", &name), ("numbers", &said)]);
    let band = 10.0;
    let strip = move |at: u32| band + 8.0 + f64::from(at) * (STRIP + 14.0);
    let height = strip(3);
    view! {
        <figure class="line-chart">
            <figcaption>
                <b>{name}</b>
                <span class="meta">{said}</span>
            </figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label=label preserveAspectRatio="none">
                {side
                    .stretches
                    .into_iter()
                    .map(|stretch| {
                        let class = match stretch.level {
                            LineLevel::Good => "good",
                            LineLevel::Weak => "weak",
                            LineLevel::Bad => "bad",
                        };
                        // What is worse is also taller: colour is not the only sign.
                        let tall = match stretch.level {
                            LineLevel::Good => 3.0,
                            LineLevel::Weak => 6.0,
                            LineLevel::Bad => band,
                        };
                        let wide = (stretch.to - stretch.from).max(2.0);
                        view! {
                            <rect class=class x=format!("{:.1}", stretch.from) y=format!("{:.1}", band - tall)
                                width=format!("{wide:.1}") height=format!("{tall:.1}")></rect>
                        }
                    })
                    .collect_view()}
                {side
                    .paths
                    .into_iter()
                    .zip(0_u32..)
                    .map(|(path, at)| {
                        view! {
                            <g transform=format!("translate(0 {:.1})", strip(at))>
                                <line x1="0" x2=WIDTH.to_string() y1=STRIP.to_string() y2=STRIP.to_string()></line>
                                <path d=path></path>
                            </g>
                        }
                    })
                    .collect_view()}
            </svg>
            <ul class="line-names meta" aria-hidden="true">
                <li>{t("quality.strip.loss")}</li>
                <li>{t("quality.strip.round_trip")}</li>
                <li>{t("quality.strip.bits")}</li>
            </ul>
        </figure>
    }
}

/// One side in a sentence.
fn words(summary: &Summary) -> String {
    let share = |per_thousand: u32| format!("{}.{}", per_thousand / 10, per_thousand % 10);
    let good = 100_u32.saturating_sub(summary.weak + summary.bad);
    let mut words = t_with(
        "quality.numbers",
        &[
            ("good", &good.to_string()),
            ("weak", &summary.weak.to_string()),
            ("bad", &summary.bad.to_string()),
            ("loss", &share(summary.loss)),
            ("loss_most", &share(summary.loss_most)),
            ("rtt", &summary.rtt_ms.to_string()),
            ("rtt_most", &summary.rtt_most_ms.to_string()),
            ("bits", &(summary.bits_in / 1_000).to_string()),
            ("frozen", &share(summary.frozen_ms / 100)),
        ],
    );
    if summary.held > 0 {
        words.push(' ');
        words.push_str(&t("quality.held"));
    }
    words
}
