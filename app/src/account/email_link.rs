//! The page behind a link by which a mailbox agrees that an account has another address. It is used by a click: programs
//! that read mails open what stands in them.

use crate::{
    api::{self, Failure},
    browser,
    components::{
        sending::Form,
        states::{LinkOver, Skeleton},
    },
    locale::{t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::people::email_change::Mailbox;
use orderline_protocol::account::{AccountToken, EmailLinkView};

/// The path of the page; the token stands behind `#`, so that it is never sent with a request's address.
pub const PATH: &str = "/e";

fn token() -> AccountToken {
    AccountToken {
        token: browser::fragment(),
    }
}

/// The page.
#[component]
pub fn EmailLinkPage() -> impl IntoView {
    let seen = RwSignal::new(None::<Result<EmailLinkView, Failure>>);
    spawn_local(async move {
        seen.set(Some(api::account::look_at_email_link(&token()).await));
    });
    view! {
        <main class="start">
            {move || match seen.get() {
                None => view! { <Skeleton shape="rows" lines=3/> }.into_any(),
                Some(Ok(view)) => view! { <Confirm view=view seen=seen/> }.into_any(),
                Some(Err(failure)) => view! {
                        <LinkOver failure=failure over="account.link.over" hint="account.email.link.over.hint">
                            <a class="btn" href="/">{t("account.email.link.back")}</a>
                        </LinkOver>
                     }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Confirm(
    view: EmailLinkView,
    seen: RwSignal<Option<Result<EmailLinkView, Failure>>>,
) -> impl IntoView {
    let form = Form::new();
    let confirm = move |_| {
        form.send(
            async move { api::account::confirm_email(&token()).await },
            move |view| {
                seen.set(Some(Ok(view)));
            },
        );
    };
    let (title, action) = match view.mailbox {
        Mailbox::Old => ("account.email.link.old", "account.email.link.old.yes"),
        Mailbox::New => ("account.email.link.new", "account.email.link.new.yes"),
    };
    let email = [("email", view.email.as_str())];
    view! {
        <section class="card panel form">
            <h1>{t(title)}</h1>
            {if view.done {
                view! {
                    <p role="status">{t_with("account.email.link.done", &email)}</p>
                    <a class="btn primary" href="/">{t("account.email.link.back")}</a>
                }
                    .into_any()
            } else if view.said_yes {
                view! { <p role="status">{t("account.email.link.waits")}</p> }.into_any()
            } else {
                view! {
                    <p>{t_with("account.email.link.of", &email)}</p>
                    <p class="error" role="alert">{move || form.above()}</p>
                    <button class="btn primary big" type="button" disabled=form.busy() on:click=confirm>{t(action)}</button>
                }
                    .into_any()
            }}
        </section>
    }
}
