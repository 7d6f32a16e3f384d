//! What became of the call, in a line.

use super::words;
use crate::{locale::t, state::Calls};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// The line after a call of this thread.
#[component]
pub fn Ended(thread: ThreadId) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let ended = calls.ended();
    let line = move || {
        ended.with(|call| {
            call.as_ref()
                .filter(|call| call.thread == thread)
                .map(|call| words::ended(call, me))
        })
    };
    view! {
        <div class="call-ended" role="status">
            {move || {
                line()
                    .map(|line| {
                        view! {
                            <div class="card call-card row">
                                <p class="grow">{line}</p>
                                <button class="btn quiet" on:click=move |_| ended.set(None)>{t("call.close")}</button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
