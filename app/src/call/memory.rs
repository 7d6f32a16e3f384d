//! Which call this tab is in, kept for this tab alone, so that a reload comes back by itself.

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
