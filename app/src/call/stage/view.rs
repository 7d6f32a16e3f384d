//! The stage of a running call: the other side large, oneself small, and in words how things stand.

use super::{
    controls::Controls,
    equipment::Refused,
    hints::{Speaks, Unheard},
    layout::{Layout, ShownLayout},
    line::{Lines, Paused},
    mode::{ModeBadge, ModeDetails},
    picture::{Moving, camera_of, while_sent},
};
use crate::{
    call::{
        engine::machine::{Line, Shown},
        hand_over::view::{HandOver, Third},
        state::Calls,
        talk::view::Talk,
        words,
    },
    components::panes::{Half, ShownHalf},
    locale::{t, t_with},
    people::avatar::Avatar,
};
use leptos::prelude::*;
use orderline_domain::call::hand_over::Lane;
use orderline_protocol::call::MediaState;

/// The call that this tab is in.
#[component]
pub fn Stage(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let driver = calls.driver;
    let me = calls.workspace.session.user();
    let person = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| words::other(&shown.call, me)))
    });
    let name = Memo::new(move |_| {
        person.with(|person| {
            person
                .as_ref()
                .map(|it| it.name.clone())
                .unwrap_or_default()
        })
    });
    let peer = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .and_then(|shown| shown.peer.as_ref().map(|peer| (peer.media, peer.connected)))
        })
    });
    let lane = Memo::new(move |_| {
        shown.with(|shown| {
            let peer = shown.as_ref().and_then(|shown| shown.peer.as_ref());
            peer.map(|peer| peer.lane).unwrap_or_default()
        })
    });
    // Whoever shares a screen: there is one line for it.
    let third = Memo::new(move |_| {
        shown.with(|shown| {
            let second = shown.as_ref()?.second.as_ref()?;
            second.media.screen.then(|| second.name.clone())
        })
    });
    let media = move || {
        peer.get()
            .map_or_else(MediaState::default, |(media, _)| media)
    };
    let layout = ShownLayout::here();
    let pictures = move || layout.get() != Layout::Sound;
    let sends_camera = move || media().camera && pictures();
    let sends_screen = move || (media().screen || third.with(Option::is_some)) && pictures();
    let own = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map_or_else(MediaState::default, |shown| shown.media)
        })
    };
    let connected = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| shown.line == Line::Connected)
        })
    });
    // A narrow screen shows the stage as a tile over chat and lists; a tap brings it back.
    let half = use_context::<ShownHalf>();
    let enlarge = move |_| {
        if let Some(ShownHalf(half)) = half {
            half.set(Half::Side);
        }
    };
    let camera_label = Signal::derive(move || t_with("call.camera_of", &[("name", &name.get())]));
    let screen_label = Signal::derive(move || {
        let name = third.get().unwrap_or_else(|| name.get());
        t_with("call.screen_of", &[("name", &name)])
    });
    let open = RwSignal::new(false);
    view! {
        <section class="stage" data-layout=move || layout.get().name() class:screen=sends_screen aria-label=move || t_with("call.with", &[("name", &name.get())])>
            <div class="stage-picture" on:click=enlarge>
                <Moving stream=while_sent(driver.screen(), sends_screen) class="large" label=screen_label/>
                <Moving stream=camera_of(driver, move || sends_camera().then(|| lane.get())) class="face" label=camera_label/>
                <div class="stage-nobody" hidden=move || sends_camera() || sends_screen()>
                    {move || person.get().map(|person| view! { <Avatar person=person/> })}
                </div>
                <Top shown=shown open=open/>
                <Lines shown=shown/>
                <div class="own" hidden=move || !(own().camera && pictures())>
                    <Moving stream=driver.own_camera().into() class="mirrored" label=Signal::derive(|| t("call.own_camera"))/>
                </div>
                <Third shown=shown/>
                <Unheard/>
                <Who name=name peer=peer lane=lane connected=connected/>
            </div>
            <Controls shown=shown/>
        </section>
        <ModeDetails shown=shown open=open/>
        <HandOver shown=shown/>
        <Talk shown=shown/>
        <p class="call-note own-screen" role="status" hidden=move || !own().screen>{move || t_with("call.you_share", &[("name", &name.get())])}</p>
        <Notes shown=shown/>
        <Paused/>
        <Refused/>
    }
}

/// Private or recorded, how long, and how the line is.
#[component]
fn Top(#[prop(into)] shown: Signal<Option<Shown>>, open: RwSignal<bool>) -> impl IntoView {
    let calls = Calls::here();
    let line = Memo::new(move |_| {
        shown.with(|shown| {
            shown.as_ref().and_then(|shown| match shown.line {
                Line::Connected | Line::Over(_) => None,
                Line::Reconnecting => Some(t("call.line.reconnecting")),
                Line::Ringing | Line::Connecting => Some(t("call.line.connecting")),
            })
        })
    });
    let clock = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .and_then(|shown| words::clock(&shown.call, calls.now().get()))
        })
    };
    view! {
        <div class="stage-top">
            <ModeBadge shown=shown open=open/>
            <span class="pill">
                <span role="timer">{clock}</span>
                <span role="status">{move || line.get()}</span>
            </span>
        </div>
    }
}

/// Who it is, and what they do not send.
#[component]
fn Who(
    name: Memo<String>,
    peer: Memo<Option<(MediaState, bool)>>,
    lane: Memo<Lane>,
    connected: Memo<bool>,
) -> impl IntoView {
    let words = move || match peer.get() {
        Some((media, there)) => words::other_side(media, there),
        None if connected.get() => vec![t("call.peer.expected")],
        None => Vec::new(),
    };
    view! {
        <p class="stage-who" aria-live="polite">
            <b>{move || name.get()}</b>
            <Speaks name=name lane=lane/>
            {move || words().into_iter().map(|word| view! { <span>" · " {word}</span> }).collect_view()}
        </p>
    }
}

/// Why the other side cannot hear this one.
#[component]
fn Notes(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let words = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .and_then(|shown| words::microphone(shown, me))
        })
    });
    view! {
        <div class="call-note warn" role="status" hidden=move || words.get().is_none()>
            <span>{move || words.get()}</span>
            <button class="btn" on:click=move |_| calls.driver.switch_microphone()>{t("call.microphone.again")}</button>
        </div>
    }
}
