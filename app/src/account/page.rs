//! The account page.

use super::{
    authenticator::Authenticator, close::CloseCard, email::EmailCard, passkeys::Passkeys,
    password::PasswordCard, sessions::Sessions,
};
use crate::{
    api,
    components::states::{Failed, Skeleton},
    load::{Load, fetched},
    locale::{t, t_with},
};
use leptos::prelude::*;

/// Who one is here, the password, and where one is signed in.
#[component]
pub fn AccountPage(
    /// A session that a link opened for one thread changes nothing about the account.
    limited: bool,
) -> impl IntoView {
    let (load, account, fetch) = fetched(|| async { api::account::look().await.map(Some) });
    view! {
        <main class="desk account">
            <h1>{t("account.title")}</h1>
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="rows" lines=4/> }.into_any(),
                Load::Failed(failure) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                Load::Ready => {
                    account
                        .get()
                        .map(|it| {
                            let who = match &it.email {
                                Some(email) => t_with("account.who", &[("name", &it.name), ("email", email)]),
                                None => it.name.clone(),
                            };
                            view! {
                                <p>{who}</p>
                                <PasswordCard email=it.email.clone() has_password=it.has_password/>
                                {(!limited)
                                    .then(|| {
                                        view! {
                                            {it.email.is_some().then(|| view! { <EmailCard waits=it.email_change fetch=move |()| fetch()/> })}
                                            <Passkeys passkeys=it.passkeys fetch=move |()| fetch()/>
                                            <Authenticator there=it.authenticator fetch=move |()| fetch()/>
                                        }
                                    })}
                                <Sessions sessions=it.sessions fetch=move |()| fetch()/>
                                {(!limited && it.email.is_some()).then(|| view! { <CloseCard/> })}
                            }
                        })
                        .into_any()
                }
            }}
        </main>
    }
}
