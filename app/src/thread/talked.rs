//! How long people talked in a thread's calls, for the vendor's own people (CU3).

use super::state::workspace::Workspace;
use crate::locale::{format, t_with};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId,
    people::roles::{Entry, Role},
};

/// In words; nothing for a buyer, and where nobody talked.
pub fn talked(thread: ThreadId) -> Signal<Option<String>> {
    let workspace = Workspace::here();
    let row = workspace.row_signal(thread);
    let is_shown = Role::entry(workspace.session.role()) == Entry::Staff;
    Signal::derive(move || {
        let ms = row.with(|row| row.as_ref().map_or(0, |row| row.calling.talked_ms));
        let duration = format::duration(i64::try_from(ms).unwrap_or(i64::MAX));
        (is_shown && ms > 0).then(|| t_with("calls.talked", &[("duration", &duration)]))
    })
}
