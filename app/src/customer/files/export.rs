//! All customers that the list finds, in a file.

use crate::{api, browser, components::sending::Form, customer::query::found, locale::t};
use leptos::prelude::*;

/// What the file is called.
const NAME: &str = "customers.csv";

/// The button, and why nothing came of it.
#[component]
pub fn ExportButton(query: Memo<String>) -> impl IntoView {
    let form = Form::of("export-");
    let give = move |_| {
        let wish = found(&query.read_untracked());
        form.send(async move { api::customer::export(&wish).await }, |file| {
            browser::give_file(NAME, &file);
        });
    };
    view! {
        <button class="btn" disabled=form.busy() on:click=give>{t("export.action")}</button>
        <p class="error" role="alert">{move || form.above()}</p>
    }
}
