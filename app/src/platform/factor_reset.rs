//! Help for somebody who lost the device of their second factor and their recovery codes.

use crate::{
    api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::ids::FactorResetId;
use orderline_protocol::security::{ResetSecondFactor, SecondFactorOf};

/// How far it is.
#[derive(Clone)]
enum Step {
    Asking,
    Found(SecondFactorOf),
    Done(String),
}

/// Finds the person by their address, and takes their second factor away. `done` hears each time that something was.
#[component]
pub fn FactorReset(#[prop(into)] done: Callback<()>) -> impl IntoView {
    let step = RwSignal::new(Step::Asking);
    view! {
        <section class="card panel form" aria-labelledby="factor-reset">
            <h2 id="factor-reset">{t("security.reset.title")}</h2>
            <p class="meta">{t("security.reset.what")}</p>
            {move || match step.get() {
                Step::Asking => view! { <Find step=step/> }.into_any(),
                Step::Found(found) => view! { <Confirm found=found step=step done=done/> }.into_any(),
                Step::Done(name) => {
                    view! {
                        <p role="status">{t_with("security.reset.done", &[("name", &name)])}</p>
                        <div class="row">
                            <button class="btn" type="button" on:click=move |_| step.set(Step::Asking)>{t("security.reset.another")}</button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Find(step: RwSignal<Step>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let form = Form::of("reset-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send(
            api::vendor::find_second_factor(email.get_untracked()),
            move |found| {
                step.try_set(Step::Found(found));
            },
        );
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="email" kind=FieldKind::Contact label=t("security.reset.email") value=email/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("security.reset.find")}</button></div>
        </form>
    }
}

#[component]
fn Confirm(found: SecondFactorOf, step: RwSignal<Step>, done: Callback<()>) -> impl IntoView {
    let account = found.account;
    let email = account.email.unwrap_or_default();
    let who = t_with("account.who", &[("name", &account.name), ("email", &email)]);
    let keys = found.passkeys.to_string();
    let has = match (found.authenticator, found.passkeys) {
        (false, 0) => t("security.reset.has.nothing"),
        (true, 0) => t("security.reset.has.app"),
        (false, _) => t_with("security.reset.has.passkeys", &[("count", &keys)]),
        (true, _) => t_with("security.reset.has.both", &[("count", &keys)]),
    };
    let is_something = found.authenticator || found.passkeys > 0;
    let back = move |_| step.set(Step::Asking);
    view! {
        <p>{who}</p>
        <p>{has}</p>
        {if is_something {
            view! { <Reason user=account.user name=account.name step=step done=done/> }.into_any()
        } else {
            view! { <div class="row"><button class="btn" type="button" on:click=back>{t("security.reset.another")}</button></div> }.into_any()
        }}
    }
}

#[component]
fn Reason(
    user: orderline_domain::ids::UserId,
    name: String,
    step: RwSignal<Step>,
    done: Callback<()>,
) -> impl IntoView {
    let reset = FactorResetId::from_uuid(browser::random_uuid());
    let reason = RwSignal::new(String::new());
    let form = Form::of("reset-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = ResetSecondFactor {
            reset,
            user,
            reason: reason.get_untracked(),
        };
        let name = name.clone();
        form.send(
            async move { api::vendor::reset_second_factor(&wish).await },
            move |()| {
                step.try_set(Step::Done(name));
                done.run(());
            },
        );
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <FormField form=form name="reason" kind=FieldKind::Note label=t("security.reset.reason") value=reason/>
            <p class="meta">{t("security.reset.reason.hint")}</p>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn danger" type="submit" disabled=form.busy()>{t("security.reset.do")}</button>
                <button class="btn quiet" type="button" on:click=move |_| step.set(Step::Asking)>{t("security.reset.cancel")}</button>
            </div>
        </form>
    }
}
