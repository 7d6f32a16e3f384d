//! Whether the call is private or recorded, always in words; and for a private one the code that both can compare.

use crate::{
    call::{
        engine::{
            machine::{Line, Safety, Shown},
            memory,
        },
        state::Calls,
        words,
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_protocol::call::ModeView;

/// Which of the badges is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Badge {
    Private,
    /// Agreed to, and not yet begun.
    Agreed,
    Recorded,
    Forged,
}

fn badge(shown: &Shown) -> Badge {
    match (shown.call.mode, shown.safety) {
        (ModeView::Recorded { .. }, _) if shown.call.recording_since.is_some() => Badge::Recorded,
        (ModeView::Recorded { .. }, _) => Badge::Agreed,
        (_, Safety::Forged) => Badge::Forged,
        _ => Badge::Private,
    }
}

impl Badge {
    /// The name in the page's markup.
    const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Agreed => "agreed",
            Self::Recorded => "recorded",
            Self::Forged => "forged",
        }
    }
}

fn badge_of(shown: Signal<Option<Shown>>) -> Memo<Badge> {
    Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(Badge::Private, badge)))
}

/// The badge on the picture; pressing it opens [`ModeDetails`].
#[component]
pub fn ModeBadge(
    #[prop(into)] shown: Signal<Option<Shown>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let badge = badge_of(shown);
    view! {
        <button
            class="pill mode"
            class:rec=move || badge.get() == Badge::Recorded
            class:forged=move || badge.get() == Badge::Forged
            data-mode=move || badge.get().name()
            aria-expanded=move || open.get().to_string()
            aria-controls="call-mode"
            on:click=move |event| {
                // The picture behind it has a click of its own.
                event.stop_propagation();
                open.update(|open| *open = !*open);
            }
        >
            <Said badge=badge shown=shown/>
        </button>
    }
}

/// The same where there is nothing to open: beside whatever else is looked at during a call.
#[component]
pub fn ModeNote(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let badge = badge_of(shown);
    view! {
        <p
            class="pill mode note"
            class:rec=move || badge.get() == Badge::Recorded
            class:forged=move || badge.get() == Badge::Forged
            data-mode=move || badge.get().name()
        >
            <Said badge=badge shown=shown/>
        </p>
    }
}

#[component]
fn Said(badge: Memo<Badge>, shown: Signal<Option<Shown>>) -> impl IntoView {
    let words = move || match badge.get() {
        Badge::Private => t("call.mode.private"),
        Badge::Agreed => t("call.mode.agreed"),
        Badge::Forged => t("call.mode.forged"),
        Badge::Recorded => shown
            .with(|shown| {
                shown
                    .as_ref()
                    .and_then(|shown| words::recorded_since(&shown.call))
            })
            .unwrap_or_default(),
    };
    let private = move || badge.get() == Badge::Private;
    view! {
        <Lock hidden=move || !private()/>
        <span class="dot" aria-hidden="true" hidden=private></span>
        <span role="status">{words}</span>
    }
}

/// A closed lock.
#[component]
fn Lock(hidden: impl Fn() -> bool + Send + Sync + 'static) -> impl IntoView {
    view! {
        <svg class="lock" class:gone=hidden viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
            <path d="M4 7V5a4 4 0 0 1 8 0v2h.5A1.5 1.5 0 0 1 14 8.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 13.5v-5A1.5 1.5 0 0 1 3.5 7H4Zm2 0h4V5a2 2 0 1 0-4 0v2Z" fill="currentColor"/>
        </svg>
    }
}

/// What the badge means: the code to compare while the call is private, why and how long it is kept while it is
/// recorded.
#[component]
pub fn ModeDetails(
    #[prop(into)] shown: Signal<Option<Shown>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let private = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| !matches!(shown.call.mode, ModeView::Recorded { .. }))
        })
    });
    let forged = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| shown.safety == Safety::Forged)
        })
    });
    view! {
        <p class="call-note warn" role="alert" hidden=move || !(forged.get() && private.get())>
            {move || (forged.get() && private.get()).then(|| t("call.safety.forged"))}
        </p>
        <section id="call-mode" class="card call-mode" aria-label=t("call.mode.label") hidden=move || !open.get()>
            {move || {
                if private.get() {
                    view! { <Code shown=shown/> }.into_any()
                } else {
                    view! { <p>{t("call.mode.recorded.means")}</p> }.into_any()
                }
            }}
            <button class="btn quiet" on:click=move |_| open.set(false)>{t("call.close")}</button>
        </section>
    }
}

#[component]
fn Code(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let code = Memo::new(move |_| {
        shown.with(|shown| match shown.as_ref().map(|shown| shown.safety) {
            Some(Safety::Code(code)) => Some(code.to_string()),
            _ => None,
        })
    });
    let name = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map(|shown| words::other(&shown.call, me).name)
                .unwrap_or_default()
        })
    };
    let relay_only = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.relay_only))
    });
    let connecting = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_none_or(|shown| shown.line != Line::Connected)
        })
    });
    let hidden = RwSignal::new(memory::hides_address());
    let hide = move |_| {
        let hide = !hidden.get_untracked();
        calls.driver.hide_address(hide);
        hidden.set(memory::hides_address());
    };
    view! {
        <h3>{t("call.safety.title")}</h3>
        <p class="safety-code" data-code=move || code.get() aria-live="polite">
            {move || match code.get() {
                Some(code) => code,
                None if connecting.get() => t("call.safety.waiting"),
                None => t("call.safety.none"),
            }}
        </p>
        <p class="meta">{move || t_with("call.safety.how", &[("name", &name())])}</p>
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=move || relay_only.get() || hidden.get()
                disabled=move || relay_only.get()
                on:change=hide
            />
            <span>{move || t_with("call.address.hide", &[("name", &name())])}</span>
        </label>
        <p class="meta">
            {move || t(if relay_only.get() { "call.address.everyone" } else { "call.address.why" })}
        </p>
    }
}
