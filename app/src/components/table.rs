//! Lists of a page: their states, and the table that they stand in.

use super::states::{Empty, Failed, Skeleton};
use crate::{load::Load, locale::t};
use leptos::prelude::*;

/// What is fetched for a page: grey lines, why it failed, that there is nothing, or the thing itself.
#[component]
pub fn Fetched(
    load: RwSignal<Load>,
    #[prop(into)] retry: Callback<()>,
    /// Grey lines while it loads.
    lines: usize,
    #[prop(optional, into)] is_empty: Signal<bool>,
    /// Keys of what is said where there is nothing, and of what to do then.
    #[prop(default = ("", ""))]
    empty: (&'static str, &'static str),
    children: ChildrenFn,
) -> impl IntoView {
    move || match load.get() {
        Load::Loading => view! { <Skeleton shape="table" lines=lines/> }.into_any(),
        Load::Failed(failure) => view! { <Failed failure=failure retry=retry/> }.into_any(),
        Load::Ready if is_empty.get() => {
            view! { <Empty title=t(empty.0) hint=t(empty.1)/> }.into_any()
        }
        Load::Ready => children(),
    }
}

/// A table that scrolls by itself where it is too wide.
#[component]
pub fn Table(
    /// What it is called.
    label: String,
    /// Keys of the columns' heads.
    heads: &'static [&'static str],
    /// The last column holds buttons: its head is heard, not seen.
    #[prop(optional)]
    acts: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let last = heads.len().saturating_sub(1);
    let head = |(at, key): (usize, &&'static str)| {
        let class = (acts && at == last).then_some("hidden");
        view! { <th scope="col"><span class=class>{t(key)}</span></th> }
    };
    view! {
        <div class="card scroll" tabindex="0" role="region" aria-label=label>
            <table class="list" class:acts=acts>
                <thead>
                    <tr>{heads.iter().enumerate().map(head).collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
