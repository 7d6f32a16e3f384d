//! An offer as both sides see it.

use crate::person::Person;
use jiff::Timestamp;
use orderline_domain::{
    ids::{OfferId, UserId},
    offer::{draft::Draft, revision::RevisionContent},
    people::proof::Proof,
};
use serde::{Deserialize, Serialize};

/// The offer of a thread: the live draft and the revision that was shown last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferView {
    pub offer: OfferId,
    /// Of the thread's state; an older view never replaces a newer one, but that the draft has a version of its own.
    pub version: i64,
    pub draft: Draft,
    pub editor: Option<Person>,
    pub shown: Option<RevisionView>,
    pub confirmed: Option<ConfirmedView>,
    /// Whatever is recorded, an order of what is shown binds only once the buyer has accepted it in writing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_writing: bool,
    /// The country that the buyer is known to live in, where what is shown names another: both are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_country: Option<String>,
}

/// One revision, immutable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionView {
    pub number: u32,
    /// SHA-256 over the canonical content, hexadecimal.
    pub hash: String,
    pub at: Timestamp,
    pub content: RevisionContent,
}

/// Who confirmed which revision, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedView {
    pub number: u32,
    pub hash: String,
    pub at: Timestamp,
    pub by: UserId,
    /// How they had shown who they are.
    pub proof: Proof,
}
