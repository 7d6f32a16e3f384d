//! A vendor's page: for the platform any vendor's, for a vendor's admin their own (P2).

use super::{functions::FunctionsCard, log::Changes, record::RecordCard, state::StateCard};
use crate::{
    api::vendor::{self, Which},
    ask::settings::PageCard,
    components::{bar::Go, table::Fetched},
    load::fetched,
    locale::t,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::ids::VendorId;

/// One of the platform's vendors.
#[component]
pub fn VendorPage(vendor: VendorId) -> impl IntoView {
    view! { <Kept which=Which::Of(vendor)/> }
}

/// The vendor that one works for.
#[component]
pub fn ShopPage() -> impl IntoView {
    view! { <Kept which=Which::Own/> }
}

#[component]
fn Kept(which: Which) -> impl IntoView {
    let (load, held, fetch) = fetched(move || async move { vendor::read(which).await.map(Some) });
    let name = move || {
        let held = held.read();
        held.as_ref()
            .map_or_else(|| t("vendor.title"), |it| it.data.name.clone())
    };
    let platforms = match which {
        Which::Own => None,
        Which::Of(vendor) => Some(vendor),
    };
    view! {
        <main class="desk">
            {platforms
                .is_some()
                .then(|| view! { <p class="crumbs"><Go to=Route::Vendors class="">{t("vendors.title")}</Go></p> })}
            <h1>{name}</h1>
            <Fetched load=load retry=move |()| fetch() lines=6>
                {platforms.map(|vendor| view! { <StateCard vendor=vendor held=held/> })}
                <RecordCard which=which held=held/>
                {platforms.is_none().then(|| view! { <PageCard/> })}
                <FunctionsCard which=which held=held/>
                <Changes which=which held=held/>
            </Fetched>
        </main>
    }
}
