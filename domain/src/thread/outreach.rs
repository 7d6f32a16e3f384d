//! What leaves for somebody who may not be here: what depends on whether it arrives.

use serde::{Deserialize, Serialize};

/// What a mail or text message was to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outreach {
    /// That a call rings.
    Call,
    /// That a planned call was proposed, agreed to, moved or called off.
    PlannedCall,
    /// That a planned call begins soon.
    Reminder,
    /// The way into the thread.
    JoinLink,
    /// The code by which somebody shows who they are.
    Code,
    /// That an order waits to be accepted in writing.
    Acceptance,
}

impl Outreach {
    pub const ALL: [Self; 6] = [
        Self::Call,
        Self::PlannedCall,
        Self::Reminder,
        Self::JoinLink,
        Self::Code,
        Self::Acceptance,
    ];
}
