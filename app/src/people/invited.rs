//! The page behind an invitation to work for a vendor.

use crate::{
    acting,
    api::{self, Failure},
    browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
        states::{LinkOver, Skeleton},
    },
    locale::{role_name, t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::people::capacity::ActAs;
use orderline_protocol::people::{InvitationToken, InvitedView, TakeInvitation};

/// The path of the page; the token stands behind `#`, so that it is never sent with a request's address.
pub const PATH: &str = "/i";

/// The page.
#[component]
pub fn InvitedPage() -> impl IntoView {
    let seen = RwSignal::new(None::<Result<InvitedView, Failure>>);
    spawn_local(async move {
        let body = InvitationToken {
            token: browser::fragment(),
        };
        seen.set(Some(api::invited(&body).await));
    });
    view! {
        <main class="start">
            {move || match seen.get() {
                None => view! { <Skeleton shape="rows" lines=3/> }.into_any(),
                Some(Ok(view)) => view! { <Take view=view/> }.into_any(),
                Some(Err(failure)) => view! { <LinkOver failure=failure over="invited.over" hint="invited.over.hint"/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Take(view: InvitedView) -> impl IntoView {
    let name = RwSignal::new(view.name.clone());
    let password = RwSignal::new(String::new());
    let form = Form::new();
    let has_account = view.has_account;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = TakeInvitation {
            token: browser::fragment(),
            name: (!has_account).then(|| name.get_untracked()),
            password: password.get_untracked(),
        };
        form.send(async move { api::take_invitation(&body).await }, |me| {
            let wanted = ActAs {
                vendor: me.vendor,
                role: me.person.role,
            };
            browser::leave_for(&acting::with(
                me.person.role.entry().root(),
                &wanted.to_string(),
            ));
        });
    };
    let role = role_name(view.role);
    let title = t_with("invited.title", &[("vendor", &view.vendor_name)]);
    let as_what = t_with("invited.as", &[("role", &role), ("email", &view.email)]);
    let (kind, label) = if has_account {
        (FieldKind::Password, t("invited.password"))
    } else {
        (FieldKind::NewPassword, t("people.new_password"))
    };
    view! {
        <section class="card panel form">
            <h1>{title}</h1>
            <p>{as_what}</p>
            <form class="form" novalidate on:submit=submit>
                {(!has_account)
                    .then(|| view! { <FormField form=form name="name" kind=FieldKind::Line label=t("people.your_name") value=name/> })}
                <FormField form=form name="password" kind=kind label=label value=password/>
                {(!has_account).then(|| view! { <p class="meta">{t("people.new_password.hint")}</p> })}
                <p class="error" role="alert">{move || form.above()}</p>
                <button class="btn primary big" type="submit" disabled=form.busy()>{t("invited.action")}</button>
            </form>
        </section>
    }
}
