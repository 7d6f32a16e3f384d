//! The few things that are asked of the browser itself.

use leptos::prelude::{
    StoredValue, UpdateValue, document, on_cleanup, window, window_event_listener_untyped,
};
use uuid::Uuid;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, Element, HtmlAnchorElement, HtmlElement, HtmlInputElement, ResizeObserver, Url,
    VisibilityState,
};

/// What the page showed until the app was there.
const SHELL: &str = "shell";

/// Clears the page for what the app draws.
pub fn remove_shell() {
    if let Some(shell) = document().get_element_by_id(SHELL) {
        shell.remove();
    }
}

/// The app cannot be started: the page says so, in words that it has brought along.
pub fn fail_shell() {
    if let Some(shell) = document().get_element_by_id(SHELL) {
        let _ = shell.set_attribute("data-state", "failed");
    }
}

/// Milliseconds of a clock that never steps.
pub fn steady_ms() -> u64 {
    let now = window()
        .performance()
        .map_or_else(js_sys::Date::now, |p| p.now());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page does not live 2^53 ms"
    )]
    let ms = now.max(0.0) as u64;
    ms
}

/// A random UUID from the browser's secure source.
pub fn random_uuid() -> Uuid {
    let mut bytes = [0_u8; 16];
    fill_random(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// A random number, for jitter.
pub fn random_u64() -> u64 {
    let mut bytes = [0_u8; 8];
    fill_random(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A random number that nobody can guess.
pub fn random_u128() -> u128 {
    let mut bytes = [0_u8; 16];
    fill_random(&mut bytes);
    u128::from_le_bytes(bytes)
}

fn fill_random(bytes: &mut [u8]) {
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(bytes).map(|_| ()));
    if filled.is_err() {
        // Every browser that runs WebAssembly has the source above; ids stay distinct even without it.
        for byte in bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 255"
            )]
            {
                *byte = (js_sys::Math::random() * 256.0) as u8;
            }
        }
    }
}

/// Calls `then` whenever the network came back or the page is shown again.
pub fn on_wake(then: impl Fn() + Clone + 'static) {
    // The page's whole life: the handles are not needed again.
    let online = then.clone();
    let _ = window_event_listener_untyped("online", move |_| online());
    on_visible(then);
}

/// Calls `then` whenever the page comes into view.
pub fn on_visible(then: impl Fn() + 'static) {
    let heard = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
        if page_visible() {
            then();
        }
    });
    let _ = document()
        .add_event_listener_with_callback("visibilitychange", heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Whether the person can see the page now.
pub fn page_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Moves the keyboard's focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// Gives a file to whoever looks at the page, as a download of this name.
pub fn give_file(name: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let made = Blob::new_with_u8_array_sequence(&parts)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let Ok(address) = made else {
        return;
    };
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<HtmlAnchorElement>()
    {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&address);
}

/// The text of the file that was chosen in a field, unless it has more bytes than `most`: then `None`.
pub async fn chosen_text(field: HtmlInputElement, most: usize) -> Option<String> {
    let file = field.files()?.get(0)?;
    #[expect(clippy::cast_precision_loss, reason = "a bound of some megabytes")]
    if file.size() > most as f64 {
        return None;
    }
    let text = JsFuture::from(file.text()).await.ok()?;
    text.as_string()
}

/// Leaves for `href` with a full page load.
pub fn leave_for(href: &str) {
    let _ = window().location().set_href(href);
}

/// What stands behind `#` in the page's address.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Where the page comes from, such as `https://shop.example`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The page's host, without its port.
pub fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// Loads the page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// The page's whole address.
pub fn href() -> String {
    window().location().href().unwrap_or_default()
}

/// Tells whenever an element became larger or smaller, as long as the caller's owner lives.
pub fn on_resize(element: &Element, changed: impl Fn() + 'static) {
    let told = Closure::<dyn FnMut()>::new(changed);
    let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    // The browser holds only a reference to the closure.
    let held = StoredValue::new_local((observer, told));
    on_cleanup(move || {
        held.try_update_value(|(observer, _)| observer.disconnect());
    });
}

/// Puts a text on the clipboard. `false`: the browser does not let us.
pub async fn copy(text: &str) -> bool {
    let asked = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(asked).await.is_ok()
}
