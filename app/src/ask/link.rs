//! The addresses of vendors' public pages, to be copied.

use crate::{acting, browser, locale::t, people::session::Session};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::{ProductId, ThreadId, VendorId},
    people::{capacity::ActAs, roles::Role},
};

/// What the path of such a page begins with.
pub const PREFIX: &str = "/v/";

/// The address of a vendor's page: by its slug, else by its id.
pub fn address(vendor: VendorId, slug: Option<&str>) -> String {
    let page = slug.map_or_else(|| vendor.to_string(), str::to_owned);
    format!("{}{PREFIX}{page}", browser::origin())
}

/// Copies the address at which a product is asked about. It stays whatever the slug becomes.
#[component]
pub fn ProductLink(product: ProductId, name: String) -> impl IntoView {
    let vendor = Session::here_now().vendor();
    vendor.map(|vendor| {
        let link = format!("{}?product={product}", address(vendor, None));
        view! { <Copy text=Signal::stored(link) label=t("ask.link") of=name/> }
    })
}

/// A button that copies a text; `of` says to those who do not see it what the text is of.
#[component]
pub fn Copy(#[prop(into)] text: Signal<String>, label: String, of: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            copied.try_set(browser::copy(&text.get_untracked()).await);
        });
    };
    view! {
        <button class="btn" type="button" on:click=copy>
            {move || if copied.get() { t("ask.copied") } else { label.clone() }}
            <span class="hidden">" " {of}</span>
        </button>
    }
}

/// Where a thread goes on, for a buyer of this vendor's.
pub fn thread_at(vendor: VendorId, thread: ThreadId) -> String {
    let buyer = ActAs {
        vendor: Some(vendor),
        role: Role::Buyer,
    };
    acting::with(
        &format!("{}threads/{thread}", Role::Buyer.entry().root()),
        &buyer.to_string(),
    )
}
