//! Recordings: what of one can no longer be heard or seen, and why.

use serde::{Deserialize, Serialize};

/// Why a part of a recording that was captured cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// It was lost before it was stored.
    Lost,
    /// The store has it no more.
    Missing,
    /// Its bytes are not those that were recorded.
    Changed,
    /// Its bytes are those that were recorded, and cannot be opened.
    Unreadable,
}

impl Damage {
    pub const ALL: [Self; 4] = [Self::Lost, Self::Missing, Self::Changed, Self::Unreadable];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Unreadable => "unreadable",
        }
    }

    /// The damage of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether another look at the store may find the part whole.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Missing | Self::Changed)
    }
}
