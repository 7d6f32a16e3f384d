//! The screen stays on during a call. Browsers let go of that whenever the page is out of sight, so it is asked for
//! again when the page is back.

use crate::{browser, call::state::Calls};
use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Holds the screen on as long as this tab is in a call.
pub fn hold(calls: &Calls) {
    let calls = *calls;
    let mine = calls.mine();
    let wanted = Memo::new(move |_| mine.with(Option::is_some));
    let held = StoredValue::new_local(None::<JsValue>);
    Effect::new(move |_| {
        if wanted.get() {
            ask(wanted, held);
        } else {
            release(held);
        }
    });
    browser::on_visible(move || {
        if wanted.get_untracked() {
            ask(wanted, held);
        }
    });
}

fn ask(wanted: Memo<bool>, held: StoredValue<Option<JsValue>, LocalStorage>) {
    if held.with_value(|held| held.as_ref().is_some_and(is_on)) {
        return;
    }
    let Some(asked) = request() else { return };
    spawn_local(async move {
        // Refused out of sight or on a low battery: the screen then does as the system says.
        if let Ok(lock) = JsFuture::from(asked).await {
            release(held);
            held.set_value(Some(lock));
            if !wanted.get_untracked() {
                release(held);
            }
        }
    });
}

fn request() -> Option<Promise> {
    let navigator = window().navigator();
    let lock = Reflect::get(&navigator, &"wakeLock".into())
        .ok()
        .filter(JsValue::is_object)?;
    let request = Reflect::get(&lock, &"request".into()).ok()?;
    let asked = request
        .dyn_ref::<Function>()?
        .call1(&lock, &"screen".into());
    asked.ok()?.dyn_into().ok()
}

fn is_on(lock: &JsValue) -> bool {
    Reflect::get(lock, &"released".into()).is_ok_and(|released| !released.is_truthy())
}

fn release(held: StoredValue<Option<JsValue>, LocalStorage>) {
    let Some(lock) = held.try_update_value(Option::take).flatten() else {
        return;
    };
    let released = Reflect::get(&lock, &"release".into())
        .ok()
        .and_then(|call| call.dyn_ref::<Function>()?.call0(&lock).ok())
        .and_then(|it| it.dyn_into::<Promise>().ok());
    if let Some(released) = released {
        spawn_local(async move {
            // Gone already is what was wanted.
            let _ = JsFuture::from(released).await;
        });
    }
}
