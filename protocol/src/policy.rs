//! What holds for calls with buyers of each country.

use crate::person::Person;
use jiff::Timestamp;
use orderline_domain::policy::{PolicyRules, PolicyScope, Wording};
use serde::{Deserialize, Serialize};

/// `GET /api/threads/{thread}/policy`: what holds for the buyer of this thread, for both of its people and for those
/// who review it. Also an entry of the lists below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    pub scope: PolicyScope,
    pub version: u32,
    pub rules: PolicyRules,
    /// In the order of their languages.
    pub wordings: Vec<WordingView>,
    /// Who made this version, and when; none for a built-in policy.
    pub changed: Option<PolicyChange>,
}

/// A wording with the hash that consent names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingView {
    pub wording: Wording,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    pub hash: String,
}

/// See [`PolicyView::changed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    pub at: Timestamp,
    pub by: Person,
}

/// `GET /api/policies` (staff): what holds now, one entry a country that has a policy of its own, the one for
/// everywhere else last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyList {
    pub policies: Vec<PolicyView>,
}

/// `GET /api/policies/{scope}` (staff): every version, newest first; the built-in one last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyHistory {
    pub versions: Vec<PolicyView>,
}

impl From<Wording> for WordingView {
    fn from(wording: Wording) -> Self {
        Self {
            hash: wording.hash().to_string(),
            wording,
        }
    }
}
