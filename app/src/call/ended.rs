//! What became of the call, in a line.

use super::{news::Over, state::Calls, words};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// The line after a call of this thread.
#[component]
pub fn Ended(thread: ThreadId) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let ended = calls.ended();
    let line = Signal::derive(move || {
        ended.with(|call| {
            call.as_ref()
                .filter(|call| call.thread == thread)
                .map(|call| words::ended(call, me))
        })
    });
    view! { <Over class="call-ended" line=line close=move || ended.set(None)/> }
}
