//! The pages of those who keep a shop or the platform, and of those who review.

use super::{desk, frame::Panes};
use crate::{
    catalogue::products::ProductsPage,
    customer::{files::import::ImportPage, list::CustomersPage, page::CustomerPage},
    order::list::OrdersPage,
    people::{
        invited::{self, InvitedPage},
        members::page::PeoplePage,
    },
    platform::{
        find::FindPage,
        plans::PlansPage,
        security::SecurityPage,
        setup::{self, SetupPage},
        stewards::StewardsPage,
        vendors::VendorsPage,
    },
    policy::{calling::CallingPage, list::PoliciesPage, page::PolicyPage},
    recording::{page::RecordingPage, search::RecordingsPage},
    route::Route,
    system::page::SystemPage,
    vendor::page::{ShopPage, VendorPage},
};
use leptos::prelude::*;

/// The pages that the bar leads to, in its order. The first that somebody may see is where they begin.
const TABS: [Route; 16] = [
    Route::Find,
    Route::Vendors,
    Route::Plans,
    Route::Stewards,
    Route::Security,
    Route::Recordings {
        query: String::new(),
    },
    Route::Home,
    Route::Orders,
    Route::Products,
    Route::Customers {
        query: String::new(),
    },
    Route::Policies,
    Route::Calling,
    Route::People,
    Route::Shop,
    Route::System,
    Route::Mailbox,
];

/// Ways in for people who will work here.
pub fn door(path: &str) -> Option<AnyView> {
    match path {
        invited::PATH => Some(view! { <InvitedPage/> }.into_any()),
        setup::PATH => Some(view! { <SetupPage/> }.into_any()),
        _ => None,
    }
}

/// Everything that they see once signed in.
pub fn page() -> AnyView {
    let workspace = desk::begin();
    let open = desk::open(workspace.session);
    view! {
        <div class="page">
            {desk::bar(TABS, workspace, Signal::stored(false))}
            {move || open.with(draw)}
        </div>
    }
    .into_any()
}

fn draw(page: &Route) -> AnyView {
    match *page {
        Route::Home | Route::Thread(_) => view! { <Panes/> }.into_any(),
        Route::Recordings { .. } => view! { <RecordingsPage/> }.into_any(),
        Route::Recording(id) => view! { <RecordingPage recording=id/> }.into_any(),
        Route::Orders => view! { <OrdersPage/> }.into_any(),
        Route::Products => view! { <ProductsPage/> }.into_any(),
        Route::Customers { .. } => view! { <CustomersPage/> }.into_any(),
        Route::Customer(id) => view! { <CustomerPage customer=id/> }.into_any(),
        Route::ImportCustomers => view! { <ImportPage/> }.into_any(),
        Route::Policies => view! { <PoliciesPage/> }.into_any(),
        Route::Policy(scope) => view! { <PolicyPage scope=scope/> }.into_any(),
        Route::Calling => view! { <CallingPage/> }.into_any(),
        Route::People => view! { <PeoplePage/> }.into_any(),
        Route::Shop => view! { <ShopPage/> }.into_any(),
        Route::System => view! { <SystemPage/> }.into_any(),
        Route::Vendors => view! { <VendorsPage/> }.into_any(),
        Route::Vendor(vendor) => view! { <VendorPage vendor=vendor/> }.into_any(),
        Route::Plans => view! { <PlansPage/> }.into_any(),
        Route::Security => view! { <SecurityPage/> }.into_any(),
        Route::Find => view! { <FindPage/> }.into_any(),
        Route::Stewards => view! { <StewardsPage/> }.into_any(),
        ref other => desk::everybodys(other),
    }
}
