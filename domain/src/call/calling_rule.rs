//! For which threads calls are wanted: one kind of rule, of a vendor and of each of its sellers (CU3).

use crate::{
    field::{FieldError, code},
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};

/// The field of the value that calls begin at.
const LEAST: &str = "rule.least";

/// For which threads a vendor's sellers, or one of them, take and make calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "calls", rename_all = "snake_case")]
pub enum CallingRule {
    #[default]
    On,
    /// Buyers do not see that there are calls.
    Off,
    /// Only before an order, or only once there is one.
    Stages { question: bool, order: bool },
    /// Only where a seller has switched them on.
    Chosen,
    /// Only where the buyer has paid for them.
    Paid,
    /// Only where the orders come to so much.
    FromValue { least: Money },
}

/// How a thread stands, as far as these rules go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
pub struct ThreadCalling {
    pub closed: bool,
    /// There is an order: the thread is no longer a question.
    pub has_order: bool,
    /// A seller switched calls on for it.
    pub chosen: bool,
    /// The buyer has paid for calls.
    pub paid: bool,
    /// What its orders come to, each by itself, without those that were cancelled.
    pub orders: Vec<Money>,
}

impl CallingRule {
    /// What is switched by hand in each thread: that the buyer has paid (`true`), or that a seller chose it (`false`).
    pub const fn paid_switch(self) -> Option<bool> {
        match self {
            Self::Chosen => Some(false),
            Self::Paid => Some(true),
            Self::On | Self::Off | Self::Stages { .. } | Self::FromValue { .. } => None,
        }
    }

    /// The value that calls begin at.
    pub const fn least(self) -> Option<Money> {
        match self {
            Self::FromValue { least } => Some(least),
            Self::On | Self::Off | Self::Stages { .. } | Self::Chosen | Self::Paid => None,
        }
    }
}

/// A rule as somebody typed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "calls", rename_all = "snake_case")]
pub enum ProposedRule {
    On,
    Off,
    Stages { question: bool, order: bool },
    Chosen,
    Paid,
    FromValue { least: String },
}

impl ProposedRule {
    /// The rule of a vendor that counts in this currency, or of one of its sellers.
    pub fn checked(&self, currency: Currency) -> Result<CallingRule, FieldError> {
        Ok(match self {
            Self::On => CallingRule::On,
            Self::Off => CallingRule::Off,
            Self::Stages { question, order } => CallingRule::Stages {
                question: *question,
                order: *order,
            },
            Self::Chosen => CallingRule::Chosen,
            Self::Paid => CallingRule::Paid,
            Self::FromValue { least } if least.trim().is_empty() => {
                return Err(FieldError::new(LEAST, code::REQUIRED));
            }
            Self::FromValue { least } => {
                let least = Money::parse(least, currency).map_err(|bad| bad.at(LEAST))?;
                if !least.is_positive() {
                    return Err(FieldError::new(LEAST, code::NOT_POSITIVE));
                }
                CallingRule::FromValue { least }
            }
        })
    }
}

impl From<CallingRule> for ProposedRule {
    fn from(rule: CallingRule) -> Self {
        match rule {
            CallingRule::On => Self::On,
            CallingRule::Off => Self::Off,
            CallingRule::Stages { question, order } => Self::Stages { question, order },
            CallingRule::Chosen => Self::Chosen,
            CallingRule::Paid => Self::Paid,
            CallingRule::FromValue { least } => Self::FromValue {
                least: least.amount().to_string(),
            },
        }
    }
}
