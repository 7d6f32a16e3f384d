//! What this browser can do, and what helps where it cannot.

use crate::{
    browser,
    call::engine::{
        devices,
        fitness::{self, InApp, Missing},
    },
    locale::{t, t_with},
};
use leptos::{prelude::*, task::spawn_local};

/// The findings.
#[component]
pub fn Fitness() -> impl IntoView {
    let missing = fitness::missing(&devices::facts());
    let fit = !missing.iter().any(|it| it.stops_calls());
    view! {
        <section class="check-part" aria-labelledby="check-browser">
            <h3 id="check-browser">{t("check.browser")}</h3>
            {fit.then(|| view! { <p class="check-good">{t("check.browser.fit")}</p> })}
            <ul class="check-list">
                {missing
                    .into_iter()
                    .map(|it| view! { <li class:check-bad=it.stops_calls()>{words(it)}</li> })
                    .collect_view()}
            </ul>
            <OpenElsewhere/>
        </section>
    }
}

fn words(missing: Missing) -> String {
    match missing {
        Missing::Security => t("check.missing.security"),
        Missing::InsideApp(app) => inside(app),
        Missing::Calls => t("call.unsupported"),
        Missing::Screen => t("check.missing.screen"),
        Missing::SpeakerChoice => t("check.missing.speaker"),
        Missing::SmallWindow => t("check.missing.window"),
    }
}

fn inside(app: InApp) -> String {
    match app.name() {
        Some(name) => t_with("check.inside", &[("app", name)]),
        None => t("check.inside.some"),
    }
}

/// The way out of a browser inside another app that has no microphone: the same page in the system's browser.
/// Nothing where calls work.
#[component]
pub fn OpenElsewhere() -> impl IntoView {
    let facts = devices::facts();
    let app = fitness::missing(&facts)
        .into_iter()
        .find_map(|it| match it {
            Missing::InsideApp(app) => Some(app),
            _ => None,
        })?;
    let href = browser::href();
    let android = fitness::is_android(&facts.user_agent)
        .then(|| fitness::android_link(&href))
        .flatten();
    let copied = RwSignal::new(false);
    let copy = {
        let href = href.clone();
        move |_| {
            let href = href.clone();
            spawn_local(async move {
                copied.set(browser::copy(&href).await);
            });
        }
    };
    Some(view! {
        <div class="call-note warn open-elsewhere" role="note">
            <span>{inside(app)} " " {t("check.inside.how")}</span>
            {android.map(|link| view! { <a class="btn primary" href=link>{t("check.inside.open")}</a> })}
            <button class="btn" on:click=copy>
                {move || t(if copied.get() { "check.inside.copied" } else { "check.inside.copy" })}
            </button>
            <code class="place">{href}</code>
        </div>
    })
}
