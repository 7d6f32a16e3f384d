//! A seller begins a thread with a customer (P5).

use crate::{
    api, browser,
    components::{
        field::{Field, FieldKind},
        sending::Form,
    },
    locale::t,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::ids::{CustomerId, ThreadId};
use orderline_protocol::http::OpenThread;

/// A title and the button; what follows happens in the thread.
#[component]
pub fn OpenThreadCard(customer: CustomerId) -> impl IntoView {
    let session = Session::here_now();
    // The same however often it is sent.
    let thread = ThreadId::from_uuid(browser::random_uuid());
    let title = RwSignal::new(String::new());
    let form = Form::of("new-thread-");
    // A customer who may not come in stands at no field of their own here.
    let (at_title, at_customer) = (form.at("title"), form.at("customer"));
    let wrong = Signal::derive(move || at_title.get().or_else(|| at_customer.get()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = OpenThread {
            thread,
            customer,
            title: title.get_untracked(),
        };
        form.send(
            async move { api::customer::open_thread(&wish).await },
            move |opened| session.go(Route::Thread(opened.thread)),
        );
    };
    view! {
        <section class="card panel" aria-labelledby="open-thread">
            <form class="form narrow" novalidate on:submit=submit>
                <h2 id="open-thread">{t("customer.thread.open")}</h2>
                <p class="meta">{t("customer.thread.hint")}</p>
                <Field id=form.id("title") kind=FieldKind::Line label=t("customer.thread.title") value=title error=wrong/>
                <p class="error" role="alert">{move || form.above()}</p>
                <div class="row">
                    <button class="btn primary" type="submit" disabled=form.busy()>{t("customer.thread.open.action")}</button>
                </div>
            </form>
        </section>
    }
}
