//! Asking for a link to one's own account, where somebody has no password or has forgotten it.

use crate::{
    api,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::people::account_link::Purpose;
use orderline_protocol::account::AskAccountLink;

/// Below the sign-in.
#[component]
pub fn AskLink() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(None::<String>);
    let form = Form::of("link-");
    let ask = move |purpose| {
        let wish = AskAccountLink {
            email: email.get_untracked(),
            purpose,
        };
        sent.set(None);
        form.send(
            async move { api::account::ask_link(&wish).await.map(|()| wish) },
            move |wish| {
                sent.set(Some(t_with(
                    "account.link.sent",
                    &[("email", wish.email.trim())],
                )));
            },
        );
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ask(Purpose::SignIn);
    };
    view! {
        <details class="card panel">
            <summary>{t("account.link.ask")}</summary>
            <form class="form" novalidate on:submit=submit>
                <p class="meta">{t("account.link.what")}</p>
                <FormField form=form name="email" kind=FieldKind::Email label=t("account.link.email") value=email/>
                <p class="error" role="alert">{move || form.above()}</p>
                <p role="status">{move || sent.get()}</p>
                <div class="row wrap">
                    <button class="btn primary" type="submit" disabled=form.busy()>{t("account.link.sign_in")}</button>
                    <button class="btn" type="button" disabled=form.busy() on:click=move |_| ask(Purpose::Password)>
                        {t("account.link.password")}
                    </button>
                </div>
            </form>
        </details>
    }
}
