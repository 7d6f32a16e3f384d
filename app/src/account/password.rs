//! Another password, or the first one.

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
use orderline_protocol::account::{AskAccountLink, ChangePassword};

/// Changes the password of whoever has one; else offers to make it an account by the own mailbox.
#[component]
pub fn PasswordCard(email: Option<String>, has_password: bool) -> impl IntoView {
    view! {
        <section class="card panel" aria-labelledby="account-password">
            <h2 id="account-password">{t("account.password")}</h2>
            {match (has_password, email) {
                (true, Some(_)) => view! { <Change/> }.into_any(),
                (false, Some(email)) => view! { <First email=email/> }.into_any(),
                (_, None) => view! { <p>{t("account.password.unknown")}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Change() -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let said = RwSignal::new(None::<String>);
    let form = Form::of("password-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = ChangePassword {
            old: old.get_untracked(),
            new: new.get_untracked(),
        };
        said.set(None);
        form.send(
            async move { api::account::change_password(&wish).await },
            move |()| {
                old.set(String::new());
                new.set(String::new());
                said.set(Some(t("account.password.changed")));
            },
        );
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="old" kind=FieldKind::Password label=t("account.old_password") value=old/>
            <FormField form=form name="new" kind=FieldKind::NewPassword label=t("account.new_password") value=new/>
            <p class="meta">{t("account.new_password.hint")}</p>
            <p class="error" role="alert">{move || form.above()}</p>
            <p role="status">{move || said.get()}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("account.password.change")}</button></div>
        </form>
    }
}

/// No password yet: a link to the own mailbox makes it an account.
#[component]
fn First(email: String) -> impl IntoView {
    let said = RwSignal::new(None::<String>);
    let form = Form::of("first-");
    let ask = move |_| {
        let wish = AskAccountLink {
            email: email.clone(),
            purpose: Purpose::Password,
        };
        said.set(None);
        form.send(
            async move { api::account::ask_link(&wish).await.map(|()| wish) },
            move |wish| {
                said.set(Some(t_with("account.link.sent", &[("email", &wish.email)])));
            },
        );
    };
    view! {
        <p>{t("account.password.none")}</p>
        <p class="error" role="alert">{move || form.failure().with(|it| it.as_ref().map(crate::locale::problem_text))}</p>
        <p role="status">{move || said.get()}</p>
        <div class="row"><button class="btn primary" disabled=form.busy() on:click=ask>{t("account.password.make")}</button></div>
    }
}
