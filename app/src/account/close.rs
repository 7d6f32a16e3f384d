//! Closing one's account: what goes with it and what stays, and the address typed, so that nobody does it by a slip.

use crate::{
    api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::t,
};
use leptos::prelude::*;

/// The card.
#[component]
pub fn CloseCard() -> impl IntoView {
    let sure = RwSignal::new(false);
    view! {
        <section class="card panel" aria-labelledby="account-close">
            <h2 id="account-close">{t("account.close")}</h2>
            <p>{t("account.close.goes")}</p>
            <p>{t("account.close.stays")}</p>
            {move || {
                if sure.get() {
                    view! { <Confirm sure=sure/> }.into_any()
                } else {
                    view! {
                        <div class="row">
                            <button class="btn" type="button" on:click=move |_| sure.set(true)>{t("account.close.open")}</button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Confirm(sure: RwSignal<bool>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let form = Form::of("close-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send(api::account::close(email.get_untracked()), |()| {
            browser::leave_for("/");
        });
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="email" kind=FieldKind::Contact label=t("account.close.email") value=email/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn danger" type="submit" disabled=form.busy()>{t("account.close.do")}</button>
                <button class="btn quiet" type="button" on:click=move |_| sure.set(false)>{t("account.close.cancel")}</button>
            </div>
        </form>
    }
}
