//! Text messages: a link or a code on its way to a telephone.

use crate::ids::JoinLinkId;
use jiff::Timestamp;
use std::fmt;

/// A text message that waits to be handed over. What it says and to whom never shows in a log.
pub struct QueuedTextMessage {
    pub link: JoinLinkId,
    /// Whether the link itself is in it; else a code.
    pub is_link: bool,
    pub number: String,
    pub text: String,
    /// Of no use after this.
    pub useful_until: Timestamp,
}

impl fmt::Debug for QueuedTextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedTextMessage")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}
