//! The reminder of a planned call that begins in a few minutes, on every page.

use super::state::FollowUps;
use crate::{
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    route::Route,
};
use leptos::prelude::*;

/// The reminder.
#[component]
pub fn Soon() -> impl IntoView {
    let follow_ups = FollowUps::here();
    let soon = follow_ups.soon();
    let session = follow_ups.workspace.session;
    let me = session.user();
    view! {
        <div class="banners" role="status" aria-live="polite">
            {move || {
                soon.get()
                    .map(|it| {
                        let other = if it.seller.user == me { &it.buyer } else { &it.seller };
                        let at = format::moment(it.slot.starts_at, Moment::Time);
                        let text = t_with("plan.soon", &[("name", &other.name), ("at", &at)]);
                        let thread = it.thread;
                        view! {
                            <p class="banner plan-soon">
                                <b>{text}</b>
                                <button class="btn" on:click=move |_| session.go(Route::Thread(thread))>{t("plan.soon.open")}</button>
                                <button class="btn quiet" on:click=move |_| follow_ups.close(&it)>{t("call.close")}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
