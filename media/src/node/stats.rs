//! What a node counts.

use crate::engine::FeedbackStats;

/// Totals since the node started, except `calls` and `legs`, which are those of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeStats {
    pub calls: u64,
    pub legs: u64,
    pub datagrams_in: u64,
    pub bytes_in: u64,
    pub datagrams_out: u64,
    pub bytes_out: u64,
    /// Media packets sent on to a viewer.
    pub forwarded: u64,
    /// Media packets that had come before.
    pub duplicates: u64,
    /// Key frames asked for.
    pub keyframe_requests: u64,
    /// NACKs and retransmissions of all connections.
    pub feedback: FeedbackStats,
    /// Datagrams from nobody we know.
    pub dropped_unknown: u64,
    /// Datagrams that are longer than any of ours, or empty.
    pub dropped_size: u64,
    /// Datagrams that the socket did not take.
    pub send_failed: u64,
    /// Events that nobody fetched in time.
    pub events_lost: u64,
}
