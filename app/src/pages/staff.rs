//! The staff's pages, by role.

use super::frame::Panes;
use crate::{
    account::page::AccountPage,
    call::{panel::CallPanel, root::CallRoot, state::Calls},
    catalogue::products::ProductsPage,
    components::bar::{Bar, Go},
    customer::{files::import::ImportPage, list::CustomersPage, page::CustomerPage},
    follow_up::{
        outcome::Outcomes, planned::Planned, soon::Soon, state::FollowUps, to_come::CallsPage,
    },
    locale::t,
    mail::mailbox::MailboxPage,
    offer::{seller_form::SellerOffer, state::Offers},
    order::list::OrdersPage,
    people::{
        invite::Invite,
        invited::{self, InvitedPage},
        members::page::PeoplePage,
        session::Session,
    },
    platform::{
        plans::PlansPage,
        security::SecurityPage,
        setup::{self, SetupPage},
        vendors::VendorsPage,
    },
    policy::{calling::CallingPage, card::PolicyCard, list::PoliciesPage, page::PolicyPage},
    recording::{page::RecordingPage, search::RecordingsPage},
    route::Route,
    system::page::SystemPage,
    thread::state::workspace::Workspace,
    vendor::page::{ShopPage, VendorPage},
};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId,
    people::{
        roles::{Action, Relation, allowed},
        side::Side,
    },
};

/// The pages that the bar leads to, in its order. The first that somebody may see is where they begin.
const TABS: [Route; 15] = [
    Route::Vendors,
    Route::Plans,
    Route::Security,
    Route::Recordings {
        query: String::new(),
    },
    Route::Home,
    Route::Calls,
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

/// Everything that a member of the staff sees once signed in.
pub fn page() -> AnyView {
    let session = Session::here_now();
    let workspace = Workspace::new(session);
    provide_context(workspace);
    let sells = Side::of(session.role()) == Side::Seller;
    if sells {
        provide_context(Calls::new(&workspace));
        provide_context(Offers::new(&workspace));
        provide_context(FollowUps::new(&workspace));
    }
    if is_there(session, &Route::Home) {
        workspace.start();
    } else if session.is_at_vendor() {
        workspace.client.start();
    }
    let in_call = if sells {
        Calls::here().runs_here()
    } else {
        Signal::stored(false)
    };
    let links: Vec<(Route, String)> = TABS
        .into_iter()
        .filter(|route| is_there(session, route))
        .map(|route| {
            let title = t(route.title());
            (route, title)
        })
        .collect();
    let first = links
        .first()
        .map_or(Route::Home, |(route, _)| route.clone());
    // The address alone decides; the bare address of those who work elsewhere leads there, once.
    if session.route().get_untracked() == Route::Home && first != Route::Home {
        session.rename(first);
    }
    // A change of thread or filter does not draw the page anew.
    let open = Memo::new(move |_| {
        let page = session.route().get().page();
        if is_there(session, &page) {
            page
        } else {
            Route::Unknown
        }
    });
    view! {
        <div class="page">
            <Bar links=links client=workspace.client in_call=in_call/>
            {sells.then(|| view! { <Soon/> })}
            {move || open.with(|page| draw(page, sells))}
            {sells.then(|| view! { <CallRoot/> })}
        </div>
    }
    .into_any()
}

/// Whether there is such a page for this person. The domain's rules decide; what is not allowed is not shown.
fn is_there(session: Session, page: &Route) -> bool {
    let may = |action| {
        allowed(session.role(), action, Relation::Foreign)
            || allowed(session.role(), action, Relation::Own)
    };
    let is_here = match page {
        // The platform's people see another one of that name.
        Route::System if may(Action::ReadSystem) => return true,
        Route::Mailbox => session.has_mailbox(),
        // The platform has no shop of its own.
        Route::Shop => session.is_at_vendor(),
        _ => true,
    };
    *page == Route::Account || is_here && page.needs().is_some_and(may)
}

fn draw(page: &Route, sells: bool) -> AnyView {
    match *page {
        Route::Home | Route::Thread(_) if sells => view! { <Panes side=side/> }.into_any(),
        Route::Home | Route::Thread(_) => view! { <Panes/> }.into_any(),
        Route::Recordings { .. } => view! { <RecordingsPage/> }.into_any(),
        Route::Recording(id) => view! { <RecordingPage recording=id/> }.into_any(),
        Route::Products => view! { <ProductsPage/> }.into_any(),
        Route::Customers { .. } => view! { <CustomersPage/> }.into_any(),
        Route::Customer(id) => view! { <CustomerPage customer=id/> }.into_any(),
        Route::ImportCustomers => view! { <ImportPage/> }.into_any(),
        Route::Policies => view! { <PoliciesPage/> }.into_any(),
        Route::Policy(scope) => view! { <PolicyPage scope=scope/> }.into_any(),
        Route::Orders => view! { <OrdersPage/> }.into_any(),
        Route::Calling => view! { <CallingPage/> }.into_any(),
        Route::Mailbox => view! { <MailboxPage/> }.into_any(),
        Route::Calls => view! { <CallsPage/> }.into_any(),
        Route::System => view! { <SystemPage/> }.into_any(),
        Route::People => view! { <PeoplePage/> }.into_any(),
        Route::Account => view! { <AccountPage limited=false/> }.into_any(),
        Route::Vendors => view! { <VendorsPage/> }.into_any(),
        Route::Vendor(vendor) => view! { <VendorPage vendor=vendor/> }.into_any(),
        Route::Plans => view! { <PlansPage/> }.into_any(),
        Route::Security => view! { <SecurityPage/> }.into_any(),
        Route::Shop => view! { <ShopPage/> }.into_any(),
        Route::Unknown => view! { <Unknown/> }.into_any(),
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

/// There is no such page, or not for this person.
#[component]
fn Unknown() -> impl IntoView {
    view! {
        <main class="desk">
            <div class="empty">
                <h1>{t("page.unknown.title")}</h1>
                <p>{t("page.unknown.hint")}</p>
                <Go to=Route::Home class="btn">{t("page.unknown.back")}</Go>
            </div>
        </main>
    }
}
