//! The three panes: threads · thread · side. On a narrow screen one of them at a time.

use crate::{
    browser,
    call::summary::PutOff,
    components::{
        connection::ConnectionBanner,
        panes::{Half, ShownHalf, TITLE_ID, row_id},
    },
    follow_up::request::AskForm,
    locale::t,
    people::session::Session,
    route::Route,
    thread::{list::ThreadList, state::workspace::Workspace, view::ThreadView},
};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// The panes. `side` draws call and offer of a thread; without it there are two panes.
#[component]
pub fn Panes(#[prop(optional)] side: Option<fn(ThreadId) -> AnyView>) -> impl IntoView {
    let session = Session::here_now();
    let half = ShownHalf(RwSignal::new(Half::Chat));
    provide_context(half);
    provide_context(AskForm(RwSignal::new(None)));
    provide_context(PutOff(RwSignal::new(Vec::new())));
    let open = Memo::new(move |_| session.route().with(Route::thread));
    let pane = move || match (open.get(), half.0.get()) {
        (None, _) => "list",
        (Some(_), Half::Side) if side.is_some() => "side",
        (Some(_), _) => "thread",
    };
    // Who opens or leaves a thread by keyboard goes on from there; the page's first thread takes no focus.
    Effect::new(move |before: Option<Option<ThreadId>>| {
        let now = open.get();
        if let Some(before) = before
            && before != now
        {
            let target = now.or(before).map(|thread| {
                if now.is_some() {
                    TITLE_ID.to_owned()
                } else {
                    row_id(thread)
                }
            });
            request_animation_frame(move || {
                if let Some(target) = target {
                    browser::focus(&target);
                }
            });
        }
        now
    });
    view! {
        <ConnectionBanner/>
        <main class="workspace" class:two=side.is_none() data-pane=pane>
            <h1 class="hidden">{t("threads.title")}</h1>
            <ThreadList/>
            {move || match open.get() {
                Some(thread) => {
                    let sided = side.is_some();
                    view! {
                        <ThreadView thread=thread sided=sided/>
                        {side.map(|side| view! { <aside class="side" aria-label=t("side.label")>{side(thread)}</aside> })}
                    }
                        .into_any()
                }
                None => view! { <NothingOpen/> }.into_any(),
            }}
        </main>
    }
}

/// The middle of the page before a thread is chosen.
#[component]
fn NothingOpen() -> impl IntoView {
    let workspace = Workspace::here();
    let any = Memo::new(move |_| !workspace.threads.order().read().is_empty());
    view! {
        <section class="thread nothing">
            <div class="empty">
                <h2>{move || if any.get() { t("thread.choose.title") } else { t("threads.empty.title") }}</h2>
                <p>{move || if any.get() { t("thread.choose.hint") } else { t("threads.empty.hint") }}</p>
            </div>
        </section>
    }
}
