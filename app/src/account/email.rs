//! Another address for one's account.

use crate::{
    api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::prelude::*;
use orderline_domain::ids::EmailChangeId;
use orderline_protocol::account::{ChangeEmail, EmailChangeView};

/// The change that waits, or the way to begin one. `fetch` hears that it is another account now.
#[component]
pub fn EmailCard(
    waits: Option<EmailChangeView>,
    #[prop(into)] fetch: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="card panel" aria-labelledby="account-email">
            <h2 id="account-email">{t("account.email")}</h2>
            <p class="meta">{t("account.email.what")}</p>
            {match waits {
                Some(waits) => view! { <Waits waits=waits fetch=fetch/> }.into_any(),
                None => view! { <Change fetch=fetch/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Waits(waits: EmailChangeView, fetch: Callback<()>) -> impl IntoView {
    let form = Form::of("email-");
    let until = format::moment(waits.ends_at, Moment::DayTime);
    let values = [("email", waits.email.as_str()), ("until", &until)];
    let words = match (waits.old_said_yes, waits.new_said_yes) {
        (true, _) => t_with("account.email.waits.new", &values),
        (false, true) => t_with("account.email.waits.old", &values),
        (false, false) => t_with("account.email.waits.both", &values),
    };
    let take_back = move |_| {
        form.send(api::account::take_email_back(), move |()| fetch.run(()));
    };
    view! {
        <p role="status">{words}</p>
        <p class="error" role="alert">{move || form.above()}</p>
        <div class="row"><button class="btn" disabled=form.busy() on:click=take_back>{t("account.email.take_back")}</button></div>
    }
}

#[component]
fn Change(fetch: Callback<()>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let change = EmailChangeId::from_uuid(browser::random_uuid());
    let form = Form::of("new-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = ChangeEmail {
            change,
            email: email.get_untracked(),
        };
        form.send(
            async move { api::account::change_email(&wish).await },
            move |()| fetch.run(()),
        );
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="email" kind=FieldKind::Contact label=t("account.email.new") value=email/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("account.email.change")}</button></div>
        </form>
    }
}
