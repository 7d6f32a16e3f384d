//! How the installation is: what a call needs, and later what its jobs did.

use serde::{Deserialize, Serialize};

/// What `GET /readyz` answers; with status 503 when `ready` is false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// Whether a call could be made here now.
    pub ready: bool,
    pub parts: Vec<PartView>,
}

/// One thing that the server depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    pub part: Part,
    pub ok: bool,
    /// Without it no call can be made.
    pub needed: bool,
    /// What is wrong, or that nothing is.
    pub words: String,
}

/// The things that the server depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Database,
    /// The object storage.
    Bucket,
    /// Room for recordings that wait to be stored.
    Spool,
    /// What passes a recorded call's packets on.
    Relay,
    Turn,
    /// The tasks of this process.
    Tasks,
    /// The process itself, which takes no new calls while it stops.
    Process,
}

impl Part {
    pub const ALL: [Self; 7] = [
        Self::Database,
        Self::Bucket,
        Self::Spool,
        Self::Relay,
        Self::Turn,
        Self::Tasks,
        Self::Process,
    ];
}
