//! A part of the check that is tried as soon as it is shown, and again on request.

use crate::locale::t;
use leptos::{prelude::*, task::spawn_local};

/// The part, with what came of it in words. `good` and `bad` colour those; both may say no.
#[component]
pub fn Tried<T: Send + Sync + 'static>(
    /// The heading's id.
    id: &'static str,
    title: String,
    attempt: impl AsyncFn() -> T + Copy + 'static,
    good: fn(&T) -> bool,
    bad: fn(&T) -> bool,
    /// `None` while it is being tried.
    words: fn(Option<&T>) -> String,
    /// What stands below the words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let outcome = RwSignal::new(None::<T>);
    let busy = RwSignal::new(false);
    let go = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let found = attempt().await;
            outcome.try_set(Some(found));
            busy.try_set(false);
        });
    };
    go();
    let is =
        move |judged: fn(&T) -> bool| move || outcome.with(|it| it.as_ref().is_some_and(judged));
    view! {
        <section class="check-part" aria-labelledby=id>
            <h3 id=id>{title}</h3>
            <p role="status" class:check-good=is(good) class:check-bad=is(bad)>
                {move || outcome.with(|it| words(it.as_ref()))}
            </p>
            {children.map(|children| children())}
            <button class="btn" disabled=move || busy.get() on:click=move |_| go()>{t("check.line.again")}</button>
        </section>
    }
}
