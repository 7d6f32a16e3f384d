//! A buyer's threads with other vendors than the one that the page acts at. What happens in them is seen when the page is
//! looked at again.

use crate::{api, browser, people::session::Session};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::people::roles::Role;
use orderline_protocol::account::OwnThread;

/// Those threads, the newest first.
#[derive(Clone, Copy, Default)]
pub struct Elsewhere(pub RwSignal<Vec<OwnThread>>);

/// Fetches them, and again whenever the page comes into view.
pub fn start(session: Session, held: Elsewhere) {
    let buys = session.role() == Role::Buyer && !session.is_limited();
    let (capacities, _) = session.capacities();
    let bought = capacities.iter().filter(|it| it.role == Role::Buyer);
    if !buys || bought.count() < 2 {
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
