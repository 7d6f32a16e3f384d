//! A buyer's threads with other vendors than the one that the page acts at. They stand in the same list, and open at their
//! own vendor; what happens in them is seen when the page is looked at again.

use super::{list::when, state::workspace::Workspace};
use crate::{
    acting, api, browser,
    locale::{format, t_count, t_with},
    people::{
        avatar::Initials,
        session::{BUYER, Session},
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::VendorId,
    people::{
        capacity::{ActAs, Capacity},
        roles::Role,
        side::Side,
    },
};
use orderline_protocol::account::OwnThread;

/// Those threads, the newest first.
#[derive(Clone, Copy, Default)]
pub struct Elsewhere(pub RwSignal<Vec<OwnThread>>);

/// The vendors from whom somebody buys.
pub fn vendors(session: Session) -> Vec<Capacity> {
    let (mut all, _) = session.capacities();
    all.retain(|it| it.role == Role::Buyer);
    all
}

/// Fetches them, and again whenever the page comes into view.
pub fn start(session: Session, held: Elsewhere) {
    let buys = session.role() == Role::Buyer && !session.is_limited();
    if !buys || vendors(session).len() < 2 {
        return;
    }
    let fetch = move || {
        spawn_local(async move {
            // What was there stays where nothing came.
            if let Ok(mut all) = api::account::own_threads().await {
                all.retain(|it| Some(it.vendor) != session.vendor());
                held.0.set(all);
            }
        });
    };
    fetch();
    browser::on_visible(fetch);
}

/// Whether this has what was searched for, word by word.
pub fn matches(it: &OwnThread, query: &str) -> bool {
    let seller = it.seller.as_deref().unwrap_or_default();
    let hay = format!("{}\n{}\n{seller}", it.title, it.vendor_name).to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| hay.contains(word))
}

/// The address of a page of the buyer's, at this vendor.
fn at(path: &str, vendor: VendorId) -> String {
    let buyer = ActAs {
        vendor: Some(vendor),
        role: Role::Buyer,
    };
    acting::with(&format!("{}{path}", BUYER.root), &buyer.to_string())
}

/// One line of the list.
#[component]
pub fn Row(it: OwnThread) -> impl IntoView {
    let now = Workspace::here().client.now();
    let href = at(&format!("threads/{}", it.thread), it.vendor);
    let name = it.seller.clone().unwrap_or_else(|| it.title.clone());
    let of = [("vendor", it.vendor_name.as_str()), ("title", &it.title)];
    let unread = (it.unread > 0).then(|| {
        let label = t_count("threads.unread", it.unread, &[]);
        view! {
            <span class="count" aria-label=label.clone() title=label.clone()>{format::number(it.unread)}</span>
        }
    });
    view! {
        <li>
            <a class="row-link" href=href>
                <Initials name=name.clone() side=Side::Seller/>
                <div class="grow">
                    <div class="row spread">
                        <b class="cut">{name}</b>
                        <small>{when(it.last_at, now)}</small>
                    </div>
                    <div class="one">{t_with("ask.at_vendor", &of)}</div>
                </div>
                {unread}
            </a>
        </li>
    }
}
