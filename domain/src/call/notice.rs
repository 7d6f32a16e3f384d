//! What the buyer reads before agreeing to be recorded.

use crate::{call::mode::RecordWhen, digest::Digest};

/// What is recorded under a call's policy, why, and for how long it is kept; fixed when the call begins to ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingNotice {
    /// Name of the policy, such as `DE`.
    pub policy: String,
    pub version: u32,
    /// Language of the wording (BCP 47).
    pub language: String,
    /// The wording itself, as it is hashed and kept.
    pub wording: String,
    /// Of the wording in UTF-8.
    pub wording_hash: Digest,
    pub kept_days: u32,
    /// When this policy records.
    pub when: RecordWhen,
    /// Whether a call that would be recorded from its first second may be taken without that.
    pub may_refuse: bool,
    /// The platform's legal entity that the buyer contracts with (CC3).
    pub contractual_partner: String,
}

impl RecordingNotice {
    /// Whether this is the wording that somebody says to have read.
    pub fn was_read(&self, wording_hash: &str, language: &str) -> bool {
        self.language == language && self.wording_hash.to_string() == wording_hash
    }
}
