//! An open thread: header, log, composer.

use super::{
    composer::Composer,
    header::Header,
    log::Log,
    state::{rows::other, thread::ThreadStateStoreFields, workspace::Workspace},
};
use crate::{
    components::states::{Failed, Skeleton},
    load::Load,
    locale::t_with,
};
use leptos::prelude::*;
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
