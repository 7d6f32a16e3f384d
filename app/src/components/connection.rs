//! Says how the connection stands, whenever it is not simply open.

use crate::{browser, locale::t, realtime::Connection, thread::state::workspace::Workspace};
use leptos::prelude::*;

/// A banner that appears when the connection is lost and says what still works.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let connection = Workspace::here().client.connection();
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
                            {t("connection.signed_out.text")} " " <a class="btn" href="/">{t("sign_in.action")}</a>
                        </p>
                    }
                        .into_any(),
                ),
            }}
        </div>
    }
}
