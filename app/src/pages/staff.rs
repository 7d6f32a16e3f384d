//! The pages of those who sell.

use super::{desk, frame::Panes};
use crate::{
    call::{panel::CallPanel, root::CallRoot, state::Calls},
    catalogue::products::ProductsPage,
    customer::{files::import::ImportPage, list::CustomersPage, page::CustomerPage},
    follow_up::{
        outcome::Outcomes, planned::Planned, soon::Soon, state::FollowUps, to_come::CallsPage,
    },
    offer::{seller_form::SellerOffer, state::Offers},
    order::list::OrdersPage,
    people::invite::Invite,
    policy::{calling::CallingPage, card::PolicyCard, list::PoliciesPage, page::PolicyPage},
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// The pages that the bar leads to, in its order. The first that somebody may see is where they begin.
const TABS: [Route; 8] = [
    Route::Home,
    Route::Calls,
    Route::Orders,
    Route::Products,
    Route::Customers {
        query: String::new(),
    },
    Route::Policies,
    Route::Calling,
    Route::Mailbox,
];

/// Nobody who is not signed in comes in here by a link.
pub const fn door(_path: &str) -> Option<AnyView> {
    None
}

/// Everything that they see once signed in.
pub fn page() -> AnyView {
    let workspace = desk::begin();
    provide_context(Calls::new(&workspace));
    provide_context(Offers::new(&workspace));
    provide_context(FollowUps::new(&workspace));
    let open = desk::open(workspace.session);
    view! {
        <div class="page">
            {desk::bar(TABS, workspace, Calls::here().runs_here())}
            <Soon/>
            {move || open.with(draw)}
            <CallRoot/>
        </div>
    }
    .into_any()
}

fn draw(page: &Route) -> AnyView {
    match *page {
        Route::Home | Route::Thread(_) => view! { <Panes side=side/> }.into_any(),
        Route::Calls => view! { <CallsPage/> }.into_any(),
        Route::Orders => view! { <OrdersPage/> }.into_any(),
        Route::Products => view! { <ProductsPage/> }.into_any(),
        Route::Customers { .. } => view! { <CustomersPage/> }.into_any(),
        Route::Customer(id) => view! { <CustomerPage customer=id/> }.into_any(),
        Route::ImportCustomers => view! { <ImportPage/> }.into_any(),
        Route::Policies => view! { <PoliciesPage/> }.into_any(),
        Route::Policy(scope) => view! { <PolicyPage scope=scope/> }.into_any(),
        Route::Calling => view! { <CallingPage/> }.into_any(),
        ref other => desk::everybodys(other),
    }
}

/// Call and offer of a thread.
fn side(thread: ThreadId) -> AnyView {
    view! {
        <CallPanel thread=thread/>
        <Outcomes thread=thread/>
        <SellerOffer thread=thread/>
        <PolicyCard thread=thread/>
        <Planned thread=thread/>
        <Invite thread=thread/>
    }
    .into_any()
}
