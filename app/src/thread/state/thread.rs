//! One opened thread: its people, its log, who types.

use super::log::ThreadLog;
use crate::load::Load;
use orderline_domain::ids::UserId;
use orderline_protocol::person::Person;
use reactive_stores::Store;

/// How long a person counts as typing after the last signal, in milliseconds.
pub const TYPING_MS: u64 = 5_000;

/// A thread as its page shows it. Calls stand in the list's row; offer and order are a topic of their own.
#[derive(Clone, Debug, Default, Store)]
pub struct ThreadState {
    pub load: Load,
    pub title: String,
    pub people: Vec<Person>,
    pub log: ThreadLog,
    /// Who types, and until when it counts (steady clock, milliseconds).
    pub typing: Option<(UserId, u64)>,
    /// What is being written, kept while another thread is looked at.
    pub draft: String,
    /// Older events are being fetched.
    pub loading_earlier: bool,
}
