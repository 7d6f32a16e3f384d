//! The life of a phone offer: shown as a numbered revision, confirmed by its exact hash, finalised once.

pub mod draft;
pub mod editing;
pub mod plan;
pub mod revision;
pub mod schedule;
pub mod terms;

use crate::{
    digest::{Digest, NotCanonical},
    ids::{OfferId, OrderId, UserId},
    people::proof::Proof,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use draft::{Draft, Preview};
pub use revision::{PaymentMethod, Revision, RevisionContent};

/// Most revisions of one offer.
pub const MAX_REVISIONS: u32 = 1_000;

/// Where an offer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OfferState {
    /// Nothing has been shown for confirmation yet.
    Drafting,
    /// The latest revision waits for the buyer.
    Shown { revision: Box<Revision> },
    /// The buyer confirmed the latest revision.
    Confirmed {
        revision: Box<Revision>,
        #[serde(flatten)]
        confirmation: Confirmation,
    },
    /// The order exists.
    Finalised {
        revision: Box<Revision>,
        order: OrderId,
        at: Timestamp,
    },
}

/// That somebody confirmed: when, who, and how they had shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub at: Timestamp,
    pub by: UserId,
    pub proof: Proof,
}

impl OfferState {
    /// The state's name in storage and messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::Shown { .. } => "shown",
            Self::Confirmed { .. } => "confirmed",
            Self::Finalised { .. } => "finalised",
        }
    }
}

/// Why an offer cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    #[error("an offer that is {state} cannot be {action}")]
    InvalidTransition {
        state: &'static str,
        action: &'static str,
    },
    /// The buyer confirmed something other than what is shown now.
    #[error("revision {latest} is the one to confirm, not the one that was confirmed")]
    StaleRevision { latest: u32 },
    #[error("an offer has at most 1,000 revisions")]
    TooManyRevisions,
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
}

/// A phone offer apart from its draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub id: OfferId,
    /// Number of the latest revision; 0 before the first.
    pub revisions: u32,
    #[serde(flatten)]
    pub state: OfferState,
}

impl Offer {
    /// A new offer with nothing shown.
    pub const fn new(id: OfferId) -> Self {
        Self {
            id,
            revisions: 0,
            state: OfferState::Drafting,
        }
    }

    /// The revision that is shown, confirmed or finalised.
    pub fn revision(&self) -> Option<&Revision> {
        match &self.state {
            OfferState::Shown { revision }
            | OfferState::Confirmed { revision, .. }
            | OfferState::Finalised { revision, .. } => Some(revision),
            OfferState::Drafting => None,
        }
    }

    /// Shows a content for confirmation as the next revision. An earlier confirmation no longer counts.
    pub fn show(
        self,
        content: RevisionContent,
        at: Timestamp,
        by: UserId,
    ) -> Result<Self, OfferError> {
        if matches!(self.state, OfferState::Finalised { .. }) {
            return Err(self.invalid("shown"));
        }
        if self.revisions >= MAX_REVISIONS {
            return Err(OfferError::TooManyRevisions);
        }
        let revisions = self.revisions + 1;
        let revision = Box::new(Revision::make(revisions, content, at, by)?);
        Ok(Self {
            id: self.id,
            revisions,
            state: OfferState::Shown { revision },
        })
    }

    /// The buyer confirms the revision with this hash: the latest one shown, and only that.
    pub fn confirm(self, hash: Digest, confirmation: Confirmation) -> Result<Self, OfferError> {
        match self.state {
            OfferState::Shown { revision } if revision.hash() == hash => Ok(Self {
                id: self.id,
                revisions: self.revisions,
                state: OfferState::Confirmed {
                    revision,
                    confirmation,
                },
            }),
            OfferState::Shown { .. } => Err(OfferError::StaleRevision {
                latest: self.revisions,
            }),
            _ => Err(self.invalid("confirmed")),
        }
    }

    /// The seller makes the order from the confirmed revision; `hash` is the one the seller's page shows.
    pub fn finalise(self, hash: Digest, order: OrderId, at: Timestamp) -> Result<Self, OfferError> {
        match self.state {
            OfferState::Confirmed { revision, .. } if revision.hash() == hash => Ok(Self {
                id: self.id,
                revisions: self.revisions,
                state: OfferState::Finalised {
                    revision,
                    order,
                    at,
                },
            }),
            OfferState::Confirmed { .. } => Err(OfferError::StaleRevision {
                latest: self.revisions,
            }),
            _ => Err(self.invalid("finalised")),
        }
    }

    const fn invalid(&self, action: &'static str) -> OfferError {
        OfferError::InvalidTransition {
            state: self.state.name(),
            action,
        }
    }
}
