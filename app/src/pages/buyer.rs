//! The buyer's pages.

use crate::{
    components::{bar::Bar, frame::Panes},
    state::{Session, Workspace},
};
use leptos::prelude::*;

/// Everything that a buyer sees once signed in.
pub fn page() -> AnyView {
    let workspace = Workspace::new(Session::here_now());
    provide_context(workspace);
    workspace.start();
    view! {
        <div class="page">
            <Bar client=workspace.client/>
            <Panes/>
        </div>
    }
    .into_any()
}
