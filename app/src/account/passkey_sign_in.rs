//! Signing in with a passkey: the device knows whose account it is.

use super::device::{self, Ask};
use crate::{
    api::{self, Failure},
    browser,
    locale::{problem_text, t},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::account::PasskeySignIn;

/// The button, where the browser can; `done` goes on to where the person wanted to go.
#[component]
pub fn SignInByPasskey(#[prop(into)] done: Callback<()>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Failure>);
    let silent = RwSignal::new(false);
    let sign_in = move |_| {
        busy.set(true);
        failed.set(None);
        silent.set(false);
        spawn_local(async move {
            match signed_in().await {
                Ok(true) => done.run(()),
                Ok(false) => {
                    silent.try_set(true);
                }
                Err(why) => {
                    failed.try_set(Some(why));
                }
            }
            busy.try_set(false);
            browser::focus("passkey-sign-in");
        });
    };
    device::is_there().then(|| {
        view! {
            <div class="form passkey-door">
                <button id="passkey-sign-in" class="btn big" type="button" disabled=move || busy.get() on:click=sign_in>
                    {t("sign_in.passkey")}
                </button>
                <p class="error" role="alert">{move || failed.with(|it| it.as_ref().map(problem_text))}</p>
                <p role="status">{move || silent.get().then(|| t("account.passkey.no_answer"))}</p>
            </div>
        }
    })
}

/// `false`: no device answered.
async fn signed_in() -> Result<bool, Failure> {
    let challenge = api::account::begin_passkey_sign_in().await?;
    let Ok(answer) = device::answer(Ask::Get, &challenge.options).await else {
        return Ok(false);
    };
    let wish = PasskeySignIn {
        ceremony: challenge.ceremony,
        answer,
    };
    api::account::passkey_sign_in(&wish).await?;
    Ok(true)
}
