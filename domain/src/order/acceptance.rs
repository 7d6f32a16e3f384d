//! The buyer's written acceptance of a phone order: asked for when the order is made, open for a fortnight, and only
//! then a contract (Directive 2011/83/EU Art. 8(2) and (6)).

use crate::{
    digest::Digest,
    order::{CancelReason, InvalidOrderStep, Order},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Days that a buyer has to accept in writing.
pub const ACCEPT_DAYS: i64 = 14;

/// The question put to the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub asked_at: Timestamp,
    pub due_at: Timestamp,
}

/// How long an order waits for the buyer's acceptance, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub due_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    /// When the mail that asks for it was given up.
    pub undelivered_at: Option<Timestamp>,
}

impl From<Asked> for Awaited {
    fn from(asked: Asked) -> Self {
        Self {
            due_at: asked.due_at,
            accepted_at: None,
            undelivered_at: None,
        }
    }
}

/// Why an order was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    #[error("the time to accept in writing is over")]
    Lapsed,
    #[error("the time to accept in writing is not over yet")]
    NotLapsed,
    #[error(transparent)]
    Step(#[from] InvalidOrderStep),
}

impl Asked {
    /// Asks now.
    pub fn at(now: Timestamp) -> Self {
        Self {
            asked_at: now,
            due_at: now
                .saturating_add(SignedDuration::from_hours(24 * ACCEPT_DAYS))
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Whether the time is over; the last moment still counts.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now > self.due_at
    }

    /// The buyer accepts in writing: there is a contract. Not once the time is over, whether or not somebody has
    /// noticed by then.
    pub fn accept(&self, order: Order, now: Timestamp) -> Result<Order, NotAccepted> {
        let order = order.confirm_in_writing()?;
        if self.is_over(now) {
            return Err(NotAccepted::Lapsed);
        }
        Ok(order)
    }

    /// The buyer says no: the order ends without having bound anybody.
    pub fn refuse(&self, order: Order, now: Timestamp) -> Result<Order, NotAccepted> {
        Ok(order.cancel(CancelReason::Refused, now)?)
    }

    /// The time ran out.
    pub fn lapse(&self, order: Order, now: Timestamp) -> Result<Order, NotAccepted> {
        if !self.is_over(now) {
            return Err(NotAccepted::NotLapsed);
        }
        Ok(order.cancel(CancelReason::NotConfirmed, now)?)
    }
}

/// What the buyer reads and presses, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// BCP 47.
    pub language: String,
    pub text: String,
    /// The button's label: it says by itself that ordering means paying.
    pub button: String,
}

impl Words {
    /// SHA-256 of the text, a newline and the label, in UTF-8.
    pub fn hash(&self) -> Digest {
        Digest::of(format!("{}\n{}", self.text, self.button).as_bytes())
    }
}
