//! An open thread: header, log, composer.

mod action;
pub mod calls;
mod composer;
mod header;
mod line;
mod log;
mod quality;
pub mod wording;

use super::states::{Failed, Skeleton};
use crate::{
    locale::t_with,
    state::{Load, Workspace, thread_state::ThreadStateStoreFields, threads::other},
};
use composer::Composer;
use header::Header;
use leptos::prelude::*;
use log::Log;
use orderline_domain::ids::ThreadId;

/// The thread's pane. `sided` says that there is a side pane to switch to on a narrow screen.
#[component]
pub fn ThreadView(thread: ThreadId, sided: bool) -> impl IntoView {
    let workspace = Workspace::here();
    let state = workspace.open(thread);
    let me = workspace.session.user();
    let label = move || {
        let people = state.people().read();
        let name =
            other(&people, me).map_or_else(|| state.title().get(), |person| person.name.clone());
        t_with("thread.label", &[("name", &name)])
    };
    view! {
        <section class="thread" aria-label=label>
            <Header thread=thread state=state sided=sided/>
            {move || match state.load().get() {
                Load::Loading => view! { <Skeleton shape="log" lines=6/> }.into_any(),
                Load::Failed(failure) => {
                    let retry = move |()| {
                        workspace.open(thread);
                    };
                    view! { <Failed failure=failure retry=retry/> }.into_any()
                }
                Load::Ready => {
                    view! {
                        <Log thread=thread state=state/>
                        <Composer thread=thread state=state/>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
