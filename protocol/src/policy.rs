//! What holds for calls with buyers of each country, and the page on which a buyer accepts an order in writing.

use crate::{person::Person, view::OrderView};
use jiff::Timestamp;
use orderline_domain::{
    offer::revision::RevisionContent,
    order::acceptance::Words,
    policy::{PolicyRules, PolicyScope, Wording},
};
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

/// `GET /api/orders/{order}/acceptance`: what the buyer accepts in writing, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcceptancePage {
    pub order: OrderView,
    pub content: RevisionContent,
    /// SHA-256 of the content, hexadecimal; accepting names it.
    pub hash: String,
    /// The policy that asks for it, such as `FR`, its version, and where that follows from.
    pub policy: String,
    pub policy_version: u32,
    pub source: String,
    /// One a language, the one that suits the reader first; after acceptance only what was accepted.
    pub words: Vec<WordsView>,
}

/// Words with the hash that accepting names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsView {
    pub words: Words,
    /// SHA-256 of the text, a newline and the button's label in UTF-8, hexadecimal.
    pub hash: String,
}

impl From<Words> for WordsView {
    fn from(words: Words) -> Self {
        Self {
            hash: words.hash().to_string(),
            words,
        }
    }
}

impl From<Wording> for WordingView {
    fn from(wording: Wording) -> Self {
        Self {
            hash: wording.hash().to_string(),
            wording,
        }
    }
}
