//! The buyer's pages.

use crate::{
    components::{
        around::{Planned, Soon},
        bar::Bar,
        call::{CallPanel, CallRoot},
        frame::Panes,
        offer::BuyerOffer,
    },
    state::{Around, Calls, Offers, Session, Workspace},
};
use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// Everything that a buyer sees once signed in.
pub fn page() -> AnyView {
    let workspace = Workspace::new(Session::here_now());
    provide_context(workspace);
    provide_context(Calls::new(workspace));
    provide_context(Offers::new(workspace));
    provide_context(Around::new(workspace));
    workspace.start();
    view! {
        <div class="page">
            <Bar client=workspace.client/>
            <Soon/>
            <Panes side=side/>
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
        <Planned thread=thread/>
    }
    .into_any()
}
