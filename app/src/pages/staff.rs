//! The staff's pages, by role.

use super::frame::Panes;
use crate::{
    call::{panel::CallPanel, root::CallRoot, state::Calls},
    catalogue::products::ProductsPage,
    components::bar::{Bar, Go},
    follow_up::{
        outcome::Outcomes, planned::Planned, soon::Soon, state::FollowUps, to_come::CallsPage,
    },
    locale::t,
    mail::mailbox::MailboxPage,
    offer::{seller_form::SellerOffer, state::Offers},
    order::list::OrdersPage,
    people::{invite::Invite, session::Session},
    policy::{calling::CallingPage, card::PolicyCard, list::PoliciesPage, page::PolicyPage},
    recording::{page::RecordingPage, search::RecordingsPage},
    route::Route,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId,
    people::roles::{Action, Relation, Role, allowed},
    policy::PolicyScope,
};

/// Everything that a member of the staff sees once signed in.
pub fn page() -> AnyView {
    let session = Session::here_now();
    // Links and pages follow the rules of the domain; what is not allowed is not shown.
    let may = move |action| {
        allowed(session.role(), action, Relation::Foreign)
            || allowed(session.role(), action, Relation::Own)
    };
    let reads_threads = may(Action::ReadThread);
    let searches = may(Action::SearchRecordings);
    let workspace = Workspace::new(session);
    provide_context(workspace);
    let sells = session.role() == Role::Seller;
    if sells {
        provide_context(Calls::new(workspace));
        provide_context(Offers::new(workspace));
        provide_context(FollowUps::new(workspace));
    }
    if reads_threads {
        workspace.start();
    } else {
        workspace.client.start();
    }
    let mut links = Vec::new();
    if searches {
        links.push((
            Route::Recordings {
                query: String::new(),
            },
            t("recordings.title"),
        ));
    }
    if reads_threads {
        links.push((Route::Home, t("threads.title")));
    }
    if sells {
        links.push((Route::Calls, t("calls.title")));
    }
    if may(Action::ReadOrder) {
        links.push((Route::Orders, t("orders.title")));
    }
    if may(Action::ReadCatalogue) {
        links.push((Route::Products, t("products.title")));
    }
    if may(Action::ReadPolicies) {
        links.push((Route::Policies, t("policies.title")));
    }
    if may(Action::EditCallingRules) {
        links.push((Route::Calling, t("calling.tab")));
    }
    if session.has_mailbox() {
        links.push((Route::Mailbox, t("mailbox.title")));
    }
    let first = links
        .first()
        .map_or(Route::Home, |(route, _)| route.clone());
    // The address alone decides; the bare address of those who work elsewhere leads there, once.
    if session.route().get_untracked() == Route::Home && first != Route::Home {
        session.rename(first);
    }
    // What kind of page it is; a change of thread or filter does not draw it anew.
    let kind = Memo::new(move |_| match session.route().get() {
        Route::Home | Route::Thread(_) if reads_threads => Kind::Threads,
        Route::Recordings { .. } if searches => Kind::Recordings,
        Route::Recording(id) if searches => Kind::Recording(id),
        Route::Orders if may(Action::ReadOrder) => Kind::Orders,
        Route::Products if may(Action::ReadCatalogue) => Kind::Products,
        Route::Policies if may(Action::ReadPolicies) => Kind::Policies,
        Route::Policy(scope) if may(Action::ReadPolicies) => Kind::Policy(scope),
        Route::Calling if may(Action::EditCallingRules) => Kind::Calling,
        Route::Mailbox if session.has_mailbox() => Kind::Mailbox,
        Route::Calls if sells => Kind::Calls,
        _ => Kind::Unknown,
    });
    view! {
        <div class="page">
            <Bar links=links client=workspace.client/>
            {sells.then(|| view! { <Soon/> })}
            {move || match kind.get() {
                Kind::Threads if sells => view! { <Panes side=side/> }.into_any(),
                Kind::Threads => view! { <Panes/> }.into_any(),
                Kind::Recordings => view! { <RecordingsPage/> }.into_any(),
                Kind::Recording(id) => view! { <RecordingPage recording=id/> }.into_any(),
                Kind::Products => view! { <ProductsPage/> }.into_any(),
                Kind::Policies => view! { <PoliciesPage/> }.into_any(),
                Kind::Policy(scope) => view! { <PolicyPage scope=scope/> }.into_any(),
                Kind::Orders => view! { <OrdersPage/> }.into_any(),
                Kind::Calling => view! { <CallingPage/> }.into_any(),
                Kind::Mailbox => view! { <MailboxPage/> }.into_any(),
                Kind::Calls => view! { <CallsPage/> }.into_any(),
                Kind::Unknown => view! { <Unknown/> }.into_any(),
            }}
            {sells.then(|| view! { <CallRoot/> })}
        </div>
    }
    .into_any()
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Threads,
    Recordings,
    Recording(orderline_domain::ids::RecordingId),
    Orders,
    Products,
    Policies,
    Policy(PolicyScope),
    Calling,
    Mailbox,
    Calls,
    Unknown,
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
