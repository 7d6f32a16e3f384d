//! Showing who one is by what the account has: a code, a passkey, or the password where that is all.

use super::device::{self, Ask};
use crate::{
    api::{self, Failure},
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::t,
};
use leptos::prelude::*;
use orderline_protocol::account::{AccountView, PasskeySignIn, ProveAgain};

/// The ways that this account has; `done` hears of the one that was right.
#[component]
pub fn Show(account: AccountView, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let AccountView {
        authenticator,
        has_password,
        asks_second_factor,
        passkeys,
        ..
    } = account;
    let by_password = has_password && !asks_second_factor;
    let by_passkey = !passkeys.is_empty() && device::is_there();
    view! {
        {authenticator.map(|_| {
            view! {
                <ByText name="code" kind=FieldKind::Line label=t("second_factor.code") proof=ProveAgain::Code done=done>
                    <p class="meta">{t("second_factor.code.hint")}</p>
                </ByText>
            }
        })}
        {by_passkey.then(|| view! { <ByPasskey done=done/> })}
        {by_password.then(|| {
            view! {
                <ByText name="password" kind=FieldKind::Password label=t("sign_in.password") proof=ProveAgain::Password done=done/>
            }
        })}
    }
}

/// By something that is typed.
#[component]
fn ByText(
    name: &'static str,
    kind: FieldKind,
    label: String,
    proof: fn(String) -> ProveAgain,
    done: Callback<()>,
    /// What stands below the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let form = Form::of("show-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = proof(typed.get_untracked());
        form.send(
            async move { api::account::prove_again(&wish).await },
            move |()| done.run(()),
        );
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name=name kind=kind label=label value=typed/>
            {children.map(|it| it())}
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("second_factor.confirm")}</button></div>
        </form>
    }
}

#[component]
fn ByPasskey(done: Callback<()>) -> impl IntoView {
    let form = Form::of("show-passkey-");
    let silent = RwSignal::new(false);
    let show = move |_| {
        silent.set(false);
        form.send(shown_by_passkey(), move |answered| {
            if answered {
                done.run(());
            } else {
                silent.try_set(true);
            }
        });
    };
    view! {
        <div class="form narrow">
            <p class="error" role="alert">{move || form.above()}</p>
            <p role="status">{move || silent.get().then(|| t("account.passkey.no_answer"))}</p>
            <div class="row">
                <button class="btn" type="button" disabled=form.busy() on:click=show>{t("second_factor.by_passkey")}</button>
            </div>
        </div>
    }
}

/// `false`: no device answered.
async fn shown_by_passkey() -> Result<bool, Failure> {
    let challenge = api::account::begin_passkey_sign_in().await?;
    let Ok(answer) = device::answer(Ask::Get, &challenge.options).await else {
        return Ok(false);
    };
    let wish = ProveAgain::Passkey(PasskeySignIn {
        ceremony: challenge.ceremony,
        answer,
    });
    api::account::prove_again(&wish).await.map(|()| true)
}
