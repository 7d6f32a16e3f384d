//! Somebody calls: who, what is recorded and why, for how long, with whom a contract would be made; then the choice.

use super::decline::DeclineWith;
use crate::{
    call::{
        check::{dialog::CheckButton, fitness::OpenElsewhere},
        engine::{devices, sound},
        notice::NoticeText,
        state::Calls,
    },
    components::field::written,
    locale::{t, t_with},
    people::avatar::Avatar,
};
use leptos::prelude::*;
use orderline_protocol::call::{CallView, ModeView};

/// The incoming call, on whatever page.
#[component]
pub fn Ring() -> impl IntoView {
    let calls = Calls::here();
    let incoming = calls.incoming();
    // A new version of the same call's view does not draw the choice anew while somebody reads it.
    let which = Memo::new(move |_| incoming.with(|call| call.as_ref().map(|call| call.call)));
    move || {
        which.get()?;
        let call = incoming.get_untracked()?;
        Some(view! { <Incoming call=call/> })
    }
}

#[component]
fn Incoming(call: CallView) -> impl IntoView {
    let calls = Calls::here();
    let caller = call.caller.clone();
    let name = caller.name.clone();
    let reason = RwSignal::new(String::new());
    let call_at = RwSignal::new(None);
    let id = call.call;
    let asked = matches!(call.mode, ModeView::Asked { .. });
    let may_refuse = asked && call.notice.may_refuse;
    let unrecorded = call.clone();
    let decline = move |_| {
        calls.decline(id, written(reason), call_at.get_untracked());
    };
    view! {
        <div class="ring-back">
            <section class="ring card" role="alertdialog" aria-labelledby="ring-who" aria-describedby="ring-what">
                <div class="row">
                    <Avatar person=caller/>
                    <h2 id="ring-who" class="grow">{t_with("call.ring.who", &[("name", &name)])}</h2>
                </div>
                <What asked=asked call=call.clone()/>
                {(!devices::supported()).then(|| view! { <p class="call-note warn">{t("call.unsupported")}</p> })}
                <OpenElsewhere/>
                <p class="error" role="alert">{move || calls.problem().get()}</p>
                <div class="row ring-more">
                    <CheckButton/>
                    <Tones/>
                </div>
                <DeclineWith reason=reason call_at=call_at/>
                <div class="ring-choice">
                    <button class="btn big primary" disabled=calls.busy() on:click=move |_| calls.accept(&call, asked)>
                        {t("call.accept")}
                    </button>
                    {may_refuse
                        .then(|| {
                            view! {
                                <button
                                    class="btn big between"
                                    disabled=calls.busy()
                                    on:click=move |_| calls.accept(&unrecorded, false)
                                >
                                    {t("call.accept.unrecorded")}
                                </button>
                            }
                        })}
                    <button class="btn big danger" disabled=calls.busy() on:click=decline>{t("call.decline")}</button>
                </div>
            </section>
        </div>
    }
}

/// What becomes of the call if it is accepted: private, or recorded in the policy's words.
#[component]
fn What(asked: bool, call: CallView) -> impl IntoView {
    if !asked {
        return view! {
            <div id="ring-what" class="ring-what private">
                <h3>{t("call.ring.private")}</h3>
                <p>{t("call.ring.private.means")}</p>
            </div>
        }
        .into_any();
    }
    view! {
        <div id="ring-what" class="ring-what">
            <h3>{t("call.ring.recorded")}</h3>
            <NoticeText notice=call.notice/>
        </div>
    }
    .into_any()
}

/// Switches the tones off and on.
#[component]
pub fn Tones() -> impl IntoView {
    let on = RwSignal::new(sound::on());
    let switch = move |_| {
        sound::set_on(!on.get_untracked());
        on.set(sound::on());
    };
    view! {
        <button class="btn quiet" aria-pressed=move || on.get().to_string() on:click=switch>
            {move || t(if on.get() { "call.tones.on" } else { "call.tones.off" })}
        </button>
    }
}
