//! What the pages show, as stores: one a feature. Logic that needs no browser stands in plain structs beside them.

pub mod around;
pub mod call;
mod fetched;
pub mod hand_over;
pub mod offer;
pub mod session;
pub mod talk;
pub mod thread_log;
pub mod thread_state;
pub mod threads;
pub mod workspace;

pub use around::Around;
pub use call::Calls;
pub use fetched::fetched;
pub use hand_over::HandOvers;
pub use offer::Offers;
pub use session::Session;
pub use talk::TalkNews;
pub use workspace::Workspace;

use crate::api::Failure;

/// How far something that is fetched has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Load {
    #[default]
    Loading,
    Ready,
    Failed(Failure),
}
