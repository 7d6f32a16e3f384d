//! The log: stays at its end while one is there, keeps its place otherwise.

use super::{
    line::LineView,
    state::{
        log::Line,
        thread::{ThreadState, ThreadStateStoreFields},
        workspace::Workspace,
    },
};
use crate::{
    browser,
    components::states::Empty,
    locale::{format, t, t_count, t_with},
};
use leptos::{html, prelude::*};
use orderline_domain::ids::ThreadId;
use reactive_stores::Store;

/// How near to the end counts as being there, in pixels.
const NEAR_END_PX: i32 = 60;
/// How near to the top older events are fetched, in pixels.
const NEAR_TOP_PX: i32 = 120;

/// The events of a thread with what is on its way.
#[component]
pub fn Log(thread: ThreadId, state: Store<ThreadState>) -> impl IntoView {
    let workspace = Workspace::here();
    let node = NodeRef::<html::Div>::new();
    // The last event that was in view at the end; `None` while the end is in view.
    let left_at = RwSignal::new(None::<i64>);
    // Distance from the end to keep while older events are put in front.
    let keep = StoredValue::new(None::<i32>);
    let lines = Memo::new(move |_| state.log().read().lines(format::local_day));
    let to_end = move || {
        if let Some(log) = node.try_get_untracked().flatten() {
            log.set_scroll_top(log.scroll_height());
        }
    };
    keep_end_in_view(node, left_at, to_end);
    let earlier = move || {
        if let Some(log) = node.get_untracked()
            && state.log().read_untracked().earlier
            && !state.loading_earlier().get_untracked()
        {
            keep.set_value(Some(log.scroll_height() - log.scroll_top()));
            workspace.fetch_earlier(thread);
        }
    };
    let scrolled = move |_| {
        let Some(log) = node.get_untracked() else {
            return;
        };
        let at_end = log.scroll_height() - log.scroll_top() - log.client_height() <= NEAR_END_PX;
        let last = state.log().read_untracked().last_seq();
        match (at_end, left_at.get_untracked()) {
            (true, Some(_)) => {
                left_at.set(None);
                workspace.seen(thread, last);
            }
            (false, None) => left_at.set(Some(last)),
            _ => {}
        }
        if log.scroll_top() < NEAR_TOP_PX {
            earlier();
        }
    };
    // The page is moved, no state is set: what is new at the end comes into view, what is put in front does not
    // move what is being read.
    Effect::new(move |_| {
        lines.track();
        let loading = state.loading_earlier().get();
        request_animation_frame(move || {
            let kept = if loading {
                None
            } else {
                keep.try_update_value(Option::take).flatten()
            };
            // Another thread may be open by the time this is drawn.
            match (
                kept,
                left_at.try_get_untracked(),
                node.try_get_untracked().flatten(),
            ) {
                (Some(distance), _, Some(log)) => {
                    log.set_scroll_top(log.scroll_height() - distance);
                }
                (None, Some(None), Some(_)) => to_end(),
                _ => {}
            }
        });
        if browser::page_visible() && left_at.get_untracked().is_none() {
            workspace.seen(thread, state.log().read_untracked().last_seq());
        }
    });
    view! {
        <div class="log-frame">
            <div class="log" node_ref=node on:scroll=scrolled role="log" aria-live="polite" tabindex="0" aria-label=t("log.label")>
                <Show when=move || state.log().read().earlier>
                    <button class="btn quiet earlier" on:click=move |_| earlier() disabled=move || state.loading_earlier().get()>
                        {move || if state.loading_earlier().get() { t("state.loading") } else { t("log.earlier") }}
                    </button>
                </Show>
                <Show when=move || lines.read().is_empty()>
                    <Empty title=t("log.empty.title") hint=t("log.empty.hint")/>
                </Show>
                <For each=move || lines.get() key=Line::key let:line>
                    <LineView thread=thread state=state line=line/>
                </For>
            </div>
            <Typing state=state/>
            {move || {
                left_at
                    .get()
                    .map(|seq| {
                        let fresh = state.log().read().news_after(seq, workspace.session.user());
                        let text = match i64::try_from(fresh).unwrap_or(i64::MAX) {
                            0 => t("log.to_end"),
                            fresh => t_count("log.new", fresh, &[]),
                        };
                        view! {
                            <button class="btn to-end" on:click=move |_| to_end()>
                                {text}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// A keyboard that comes up, a longer draft or a turned phone leave less room: who was at the end stays there.
fn keep_end_in_view(
    node: NodeRef<html::Div>,
    left_at: RwSignal<Option<i64>>,
    to_end: impl Fn() + Copy + 'static,
) {
    Effect::new(move |_| {
        if let Some(log) = node.get() {
            browser::on_resize(&log, move || {
                if left_at.try_get_untracked() == Some(None) {
                    to_end();
                }
            });
        }
    });
}

#[component]
fn Typing(state: Store<ThreadState>) -> impl IntoView {
    let text = move || {
        let (user, _) = state.typing().get()?;
        let people = state.people().read();
        let person = people.iter().find(|person| person.user == user)?;
        Some(t_with("log.typing", &[("name", &person.name)]))
    };
    view! { <p class="typing meta" aria-live="polite">{text}</p> }
}
