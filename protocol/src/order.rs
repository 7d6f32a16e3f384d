//! Orders, and the page on which a buyer accepts one in writing.

use jiff::Timestamp;
use orderline_domain::{
    ids::{OrderId, PlanId, ProductId, ThreadId},
    money::Money,
    offer::{revision::RevisionContent, schedule::Schedule},
    order::{
        ContractBasis, OrderState,
        acceptance::{Awaited, Words},
        placed::PlacedOrder,
    },
    people::proof::Proof,
};
use serde::{Deserialize, Serialize};

/// Until when an order waits for the buyer's written acceptance, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceView {
    pub due_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    /// When the mail that asks for it was given up: the buyer has to be reached in another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered_at: Option<Timestamp>,
}

impl From<Awaited> for AcceptanceView {
    fn from(awaited: Awaited) -> Self {
        Self {
            due_at: awaited.due_at,
            accepted_at: awaited.accepted_at,
            undelivered_at: awaited.undelivered_at,
        }
    }
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderView {
    pub order: OrderId,
    /// Of the thread's state; an older view never replaces a newer one.
    pub version: i64,
    pub number: String,
    pub thread: ThreadId,
    pub state: OrderState,
    pub basis: ContractBasis,
    pub product: ProductId,
    pub plan: PlanId,
    pub product_name: String,
    /// How the buyer had shown who they are when they confirmed.
    pub proof: Proof,
    pub placed_at: Timestamp,
    pub total: Money,
    pub schedule: Schedule,
    /// Of an order that the buyer has to accept in writing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<AcceptanceView>,
}

impl From<PlacedOrder> for OrderView {
    fn from(placed: PlacedOrder) -> Self {
        let PlacedOrder { order, content, .. } = placed;
        let placing = order.placing;
        Self {
            order: placing.id,
            version: placed.version,
            number: placing.number.to_string(),
            thread: placing.thread,
            state: order.state,
            basis: placing.basis,
            product: content.product,
            plan: content.plan,
            product_name: content.product_name,
            proof: placing.proof,
            placed_at: placing.placed_at,
            total: placing.total,
            schedule: content.schedule,
            acceptance: placed.acceptance.map(Into::into),
        }
    }
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
