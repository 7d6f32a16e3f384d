//! What the panes of a page and the things in them say to each other.

use leptos::prelude::*;
use orderline_domain::ids::ThreadId;

/// The heading of the open thread.
pub const TITLE_ID: &str = "thread-title";

/// The id of a thread's line in the list.
pub fn row_id(thread: ThreadId) -> String {
    format!("row-{thread}")
}

/// Which half of an open thread a narrow screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    #[default]
    Chat,
    /// Call and offer.
    Side,
}

/// The half that a narrow screen shows; whoever starts a call or shows an offer may switch it.
#[derive(Clone, Copy)]
pub struct ShownHalf(pub RwSignal<Half>);
