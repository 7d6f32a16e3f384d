//! The page behind a link to an account. It is used by a click: programs that read mails open what stands in them.

use crate::{
    api::{self, Failure},
    browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
        states::{LinkOver, Skeleton},
    },
    locale::{t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::people::account_link::Purpose;
use orderline_protocol::account::{AccountLinkView, AccountToken, TakeAccountLink};

/// The path of the page; the token stands behind `#`, so that it is never sent with a request's address.
pub const PATH: &str = "/l";

/// The page.
#[component]
pub fn AccountLinkPage() -> impl IntoView {
    let seen = RwSignal::new(None::<Result<AccountLinkView, Failure>>);
    spawn_local(async move {
        let token = browser::fragment();
        seen.set(Some(
            api::account::look_at_link(&AccountToken { token }).await,
        ));
    });
    view! {
        <main class="start">
            {move || match seen.get() {
                None => view! { <Skeleton shape="rows" lines=3/> }.into_any(),
                Some(Ok(view)) => view! { <Take view=view/> }.into_any(),
                Some(Err(failure)) => view! {
                        <LinkOver failure=failure over="account.link.over" hint="account.link.over.hint">
                            <a class="btn" href="/">{t("account.link.again")}</a>
                        </LinkOver>
                     }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Take(view: AccountLinkView) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let form = Form::new();
    let chooses = view.purpose == Purpose::Password;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = TakeAccountLink {
            token: browser::fragment(),
            password: chooses.then(|| password.get_untracked()),
        };
        form.send(async move { api::account::take_link(&wish).await }, |_| {
            browser::leave_for("/");
        });
    };
    let (title, action) = if chooses {
        ("account.link.choose", "account.link.choose.action")
    } else {
        ("account.link.welcome", "sign_in.action")
    };
    let who = t_with(
        "account.link.of",
        &[("name", &view.name), ("email", &view.email)],
    );
    view! {
        <section class="card panel form">
            <h1>{t(title)}</h1>
            <p>{who}</p>
            <form class="form" novalidate on:submit=submit>
                {chooses
                    .then(|| {
                        view! {
                            <FormField form=form name="password" kind=FieldKind::NewPassword label=t("account.new_password") value=password/>
                            <p class="meta">{t("account.new_password.hint")}</p>
                        }
                    })}
                <p class="error" role="alert">{move || form.above()}</p>
                <button class="btn primary big" type="submit" disabled=form.busy()>{t(action)}</button>
            </form>
        </section>
    }
}
