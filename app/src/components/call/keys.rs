//! Single keys during a call: never while something is being typed.

use crate::state::Calls;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Listens for the keys as long as the page lives.
pub fn listen(calls: Calls) {
    let mine = calls.mine();
    // For the page's whole life.
    let _ = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || event.repeat()
            || event.is_composing());
        if !plain
            || event.default_prevented()
            || typing(&event)
            || mine.with_untracked(Option::is_none)
        {
            return;
        }
        let driver = calls.driver;
        match event.key().to_lowercase().as_str() {
            "m" => driver.switch_microphone(),
            "v" => driver.switch_camera(),
            "s" => driver.switch_screen(),
            "h" => {
                if let Some(call) = driver.current() {
                    calls.hang_up(call);
                }
            }
            _ => return,
        }
        event.prevent_default();
    });
}

/// Whether the key belongs to a field.
fn typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return false;
    };
    let field = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    field
        || target
            .dyn_ref::<HtmlElement>()
            .is_some_and(HtmlElement::is_content_editable)
}
