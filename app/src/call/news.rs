//! Lines of news around a call, each until the person has read it and closes it.

use crate::locale::t;
use leptos::prelude::*;

/// Below the stage, while the call goes on.
#[component]
pub fn Warning(words: Signal<Option<String>>, close: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="call-note warn talk-news" role="status" hidden=move || words.read().is_none()>
            <span>{words}</span>
            <button class="btn" on:click=move |_| close()>{t("call.close")}</button>
        </div>
    }
}

/// After something is over: a card, which is not there without a line.
#[component]
pub fn Over(
    class: &'static str,
    line: Signal<Option<String>>,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    view! {
        <div class=class role="status">
            {move || {
                line.get()
                    .map(|line| {
                        view! {
                            <div class="card call-card row">
                                <p class="grow">{line}</p>
                                <button class="btn quiet" on:click=move |_| close()>{t("call.close")}</button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
