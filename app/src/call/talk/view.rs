//! The contract talk: the seller starts it, the buyer agrees to be recorded or not, and either ends it. The question
//! takes no focus away: whoever is writing goes on writing.

use super::state::TalkNews;
use crate::{
    call::{engine::machine::Shown, news::Warning, notice::NoticeText, state::Calls, words},
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::call::mode::RecordWhen;
use orderline_protocol::{
    call::{CallView, ModeView},
    socket::TalkStep,
};

/// Below the stage: what is recorded and why, and the next step of this side.
#[component]
pub fn Talk(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let call =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.call.clone())));
    let moving =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.moving)));
    view! {
        {move || {
            call.get()
                .map(|call| match (call.mode, calls.is_seller() && call.started_at.is_some()) {
                    (ModeView::Recorded { .. }, _) => view! { <Recorded call=call/> }.into_any(),
                    (ModeView::Private, true) => view! { <Start call=call/> }.into_any(),
                    (ModeView::Asked { .. }, true) => view! { <Asking call=call/> }.into_any(),
                    (ModeView::Private | ModeView::Asked { .. }, false) => ().into_any(),
                })
        }}
        <p class="call-note" role="status" hidden=move || !moving.get()>
            {move || moving.get().then(|| t("call.talk.moving"))}
        </p>
        <News/>
    }
}

/// Since when, why and for how long; and the way out of it.
#[component]
fn Recorded(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let id = call.call;
    let (stop, means) = if calls.is_seller() {
        ("call.talk.over", "call.talk.over.means")
    } else {
        ("call.talk.stop", "call.talk.stop.means")
    };
    view! {
        <section class="card talk recorded" aria-label=t("call.mode.label")>
            <p class="recorded-line"><span class="dot" aria-hidden="true"></span>{words::recorded(&call)}</p>
            <div class="row">
                <p class="grow meta">{t(means)}</p>
                <button class="btn" disabled=calls.busy() on:click=move |_| calls.talk(id, TalkStep::Stop)>{t(stop)}</button>
            </div>
        </section>
    }
}

/// The seller's way into the contract talk.
#[component]
fn Start(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let id = call.call;
    let name = call.callee.name;
    if call.notice.when == RecordWhen::Never {
        return view! { <p class="meta call-hint">{t_with("call.talk.never", &[("name", &name)])}</p> }.into_any();
    }
    view! {
        <section class="card talk row" aria-label=t("call.talk.label")>
            <p class="grow meta">{t_with("call.talk.start.means", &[("name", &name)])}</p>
            <button class="btn primary" disabled=calls.busy() on:click=move |_| calls.talk(id, TalkStep::Ask)>
                {t("call.talk.start")}
            </button>
        </section>
    }
    .into_any()
}

/// The seller waits for the buyer's decision.
#[component]
fn Asking(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let id = call.call;
    view! {
        <section class="card talk row" aria-label=t("call.talk.label")>
            <span class="pulse" aria-hidden="true"></span>
            <p class="grow" role="status">{t_with("call.talk.asking", &[("name", &call.callee.name)])}</p>
            <button class="btn" disabled=calls.busy() on:click=move |_| calls.talk(id, TalkStep::Withdraw)>
                {t("call.talk.withdraw")}
            </button>
        </section>
    }
}

/// What the other side decided.
#[component]
fn News() -> impl IntoView {
    let calls = Calls::here();
    let news = calls.talk_news();
    let words = Signal::derive(move || {
        news.get().map(|(news, name)| {
            let key = match news {
                TalkNews::Refused => "call.talk.refused",
                TalkNews::StoppedByBuyer => "call.talk.stopped",
                TalkNews::Over => "call.talk.is_over",
                TalkNews::Withdrawn => "call.talk.withdrawn",
            };
            t_with(key, &[("name", &name)])
        })
    });
    view! { <Warning words=words close=move || news.set(None)/> }
}

/// The buyer is asked, on whatever page.
#[component]
pub fn TalkQuestion() -> impl IntoView {
    let calls = Calls::here();
    let mine = calls.mine();
    let asked = Memo::new(move |_| {
        mine.with(|mine| {
            mine.as_ref()
                .filter(|mine| {
                    let call = &mine.call;
                    call.started_at.is_some() && matches!(call.mode, ModeView::Asked { .. })
                })
                .filter(|_| !calls.is_seller())
                .map(|mine| mine.call.call)
        })
    });
    move || {
        asked.get()?;
        let call = mine.get_untracked()?.call;
        Some(view! { <Question call=call/> })
    }
}

#[component]
fn Question(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let id = call.call;
    view! {
        <section class="talk-question card" role="alertdialog" aria-modal="false" aria-live="assertive" aria-labelledby="talk-who" aria-describedby="talk-what">
            <h2 id="talk-who">{t_with("call.talk.question", &[("name", &call.seller().name)])}</h2>
            <div id="talk-what" class="ring-what">
                <NoticeText notice=call.notice.clone()/>
                <p class="meta">{t("call.talk.free")}</p>
            </div>
            <p class="error" role="alert">{move || calls.problem().get()}</p>
            <div class="ring-choice">
                <button class="btn big primary" disabled=calls.busy() on:click=move |_| calls.agree(&call)>
                    {t("call.talk.agree")}
                </button>
                <button class="btn big" disabled=calls.busy() on:click=move |_| calls.talk(id, TalkStep::Refuse)>
                    {t("call.talk.refuse")}
                </button>
            </div>
        </section>
    }
}
