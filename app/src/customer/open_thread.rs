//! A seller begins a thread with a customer (P5).

use crate::{
    api::{self, Failure},
    browser,
    components::field::{Field, FieldKind},
    locale::{t, text_above, text_at},
    people::session::Session,
    route::Route,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::ids::{CustomerId, ThreadId};
use orderline_protocol::http::OpenThread;

const TITLE_ID: &str = "thread-title-new";

/// A title and the button; what follows happens in the thread.
#[component]
pub fn OpenThreadCard(customer: CustomerId) -> impl IntoView {
    let session = Session::here_now();
    // The same however often it is sent.
    let thread = ThreadId::from_uuid(browser::random_uuid());
    let title = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let at_title = Signal::derive(move || {
        failure.with(|why| {
            let why = why.as_ref()?;
            text_at(why, "title").or_else(|| text_at(why, "customer"))
        })
    });
    let above = move || failure.with(|why| text_above(why.as_ref()?));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let wish = OpenThread {
            thread,
            customer,
            title: title.get_untracked(),
        };
        spawn_local(async move {
            match api::customer::open_thread(&wish).await {
                Ok(opened) => session.go(Route::Thread(opened.thread)),
                Err(why) => {
                    failure.try_set(Some(why));
                    busy.try_set(false);
                    browser::focus(TITLE_ID);
                }
            }
        });
    };
    view! {
        <section class="card panel" aria-labelledby="open-thread">
            <form class="form narrow" novalidate on:submit=submit>
                <h2 id="open-thread">{t("customer.thread.open")}</h2>
                <p class="meta">{t("customer.thread.hint")}</p>
                <Field id=TITLE_ID.to_owned() kind=FieldKind::Line label=t("customer.thread.title") value=title error=at_title/>
                <p class="error" role="alert">{above}</p>
                <div class="row">
                    <button class="btn primary" type="submit" disabled=busy>{t("customer.thread.open.action")}</button>
                </div>
            </form>
        </section>
    }
}
