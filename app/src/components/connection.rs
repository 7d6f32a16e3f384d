//! Says how the connection stands, whenever it is not simply open.

use crate::{browser, locale::t, realtime::Connection, thread::state::workspace::Workspace};
use leptos::prelude::*;
use std::time::Duration;

/// How long a page says that its session is over before it goes to sign-in, where it leaves what it showed.
const SESSION_OVER_SHOWN: Duration = Duration::from_secs(6);

/// A banner that appears when the connection is lost and says what still works.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let connection = Workspace::here().client.connection();
    Effect::new(move |_| {
        if connection.get() == Connection::SignedOut {
            // The same address draws the sign-in, and leads back here after it.
            set_timeout(browser::reload, SESSION_OVER_SHOWN);
        }
    });
    view! {
        <div class="banners" role="status" aria-live="polite">
            {move || match connection.get() {
                Connection::Open | Connection::Connecting => None,
                Connection::Lost => Some(
                    view! {
                        <p class="banner warn">
                            <b>{t("connection.lost.title")}</b>
                            " "
                            {t("connection.lost.text")}
                        </p>
                    }
                        .into_any(),
                ),
                Connection::ReloadNeeded => Some(
                    view! {
                        <p class="banner warn">
                            {t("connection.reload.text")}
                            " "
                            <button class="btn" on:click=|_| browser::reload()>
                                {t("connection.reload.action")}
                            </button>
                        </p>
                    }
                        .into_any(),
                ),
                Connection::SignedOut => Some(
                    view! {
                        <p class="banner warn">
                            {t("connection.signed_out.text")}
                            " "
                            <button class="btn" on:click=|_| browser::reload()>
                                {t("sign_in.action")}
                            </button>
                        </p>
                    }
                        .into_any(),
                ),
            }}
        </div>
    }
}
