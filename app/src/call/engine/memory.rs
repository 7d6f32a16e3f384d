//! Which call this tab is in, kept for this tab alone, so that a reload comes back by itself; and what the person
//! chose for all calls of this browser.

use orderline_domain::ids::CallId;

const KEY: &str = "orderline.call";

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// The call that this tab was in when it was reloaded.
pub fn remembered() -> Option<CallId> {
    storage()?.get_item(KEY).ok().flatten()?.parse().ok()
}

/// Remembers the call. Where the browser gives no storage, a reload asks "join here" instead.
pub fn remember(call: CallId) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, &call.to_string());
    }
}

/// The tab is in no call any more.
pub fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
}

const HIDE_KEY: &str = "orderline.hide_address";

fn choices() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Whether this person's address is kept from the other side of private calls.
pub fn hides_address() -> bool {
    choices()
        .and_then(|choices| choices.get_item(HIDE_KEY).ok().flatten())
        .as_deref()
        == Some("yes")
}

/// Keeps the address from the other side, or no longer.
pub fn hide_address(hide: bool) {
    if let Some(choices) = choices() {
        let _ = if hide {
            choices.set_item(HIDE_KEY, "yes")
        } else {
            choices.remove_item(HIDE_KEY)
        };
    }
}
