//! Everything that lives in this node's memory. It knows the store and the hub, and no use case.
//!
//! - `drafts`: the drafts that are typed here, and the way to the task that keeps them

pub mod drafts;

pub use drafts::DraftDesk;
