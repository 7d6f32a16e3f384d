//! The lines of a buyer's threads with other vendors than the one that the page acts at: in the same list, each opening at
//! its own vendor.

use super::{moment::when, state::workspace::Workspace};
use crate::{
    ask::link::thread_at,
    locale::{format, t_count, t_with},
    people::avatar::{Initials, initials},
};
use leptos::prelude::*;
use orderline_domain::people::side::Side;
use orderline_protocol::account::OwnThread;

/// One line of the list.
#[component]
pub fn Row(it: OwnThread) -> impl IntoView {
    let OwnThread {
        thread,
        vendor,
        vendor_name,
        title,
        seller,
        last_at,
        unread,
    } = it;
    let now = Workspace::here().client.now();
    let href = thread_at(vendor, thread);
    let line = t_with(
        "ask.at_vendor",
        &[("vendor", &vendor_name), ("title", &title)],
    );
    let name = seller.unwrap_or(title);
    let count = (unread > 0).then(|| {
        let label = t_count("threads.unread", unread, &[]);
        view! {
            <span class="count" aria-label=label.clone() title=label.clone()>{format::number(unread)}</span>
        }
    });
    view! {
        <li>
            <a class="row-link" href=href>
                <Initials letters=initials(&name) side=Side::Seller/>
                <div class="grow">
                    <div class="row spread">
                        <b class="cut">{name}</b>
                        <small>{when(last_at, now)}</small>
                    </div>
                    <div class="one">{line}</div>
                </div>
                {count}
            </a>
        </li>
    }
}
