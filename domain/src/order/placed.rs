//! An order with what the buyer agreed to.

use crate::{
    offer::revision::RevisionContent,
    order::{Order, acceptance::Awaited},
};

/// An order as it stands, with what it is about.
#[derive(Clone, Debug)]
pub struct PlacedOrder {
    pub order: Order,
    /// What the buyer confirmed.
    pub content: RevisionContent,
    /// Of an order that the buyer has to accept in writing.
    pub acceptance: Option<Awaited>,
    /// Of its thread's state.
    pub version: i64,
}
