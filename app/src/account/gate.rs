//! What stands before a role that asks for more than a password.

use super::{authenticator::Authenticator, passkeys::Passkeys, show::Show};
use crate::{
    api, browser,
    components::{
        bar::sign_out,
        states::{Failed, Skeleton},
    },
    load::{Load, fetched},
    locale::t,
};
use leptos::prelude::*;

/// Asks for the second factor, or for one to be set up; the page goes on once it was shown.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let (load, account, fetch) = fetched(|| async { api::account::look().await.map(Some) });
    let go_on = |()| browser::reload();
    view! {
        <main class="start account">
            <header class="start-head">
                <h1>{t("second_factor.title")}</h1>
            </header>
            {move || match load.get() {
                Load::Loading => view! { <div class="card panel"><Skeleton shape="rows" lines=3/></div> }.into_any(),
                Load::Failed(failure) => {
                    view! { <div class="card panel"><Failed failure=failure retry=move |()| fetch()/></div> }.into_any()
                }
                Load::Ready => {
                    account
                        .get()
                        .map(|account| {
                            if account.asks_second_factor {
                                view! {
                                    <section class="card panel">
                                        <p>{t("second_factor.asked")}</p>
                                        <Show account=account done=go_on/>
                                    </section>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <p>{t("second_factor.why")} " " {t("second_factor.set_up")}</p>
                                    <Authenticator there=None fetch=go_on/>
                                    <Passkeys passkeys=account.passkeys fetch=go_on/>
                                }
                                    .into_any()
                            }
                        })
                        .into_any()
                }
            }}
            <div class="row"><button class="btn quiet" on:click=move |_| sign_out(None)>{t("bar.sign_out")}</button></div>
        </main>
    }
}
