//! What the staff's and the office's pages have in common: the bar, and which of the pages are there for somebody.

use crate::{
    account::page::AccountPage,
    components::bar::{Bar, Go},
    locale::t,
    mail::mailbox::MailboxPage,
    people::session::Session,
    route::Route,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::people::roles::{Action, Relation, allowed};

/// Begins to hear of what changes where this person's pages show it.
pub(super) fn begin() -> Workspace {
    let session = Session::here_now();
    let workspace = Workspace::new(session);
    provide_context(workspace);
    if is_there(session, &Route::Home) {
        workspace.start();
    } else if session.is_at_vendor() {
        workspace.client.start();
    }
    workspace
}

/// The bar, which leads to those of the `tabs` that are there for this person. The first of them is where they begin.
pub(super) fn bar(
    tabs: impl IntoIterator<Item = Route>,
    workspace: Workspace,
    in_call: Signal<bool>,
) -> impl IntoView {
    let session = workspace.session;
    let links: Vec<(Route, String)> = tabs
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
    view! { <Bar links=links client=workspace.client in_call=in_call/> }
}

/// The page at the address, if it is there for this person. A change of thread or filter does not draw it anew.
pub(super) fn open(session: Session) -> Memo<Route> {
    Memo::new(move |_| {
        let page = session.route().get().page();
        if is_there(session, &page) {
            page
        } else {
            Route::Unknown
        }
    })
}

/// What everybody has; else that there is no such page here.
pub(super) fn everybodys(page: &Route) -> AnyView {
    match page {
        Route::Mailbox => view! { <MailboxPage/> }.into_any(),
        Route::Account => view! { <AccountPage limited=false/> }.into_any(),
        _ => view! { <Unknown/> }.into_any(),
    }
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
