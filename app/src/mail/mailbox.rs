//! The demo's mailbox: the mails that would have gone out to this person.

use crate::{
    api,
    components::{more::ShowMore, table::Fetched},
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    paged::paged,
};
use leptos::prelude::*;
use orderline_protocol::http::MailView;

/// One's own mails, newest first.
#[component]
pub fn MailboxPage() -> impl IntoView {
    let list = paged(api::mailbox);
    let (mails, fetch) = (list.items, list.fetch);
    fetch.run(());
    view! {
        <main class="desk">
            <div class="row">
                <h1 class="grow">{t("mailbox.title")}</h1>
                <button class="btn" on:click=move |_| fetch.run(())>{t("mailbox.again")}</button>
            </div>
            <p class="meta">{t("mailbox.hint")}</p>
            <Fetched
                load=list.load
                retry=fetch
                lines=4
                is_empty=Signal::derive(move || mails.read().is_empty())
                empty=("mailbox.empty.title", "mailbox.empty.hint")
            >
                <ul class="mails">
                    {move || mails.get().into_iter().map(|mail| view! { <li><Mail mail=mail/></li> }).collect_view()}
                </ul>
            </Fetched>
            <ShowMore rest=list.rest/>
        </main>
    }
}

#[component]
fn Mail(mail: MailView) -> impl IntoView {
    let when = format::moment(mail.at, Moment::DayTime);
    let to = t_with("mailbox.to", &[("address", &mail.to), ("time", &when)]);
    let line = |line: &str| {
        let link = line.starts_with("http://") || line.starts_with("https://");
        if link {
            let href = line.to_owned();
            view! { <a href=href>{line.to_owned()}</a>"\n" }.into_any()
        } else {
            view! { {line.to_owned()}"\n" }.into_any()
        }
    };
    view! {
        <article class="card panel mail">
            <h2>{mail.subject}</h2>
            <p class="meta">{to}</p>
            <div class="mail-text">{mail.text.lines().map(line).collect_view()}</div>
            {mail.attachment.map(|name| view! { <p class="meta">{t_with("mailbox.attachment", &[("name", &name)])}</p> })}
        </article>
    }
}
