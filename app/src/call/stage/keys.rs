//! Single keys during a call: never while something is being typed. Space held speaks for as long as it is held.

use super::layout;
use crate::{call::state::Calls, locale::t};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Listens for the keys as long as the page lives.
pub fn listen(calls: &Calls) {
    let calls = *calls;
    let mine = calls.mine();
    let driver = calls.driver;
    // Whether the space bar is what this person is heard by now.
    let talking = Rc::new(Cell::new(false));
    let held = Rc::clone(&talking);
    // For the page's whole life.
    let _ = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if held.get() && event.key() == " " {
            // The repeats of a key that is held press nothing and scroll nothing.
            return event.prevent_default();
        }
        let plain = !(event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || event.repeat()
            || event.is_composing());
        if !plain
            || event.default_prevented()
            || typing(&event)
            || in_dialog(&event)
            || mine.with_untracked(Option::is_none)
        {
            return;
        }
        match event.key().to_lowercase().as_str() {
            "m" => driver.switch_microphone(),
            "v" => driver.switch_camera(),
            "s" => driver.switch_screen(),
            "p" if layout::can_float() => layout::float(),
            "h" => {
                if let Some(call) = driver.current() {
                    calls.hang_up(call);
                }
            }
            " " if muted(&mine) && !pressable(&event) => {
                held.set(true);
                driver.speak(true);
            }
            _ => return,
        }
        event.prevent_default();
    });
    let released = Rc::clone(&talking);
    let _ = window_event_listener(leptos::ev::keyup, move |event: KeyboardEvent| {
        if event.key() == " " && released.replace(false) {
            driver.speak(false);
            event.prevent_default();
        }
    });
    // Who leaves the page with the bar held would be heard without knowing it.
    let _ = window_event_listener(leptos::ev::blur, move |_| {
        if talking.replace(false) {
            driver.speak(false);
        }
    });
}

fn muted(mine: &Memo<Option<crate::call::engine::machine::Shown>>) -> bool {
    mine.with_untracked(|mine| {
        mine.as_ref()
            .is_some_and(|mine| mine.media.has_microphone && !mine.media.microphone)
    })
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Whether the key belongs to a field.
fn typing(event: &KeyboardEvent) -> bool {
    let Some(target) = target(event) else {
        return false;
    };
    let field = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    field
        || target
            .dyn_ref::<HtmlElement>()
            .is_some_and(HtmlElement::is_content_editable)
}

/// Whether the space bar presses what has the focus. The microphone's own button is spoken through instead: after
/// a click on it, holding the bar is what one would try.
fn pressable(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|target| {
        matches!(target.closest("button, a, summary, [role=button]"), Ok(Some(found))
            if !found.has_attribute("data-talk"))
    })
}

/// Whether the key belongs to an open dialog.
fn in_dialog(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|target| {
        matches!(
            target.closest("dialog, [role=dialog], [role=alertdialog]"),
            Ok(Some(_))
        )
    })
}

/// The keys, to be read.
#[component]
pub fn Help() -> impl IntoView {
    let line = |key: &'static str, what: &'static str| {
        view! {
            <div>
                <dt><kbd>{key}</kbd></dt>
                <dd>{t(what)}</dd>
            </div>
        }
    };
    view! {
        <dl class="keys">
            {line("M", "call.microphone")}
            {line("V", "call.camera")}
            {line("S", "call.screen")}
            <div>
                <dt><kbd>{t("call.keys.space")}</kbd></dt>
                <dd>{t("call.keys.talk")}</dd>
            </div>
            {layout::can_float().then(|| line("P", "call.float"))}
            {line("H", "call.hang_up")}
        </dl>
        <p class="meta">{t("call.keys.hint")}</p>
    }
}
