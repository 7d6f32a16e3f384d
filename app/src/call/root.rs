//! What a call needs on every page: the sound, the incoming call, and a tile while another page is looked at.

use super::{
    engine::{machine::Line, sound},
    hand_over::view::HandOverRing,
    ring::incoming::Ring,
    stage::{
        awake, keys,
        layout::ShownLayout,
        mode::ModeNote,
        picture::{Moving, Sounds, camera_of},
        title,
    },
    state::Calls,
    talk::view::TalkQuestion,
    words,
};
use crate::{
    locale::{t, t_with},
    route::Route,
};
use leptos::prelude::*;

/// Mounted once a page, outside of what routes change.
#[component]
pub fn CallRoot() -> impl IntoView {
    let calls = Calls::here();
    keys::listen(&calls);
    awake::hold(&calls);
    sound::unlock_by_touch();
    provide_context(ShownLayout::remembered());
    title::flash(&calls);
    let blocked = RwSignal::new(false);
    view! {
        <Sounds sounds=calls.driver.sounds() audible=calls.driver.audible() blocked=blocked/>
        <Ring/>
        <TalkQuestion/>
        <HandOverRing/>
        <button class="btn primary tap-to-hear" hidden=move || !blocked.get()>{t("call.tap_to_hear")}</button>
        <Tile/>
    }
}

/// The call's tile while its thread is not open: it leads back, and can hang up.
#[component]
fn Tile() -> impl IntoView {
    let calls = Calls::here();
    let session = calls.workspace.session;
    let me = session.user();
    let mine = calls.mine();
    let sends = Memo::new(move |_| {
        mine.with(|mine| {
            let peer = mine.as_ref()?.peer.as_ref()?;
            peer.media.camera.then_some(peer.lane)
        })
    });
    // Only who it is: a tick of the call does not draw the tile anew.
    let away = Memo::new(move |_| {
        let open = session.route().with(Route::thread);
        mine.with(|mine| {
            mine.as_ref()
                .filter(|mine| Some(mine.call.thread) != open)
                .map(|mine| {
                    (
                        mine.call.call,
                        mine.call.thread,
                        words::other(&mine.call, me).name,
                        mine.line == Line::Ringing,
                    )
                })
        })
    });
    move || {
        let (call, thread, name, rings) = away.get()?;
        let line = t_with(
            if rings {
                "call.ringing.who"
            } else {
                "call.with"
            },
            &[("name", &name)],
        );
        let said = line.clone();
        let label = Signal::stored(t_with("call.camera_of", &[("name", &name)]));
        Some(view! {
            <section class="call-tile card" aria-label=said>
                <Moving stream=camera_of(calls.driver, move || sends.get()) class="tile-face" label=label/>
                <p class="cut">{line}</p>
                {(!rings).then(|| view! { <ModeNote shown=mine/> })}
                <div class="row">
                    <button class="btn grow" on:click=move |_| session.go(Route::Thread(thread))>{t("call.back")}</button>
                    <button class="btn danger" on:click=move |_| calls.hang_up(call)>
                        {t(if rings { "call.cancel" } else { "call.hang_up" })}
                    </button>
                </div>
            </section>
        })
    }
}
