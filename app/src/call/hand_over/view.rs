//! A running call goes to a colleague: asked in a dialog, ringing on whatever page of theirs, then both in the call until
//! one leaves it to the other.

use crate::{
    api,
    call::{
        engine::{devices, machine::Shown},
        news::{Over, Warning},
        stage::picture::{Moving, camera_of},
        state::Calls,
    },
    components::field::{Words, written},
    locale::{problem_text, t, t_with},
    people::avatar::Avatar,
    route::Route,
};
use leptos::{html, prelude::*, task::spawn_local};
use orderline_domain::{
    call::hand_over::Lane,
    ids::{CallId, UserId},
    text::{MAX_NOTE_CHARS, MAX_REASON_CHARS},
};
use orderline_protocol::{
    call::{CallView, ModeView, PeerView},
    hand_over::{ColleagueList, ColleagueView, HandOverState, HandOverStep, HandOverView},
};

/// Below the stage: the seller's way to hand over and what came of it; what the buyer is told.
#[component]
pub fn HandOver(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    // Only what changes the choice is drawn anew: a dialog stays open over every other news of the call.
    let call = Memo::new(move |_| {
        shown.with(|shown| {
            let call = &shown.as_ref()?.call;
            call.started_at?;
            Some((
                call.call,
                call.sellers.clone(),
                call.mode == ModeView::Private,
            ))
        })
    });
    let there = Memo::new(move |_| {
        shown.with(|shown| {
            let second = shown.as_ref().and_then(|shown| shown.second.as_ref());
            second.is_some_and(|second| second.connected)
        })
    });
    move || {
        let (id, sellers, private) = call.get()?;
        if !calls.is_seller() {
            let shown = shown.get_untracked()?;
            return sellers.map(|_| view! { <Told call=shown.call/> }.into_any());
        }
        let both = sellers.and_then(|sellers| {
            sellers
                .colleague
                .map(|colleague| (sellers.seller, colleague))
        });
        Some(match both {
            Some((seller, colleague)) if seller.user == me => {
                view! { <Come call=id name=colleague.name there=there private=private/> }.into_any()
            }
            Some((seller, _)) => view! { <Taken call=id from=seller.name/> }.into_any(),
            None => view! { <Ask call=id me=me/> }.into_any(),
        })
    }
}

/// The buyer is told who comes and who stays.
#[component]
fn Told(call: CallView) -> impl IntoView {
    let seller = call.seller().name.clone();
    let words = match call.colleague() {
        Some(colleague) => {
            let key = if matches!(call.mode, ModeView::Recorded { .. }) {
                "call.hand_over.buyer"
            } else {
                "call.hand_over.buyer.private"
            };
            t_with(key, &[("name", &colleague.name), ("from", &seller)])
        }
        None => t_with("call.hand_over.buyer.alone", &[("name", &seller)]),
    };
    view! { <p class="call-note handed" role="status">{words}</p> }
}

/// The colleague is in the call too.
#[component]
fn Come(call: CallId, name: String, there: Memo<bool>, private: bool) -> impl IntoView {
    let calls = Calls::here();
    let leave = t_with("call.hand_over.leave", &[("name", &name)]);
    let words = move || {
        let key = match (private, there.get()) {
            (true, _) => "call.hand_over.come.private",
            (false, true) => "call.hand_over.come",
            (false, false) => "call.hand_over.coming",
        };
        t_with(key, &[("name", &name)])
    };
    view! {
        <section class="card talk row" aria-label=t("call.hand_over.label")>
            <p class="grow" role="status">{words}</p>
            <button
                class="btn primary"
                hidden=private
                disabled=move || calls.busy().get() || !there.get()
                on:click=move |_| calls.hand_over(call, HandOverStep::Leave)
            >
                {leave}
            </button>
        </section>
    }
}

/// This person has come to take the call over.
#[component]
fn Taken(call: CallId, from: String) -> impl IntoView {
    let calls = Calls::here();
    view! {
        <section class="card talk row" aria-label=t("call.hand_over.label")>
            <p class="grow" role="status">{t_with("call.hand_over.taken", &[("from", &from)])}</p>
            <button class="btn" disabled=calls.busy() on:click=move |_| calls.hand_over(call, HandOverStep::Leave)>
                {t("call.hand_over.leave.again")}
            </button>
        </section>
    }
}

/// Nobody but this seller: ask somebody, or wait for an answer.
#[component]
fn Ask(call: CallId, me: UserId) -> impl IntoView {
    let calls = Calls::here();
    let hand_overs = calls.hand_overs();
    let last = Memo::new(move |_| hand_overs.outgoing(me, call));
    let asking = Memo::new(move |_| {
        last.with(|last| {
            last.as_ref()
                .filter(|it| it.state == HandOverState::Asked)
                .cloned()
        })
    });
    let words = Signal::derive(move || last.with(|last| last.as_ref().and_then(came_of)));
    view! {
        <Warning words=words close=move || hand_overs.close()/>
        {move || match asking.get() {
            Some(asked) => view! { <Asking asked=asked/> }.into_any(),
            None => view! { <Way call=call/> }.into_any(),
        }}
    }
}

/// What became of the last question, where that is news.
fn came_of(it: &HandOverView) -> Option<String> {
    let name = it.to.name.as_str();
    let key = match &it.state {
        HandOverState::Asked | HandOverState::Accepted | HandOverState::CallOver => return None,
        HandOverState::Declined {
            reason: Some(reason),
        } => {
            return Some(t_with(
                "call.hand_over.declined.why",
                &[("name", name), ("reason", reason)],
            ));
        }
        HandOverState::Declined { reason: None } => "call.hand_over.declined",
        HandOverState::NoAnswer => "call.hand_over.no_answer",
        HandOverState::Withdrawn => "call.hand_over.withdrawn",
        HandOverState::LineLost => "call.hand_over.line_lost",
    };
    Some(t_with(key, &[("name", name)]))
}

/// A colleague is asked.
#[component]
fn Asking(asked: HandOverView) -> impl IntoView {
    let calls = Calls::here();
    let (call, until, name) = (asked.call, asked.until, asked.to.name);
    let words = move || {
        let left = until.duration_since(calls.now().get()).as_secs().max(0);
        t_with(
            "call.hand_over.asking",
            &[("name", &name), ("seconds", &left.to_string())],
        )
    };
    view! {
        <section class="card talk row" aria-label=t("call.hand_over.label")>
            <span class="pulse" aria-hidden="true"></span>
            <p class="grow" role="timer">{words}</p>
            <button class="btn" disabled=calls.busy() on:click=move |_| calls.hand_over(call, HandOverStep::Withdraw)>
                {t("call.hand_over.withdraw")}
            </button>
        </section>
    }
}

/// The way to ask somebody.
#[component]
fn Way(call: CallId) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let found = RwSignal::new(None::<Result<Vec<ColleagueView>, String>>);
    let note = RwSignal::new(String::new());
    let open = move |_| {
        found.set(None);
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
        spawn_local(async move {
            let list = api::get::<ColleagueList>(&format!("/api/calls/{call}/colleagues")).await;
            let list = list.map(|list| list.colleagues);
            found.try_set(Some(list.map_err(|failure| problem_text(&failure))));
        });
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <section class="card talk row" aria-label=t("call.hand_over.label")>
            <p class="grow meta">{t("call.hand_over.means")}</p>
            <button class="btn" aria-haspopup="dialog" on:click=open>{t("call.hand_over")}</button>
        </section>
        <dialog node_ref=dialog class="settings" aria-labelledby="hand-over-title">
            <header class="row">
                <h2 id="hand-over-title" class="grow">{t("call.hand_over.label")}</h2>
                <button class="btn" on:click=move |_| close()>{t("call.close")}</button>
            </header>
            <Words label=t("call.hand_over.note") most=MAX_NOTE_CHARS value=note/>
            {move || {
                found
                    .get()
                    .map(|found| match found {
                        Ok(list) if list.is_empty() => view! { <p>{t("call.hand_over.nobody")}</p> }.into_any(),
                        Ok(list) => view! { <Colleagues call=call list=list note=note close=close/> }.into_any(),
                        Err(why) => view! { <p class="error" role="alert">{why}</p> }.into_any(),
                    })
            }}
        </dialog>
    }
}

/// Who could take the call over.
#[component]
fn Colleagues(
    call: CallId,
    list: Vec<ColleagueView>,
    note: RwSignal<String>,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let calls = Calls::here();
    let one = move |it: ColleagueView| {
        let (user, busy) = (it.person.user, it.busy);
        let name = it.person.name.clone();
        let state = t(match (it.online, busy) {
            (_, true) => "call.hand_over.busy",
            (true, false) => "call.hand_over.here",
            (false, false) => "call.hand_over.not_here",
        });
        let ask = move |_| {
            let step = HandOverStep::Ask {
                colleague: user,
                note: written(note),
            };
            calls.hand_over(call, step);
            close();
        };
        view! {
            <li class="row">
                <Avatar person=it.person/>
                <span class="grow"><b>{name.clone()}</b><br/><span class="meta">{state}</span></span>
                <button class="btn primary" disabled=move || busy || calls.busy().get() on:click=ask>
                    {t_with("call.hand_over.pick", &[("name", &name)])}
                </button>
            </li>
        }
    };
    view! { <ul class="colleagues">{list.into_iter().map(one).collect_view()}</ul> }
}

/// The third person: a small picture over the stage, or their name alone.
#[component]
pub fn Third(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let driver = Calls::here().driver;
    let second =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().and_then(|it| it.second.clone())));
    let lane = move || {
        second.with(|second| {
            let second: &PeerView = second.as_ref()?;
            second.media.camera.then_some(second.lane)
        })
    };
    let name = Memo::new(move |_| {
        second.with(|second| {
            second
                .as_ref()
                .map(|it| it.name.clone())
                .unwrap_or_default()
        })
    });
    let speaks = Memo::new(move |_| {
        second.with(|second| second.as_ref().map_or(Lane::Second, |it| it.lane))
    });
    let label = Signal::derive(move || t_with("call.camera_of", &[("name", &name.get())]));
    view! {
        <div class="third" hidden=move || second.with(Option::is_none)>
            <Moving stream=camera_of(driver, lane) class="third-face" label=label/>
            <p class="third-name"><b>{move || name.get()}</b> <super::super::stage::hints::Speaks name=name lane=speaks/></p>
        </div>
    }
}

/// A colleague asks, on whatever page; and the line about a question that lapsed.
#[component]
pub fn HandOverRing() -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let hand_overs = calls.hand_overs();
    let incoming = hand_overs.incoming(me);
    let lapsed = hand_overs.lapsed(me);
    let line = Signal::derive(move || {
        lapsed.with(|lapsed| {
            let buyer = &lapsed.as_ref()?.buyer.name;
            Some(t_with("call.hand_over.none", &[("buyer", buyer)]))
        })
    });
    view! {
        {move || incoming.get().map(|asked| view! { <Asked asked=asked/> })}
        <Over class="hand-over-lapsed" line=line close=move || hand_overs.close()/>
    }
}

#[component]
fn Asked(asked: HandOverView) -> impl IntoView {
    let calls = Calls::here();
    let session = calls.workspace.session;
    let (call, thread) = (asked.call, asked.thread);
    let reason = RwSignal::new(String::new());
    let join = move |_| {
        session.go(Route::Thread(thread));
        calls.hand_over(call, HandOverStep::Accept);
    };
    let decline = move |_| {
        let reason = written(reason);
        calls.hand_over(call, HandOverStep::Decline { reason });
    };
    let who = t_with(
        "call.hand_over.who",
        &[("buyer", &asked.buyer.name), ("title", &asked.title)],
    );
    let what = t(if asked.recorded {
        "call.hand_over.recorded"
    } else {
        "call.hand_over.private"
    });
    view! {
        <div class="ring-back">
            <section class="ring card" role="alertdialog" aria-labelledby="asked-who" aria-describedby="asked-what">
                <header class="row">
                    <Avatar person=asked.from.clone()/>
                    <h2 id="asked-who" class="grow">{t_with("call.hand_over.asked", &[("name", &asked.from.name)])}</h2>
                    <super::super::ring::incoming::Tones/>
                </header>
                <div id="asked-what" class="ring-what" class:private=!asked.recorded>
                    <h3>{who}</h3>
                    {asked.note.map(|note| view! { <p class="wording">{note}</p> })}
                    <p>{what}</p>
                </div>
                {(!devices::supported()).then(|| view! { <p class="call-note warn">{t("call.unsupported")}</p> })}
                <p class="error" role="alert">{move || calls.problem().get()}</p>
                <Words label=t("call.hand_over.reason") most=MAX_REASON_CHARS value=reason/>
                <div class="ring-choice">
                    <button class="btn big primary" disabled=calls.busy() on:click=join>{t("call.hand_over.accept")}</button>
                    <button class="btn big danger" disabled=calls.busy() on:click=decline>{t("call.decline")}</button>
                </div>
            </section>
        </div>
    }
}
