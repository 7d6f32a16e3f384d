//! Agreement to be recorded: to which wording exactly, and what was decided.

use crate::{call::notice::RecordingNotice, digest::Digest};
use serde::{Deserialize, Serialize};

/// The wording that a person was shown, so exactly that it can be produced again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// The policy, named by the country whose rules it follows: "DE".
    pub policy: String,
    pub version: u32,
    /// BCP 47 language of the wording: "en".
    pub language: String,
    /// SHA-256 of the wording's UTF-8 bytes as it was shown.
    pub wording_hash: Digest,
}

impl PolicyRef {
    /// Names a wording that was shown.
    pub fn to_wording(policy: &str, version: u32, language: &str, wording: &str) -> Self {
        Self {
            policy: policy.to_owned(),
            version,
            language: language.to_owned(),
            wording_hash: Digest::of(wording.as_bytes()),
        }
    }

    /// Names the wording that a call's notice showed.
    pub fn to_notice(notice: &RecordingNotice) -> Self {
        Self::to_wording(
            &notice.policy,
            notice.version,
            &notice.language,
            &notice.wording,
        )
    }

    /// Whether this is the wording that was shown.
    pub fn is_of(&self, wording: &str) -> bool {
        self.wording_hash == Digest::of(wording.as_bytes())
    }
}

/// What the person decided about the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentDecision {
    Accepted,
    Declined,
    /// Accepted before, taken back during the call.
    Withdrawn,
}
