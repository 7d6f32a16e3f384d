//! Why a seller will not call (CU3): one of the reasons that stand ready, own words, or both.

use crate::{
    field::{FieldError, code},
    text::{self, DeclineReason},
};
use serde::{Deserialize, Serialize};

/// A reason that stands ready: the buyer reads it in their own language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadyReason {
    NoTime,
    NotPartOfOrder,
}

impl ReadyReason {
    pub const ALL: [Self; 2] = [Self::NoTime, Self::NotPartOfOrder];

    /// The name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoTime => "no_time",
            Self::NotPartOfOrder => "not_part_of_order",
        }
    }

    /// The reason of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What the buyer is told; one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<ReadyReason>,
    /// The seller's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeclineReason>,
}

impl Refusal {
    /// A refusal as a seller wrote it: without a ready-made reason it needs words, which stand in `field`.
    pub fn new(
        field: &'static str,
        because: Option<ReadyReason>,
        words: Option<&str>,
    ) -> Result<Self, FieldError> {
        let reason = text::optional(field, words, DeclineReason::new)?;
        if because.is_none() && reason.is_none() {
            return Err(FieldError::new(field, code::REQUIRED));
        }
        Ok(Self { because, reason })
    }
}
