//! A revision: an offer frozen for confirmation. Its hash names its content exactly.

use crate::{
    catalogue::product::Contracting,
    customer::buyer::BuyerData,
    digest::{Digest, NotCanonical, canonical},
    ids::{PlanId, ProductId, UserId},
    money::Money,
    offer::{plan::PlanKind, schedule::Schedule, terms::PaymentTerms},
    percent::Percent,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How the buyer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    Invoice,
    SepaDebit,
    /// A link to the payment page; the seller never sees card data.
    CardLink,
    BankTransfer,
}

impl PaymentMethod {
    pub const ALL: [Self; 4] = [
        Self::Invoice,
        Self::SepaDebit,
        Self::CardLink,
        Self::BankTransfer,
    ];

    /// The name used in JSON, in storage and in texts' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::SepaDebit => "sepa_debit",
            Self::CardLink => "card_link",
            Self::BankTransfer => "bank_transfer",
        }
    }

    /// The method of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether this method goes with this kind of plan: an invoice only with one-time and instalments.
    pub const fn allowed(self, kind: PlanKind) -> bool {
        !matches!((self, kind), (Self::Invoice, PlanKind::Subscription))
    }
}

/// Everything that the buyer agrees to. Only [`crate::offer::draft::Draft::computed`] makes one; it carries its own
/// copy of names and wording, so that no later change of the catalogue reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionContent {
    pub product: ProductId,
    pub product_name: String,
    pub contracting: Contracting,
    pub plan: PlanId,
    pub plan_label: String,
    pub terms: PaymentTerms,
    pub schedule: Schedule,
    pub vat_rate: Percent,
    /// The tax inside the schedule's total.
    pub vat: Money,
    pub method: PaymentMethod,
    pub buyer: BuyerData,
}

impl RevisionContent {
    /// SHA-256 of the content's canonical JSON.
    pub fn hash(&self) -> Result<Digest, NotCanonical> {
        Ok(Digest::of(&canonical(self)?))
    }
}

/// A content that is not the one its hash names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revision's content does not match its hash")]
pub struct HashMismatch;

/// One numbered revision of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Revision(Raw);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Raw {
    number: u32,
    hash: Digest,
    made_at: Timestamp,
    made_by: UserId,
    content: RevisionContent,
}

impl Revision {
    /// Freezes a content as number `number` (from 1) of its offer.
    pub fn make(
        number: u32,
        content: RevisionContent,
        made_at: Timestamp,
        made_by: UserId,
    ) -> Result<Self, NotCanonical> {
        Ok(Self(Raw {
            number,
            hash: content.hash()?,
            made_at,
            made_by,
            content,
        }))
    }

    /// From 1, counted within the offer.
    pub const fn number(&self) -> u32 {
        self.0.number
    }

    /// SHA-256 of the content's canonical JSON.
    pub const fn hash(&self) -> Digest {
        self.0.hash
    }

    pub const fn made_at(&self) -> Timestamp {
        self.0.made_at
    }

    pub const fn made_by(&self) -> UserId {
        self.0.made_by
    }

    pub const fn content(&self) -> &RevisionContent {
        &self.0.content
    }
}

impl TryFrom<Raw> for Revision {
    type Error = HashMismatch;

    fn try_from(raw: Raw) -> Result<Self, HashMismatch> {
        if raw.content.hash().map_err(|_| HashMismatch)? == raw.hash {
            Ok(Self(raw))
        } else {
            Err(HashMismatch)
        }
    }
}

impl From<Revision> for Raw {
    fn from(revision: Revision) -> Self {
        revision.0
    }
}
