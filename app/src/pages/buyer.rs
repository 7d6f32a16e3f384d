//! The buyer's pages.

use super::frame::Panes;
use crate::{
    account::{
        email_link::{self, EmailLinkPage},
        link::{self, AccountLinkPage},
        page::AccountPage,
    },
    ask::{self, page::AskPage},
    call::{panel::CallPanel, root::CallRoot, state::Calls},
    components::bar::Bar,
    follow_up::{planned::Planned, soon::Soon, state::FollowUps},
    locale::t,
    mail::mailbox::MailboxPage,
    offer::{buyer_card::BuyerOffer, state::Offers},
    people::{
        join::{self, JoinPage},
        session::Session,
    },
    policy::card::PolicyCard,
    route::Route,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// What a link opens that was sent to a buyer.
pub fn door(path: &str) -> Option<AnyView> {
    match path {
        join::PATH => Some(view! { <JoinPage/> }.into_any()),
        link::PATH => Some(view! { <AccountLinkPage/> }.into_any()),
        email_link::PATH => Some(view! { <EmailLinkPage/> }.into_any()),
        _ => ask::page::at(path).map(|page| view! { <AskPage page=page/> }.into_any()),
    }
}

/// Everything that a buyer sees once signed in.
pub fn page() -> AnyView {
    let workspace = Workspace::new(Session::here_now());
    provide_context(workspace);
    provide_context(Calls::new(&workspace));
    provide_context(Offers::new(&workspace));
    provide_context(FollowUps::new(&workspace));
    workspace.start();
    let session = workspace.session;
    // A shop that really sends its mail has no mailbox to show.
    let links = if session.has_mailbox() {
        vec![
            (Route::Home, t("threads.title")),
            (Route::Mailbox, t("mailbox.title")),
        ]
    } else {
        Vec::new()
    };
    let page = Memo::new(move |_| session.route().get().page());
    view! {
        <div class="page">
            <Bar links=links client=workspace.client in_call=Calls::here().runs_here()/>
            <Soon/>
            {move || {
                match page.get() {
                    Route::Mailbox if session.has_mailbox() => view! { <MailboxPage/> }.into_any(),
                    Route::Account => view! { <AccountPage limited=session.is_limited()/> }.into_any(),
                    _ => view! { <Panes side=side/> }.into_any(),
                }
            }}
            <CallRoot/>
        </div>
    }
    .into_any()
}

/// Call and offer of a thread.
fn side(thread: ThreadId) -> AnyView {
    view! {
        <CallPanel thread=thread/>
        <BuyerOffer thread=thread/>
        <PolicyCard thread=thread/>
        <Planned thread=thread/>
    }
    .into_any()
}
