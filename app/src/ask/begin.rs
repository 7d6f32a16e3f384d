//! A buyer begins another thread: with any of the vendors that they know.

use super::link::PREFIX;
use crate::{locale::t, people::session::Session};
use leptos::prelude::*;
use orderline_domain::people::roles::Role;

/// The way to ask, for somebody who buys; whoever sees one thread alone asks in it.
#[component]
pub fn Begin() -> impl IntoView {
    let session = Session::here_now();
    if session.role() != Role::Buyer || session.is_limited() {
        return ().into_any();
    }
    let (mut vendors, _) = session.capacities();
    vendors.retain(|it| it.role == Role::Buyer && it.shut.is_none());
    let mut links: Vec<_> = vendors
        .into_iter()
        .filter_map(|it| Some((format!("{PREFIX}{}", it.vendor?), it.vendor_name)))
        .collect();
    match links.len() {
        0 => ().into_any(),
        1 => {
            let (href, _) = links.remove(0);
            view! { <a class="btn" href=href>{t("ask.title")}</a> }.into_any()
        }
        _ => {
            let line = |(href, name)| view! { <li><a href=href>{name}</a></li> };
            view! {
                <details class="menu ask-whom">
                    <summary>{t("ask.title")}</summary>
                    <div class="card">
                        <ul>{links.into_iter().map(line).collect_view()}</ul>
                    </div>
                </details>
            }
            .into_any()
        }
    }
}
