//! Whether an installation is as it must be, part by part: what is looked at, what can be found, and how bad it is. Who
//! looks is the server; each client words what was found in its own language.

pub mod bounds;
mod database;
mod finding;
mod network;
mod steps;

pub use database::{DatabaseFacts, Denied, MigrationFacts, RoleFacts};
pub use finding::{Finding, Symptom, Verdict};
pub use network::{Arrived, MediaFacts};
pub use steps::{PlatformFacts, PlatformStep, ShopFacts, ShopStep};

use serde::{Deserialize, Serialize};

/// What is looked at, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Database,
    /// The object storage.
    Storage,
    /// Our clock beside the storage's.
    Clock,
    Mail,
    /// Text messages.
    Sms,
    Turn,
    /// The ports of recorded calls.
    Media,
    /// How browsers reach the server, through which proxies.
    PublicUrl,
    Disk,
    /// The master key.
    Keys,
}

impl Part {
    pub const ALL: [Self; 10] = [
        Self::Database,
        Self::Storage,
        Self::Clock,
        Self::Mail,
        Self::Sms,
        Self::Turn,
        Self::Media,
        Self::PublicUrl,
        Self::Disk,
        Self::Keys,
    ];

    /// The name used in JSON and in texts' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Storage => "storage",
            Self::Clock => "clock",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Turn => "turn",
            Self::Media => "media",
            Self::PublicUrl => "public_url",
            Self::Disk => "disk",
            Self::Keys => "keys",
        }
    }
}
