//! Everything that lives in this node's memory. It knows the store and the hub, and no use case.
//!
//! - `appends`: the one way by which chat messages enter threads
//! - `drafts`: the drafts that are typed here, and the way to the task that keeps them

pub mod appends;
pub mod drafts;

pub use appends::Appends;
pub use drafts::DraftDesk;
