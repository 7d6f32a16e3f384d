//! The states that every list and page has: nothing yet, loading, failed.

use super::bar::sign_out;
use crate::{
    api::{self, Failure},
    browser,
    locale::{problem_text, t},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::problem::Code;
use std::time::Duration;

/// Nothing is here, and what to do first.
#[component]
pub fn Empty(#[prop(into)] title: String, #[prop(into)] hint: String) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{hint}</p>
        </div>
    }
}

/// Grey lines in the shape of what will stand there.
#[component]
pub fn Skeleton(
    /// `rows`, `log` or `table`.
    shape: &'static str,
    #[prop(default = 5)] lines: usize,
) -> impl IntoView {
    let class = format!("skeleton {shape}");
    view! {
        <div class=class role="status" aria-label=t("state.loading")>
            {(0..lines).map(|_| view! { <div class="bone" aria-hidden="true"><i></i><b></b></div> }).collect_view()}
        </div>
    }
}

/// It did not work: why, and a way to try again.
#[component]
pub fn Failed(failure: Failure, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="empty failed" role="alert">
            <h2>{t("state.failed")}</h2>
            <p>{move || problem_text(&failure)}</p>
            <button class="btn" on:click=move |_| retry.run(())>{t("state.retry")}</button>
        </div>
    }
}

/// What a link would have opened, for whoever comes too late or never had it: the titles' keys say which link it was.
#[component]
pub fn LinkOver(
    failure: Failure,
    over: &'static str,
    hint: &'static str,
    /// What to do instead of a link that is over.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let is_over = failure.code() == Some(Code::BadTicket);
    view! {
        <section class="card panel form">
            <h1>{if is_over { t(over) } else { t("state.failed") }}</h1>
            <p>{move || if is_over { t(hint) } else { problem_text(&failure) }}</p>
            {(!is_over).then(|| view! { <button class="btn" on:click=|_| browser::reload()>{t("state.retry")}</button> })}
            {children.filter(|_| is_over).map(|children| children())}
        </section>
    }
}

/// How often a page that could not start asks whether the server is back.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// The page itself could not start. Where no answer came, it starts by itself as soon as one does.
#[component]
pub fn StartFailed(failure: Failure) -> impl IntoView {
    if failure == Failure::Offline {
        set_interval(
            || {
                spawn_local(async {
                    if api::me().await != Err(Failure::Offline) {
                        browser::reload();
                    }
                });
            },
            ASK_AGAIN,
        );
    }
    // Of several capacities another one may still be there; and somebody else can sign in.
    let shut = matches!(failure.code(), Some(Code::WorkSuspended | Code::WorkClosed));
    view! {
        <main class="start">
            <h1 class="hidden">{t("app.name")}</h1>
            <div class="card panel">
                <Failed failure=failure retry=|()| browser::reload()/>
                {shut.then(|| {
                    view! {
                        <p class="row wrap">
                            <a class="btn" href="/">{t("state.elsewhere")}</a>
                            <button class="btn quiet" on:click=move |_| sign_out(None)>{t("bar.sign_out")}</button>
                        </p>
                    }
                })}
            </div>
        </main>
    }
}
