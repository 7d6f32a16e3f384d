//! Whether a call is private or recorded, and how it changes over while it runs: the seller starts the contract
//! talk, the buyer accepts or refuses to be recorded, either side goes back. Each step consumes the mode before
//! it. Only the buyer's acceptance leads into a recording.

use crate::{
    ids::RecordingId,
    people::roles::{Action, Role},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// When calls are recorded under a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordWhen {
    Never,
    /// Private, until the seller starts the contract talk and the buyer accepts.
    ContractTalk,
    /// The buyer is asked while it rings.
    FirstSecond,
}

impl RecordWhen {
    pub const ALL: [Self; 3] = [Self::Never, Self::ContractTalk, Self::FirstSecond];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::ContractTalk => "contract_talk",
            Self::FirstSecond => "first_second",
        }
    }

    /// The rule of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// The way that a call's media take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// From browser to browser; the server has no sound or picture of it.
    Private,
    /// Through the relay, where it can be recorded.
    Relay,
}

impl Route {
    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Relay => "relay",
        }
    }

    /// The other way.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Private => Self::Relay,
            Self::Relay => Self::Private,
        }
    }
}

/// Whether a call is recorded now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum CallMode {
    Private,
    /// The buyer is asked to agree; nothing is recorded yet.
    Asked {
        since: Timestamp,
    },
    /// The buyer agreed; what is said goes into this recording.
    Recorded {
        recording: RecordingId,
        since: Timestamp,
    },
}

/// A step that the call's mode or its policy does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TalkRefused {
    /// Under its policy the call is never recorded.
    #[error("under its policy this call is never recorded")]
    Never,
    /// The policy wants the call recorded from its first second; without that there is no call.
    #[error("under its policy this call is recorded from its first second or not held")]
    OnlyRecorded,
    #[error("a call that is {mode} cannot be {action}")]
    Step {
        mode: &'static str,
        action: &'static str,
    },
}

impl CallMode {
    /// The mode that a call begins to ring in.
    pub const fn at_ring(when: RecordWhen, at: Timestamp) -> Self {
        match when {
            RecordWhen::FirstSecond => Self::Asked { since: at },
            RecordWhen::Never | RecordWhen::ContractTalk => Self::Private,
        }
    }

    /// The mode's name in storage and messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Asked { .. } => "asked",
            Self::Recorded { .. } => "recorded",
        }
    }

    /// Where the media belong in this mode.
    pub const fn route(&self) -> Route {
        match self {
            Self::Private | Self::Asked { .. } => Route::Private,
            Self::Recorded { .. } => Route::Relay,
        }
    }

    /// The recording that runs, if one does.
    pub const fn recording(&self) -> Option<RecordingId> {
        match self {
            Self::Recorded { recording, .. } => Some(*recording),
            Self::Private | Self::Asked { .. } => None,
        }
    }

    /// The seller starts the contract talk.
    pub fn ask(self, when: RecordWhen, at: Timestamp) -> Result<Self, TalkRefused> {
        match (self, when) {
            (_, RecordWhen::Never) => Err(TalkRefused::Never),
            (Self::Private, _) => Ok(Self::Asked { since: at }),
            _ => Err(self.invalid("asked for recording")),
        }
    }

    /// The seller takes the question back.
    pub fn withdraw(self) -> Result<Self, TalkRefused> {
        match self {
            Self::Asked { .. } => Ok(Self::Private),
            _ => Err(self.invalid("asked no longer")),
        }
    }

    /// The buyer agrees: recording begins with the next packet.
    pub fn accept(self, recording: RecordingId, at: Timestamp) -> Result<Self, TalkRefused> {
        match self {
            Self::Asked { .. } => Ok(Self::Recorded {
                recording,
                since: at,
            }),
            _ => Err(self.invalid("agreed to be recorded")),
        }
    }

    /// The buyer refuses; the call goes on privately.
    pub fn refuse(self) -> Result<Self, TalkRefused> {
        match self {
            Self::Asked { .. } => Ok(Self::Private),
            _ => Err(self.invalid("refused to be recorded")),
        }
    }

    /// The buyer takes the ringing call without being recorded, where the policy leaves that open.
    pub fn answer_unrecorded(self, may_go_on: bool) -> Result<Self, TalkRefused> {
        match self {
            Self::Private => Ok(Self::Private),
            Self::Asked { .. } if may_go_on => self.refuse(),
            Self::Asked { .. } => Err(TalkRefused::OnlyRecorded),
            Self::Recorded { .. } => Err(self.invalid("answered")),
        }
    }

    /// Recording ends: the contract talk is over, or the buyer takes the consent back.
    pub fn stop(self) -> Result<Self, TalkRefused> {
        match self {
            Self::Recorded { .. } => Ok(Self::Private),
            _ => Err(self.invalid("recorded no longer")),
        }
    }

    const fn invalid(&self, action: &'static str) -> TalkRefused {
        TalkRefused::Step {
            mode: self.name(),
            action,
        }
    }
}

/// What somebody does about recording while the call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TalkAction {
    Ask,
    Withdraw,
    Accept,
    Refuse,
    Stop,
}

impl TalkAction {
    pub const ALL: [Self; 5] = [
        Self::Ask,
        Self::Withdraw,
        Self::Accept,
        Self::Refuse,
        Self::Stop,
    ];

    /// What a person of this role needs to be allowed: the seller leads the talk, the buyer decides, and either
    /// ends the recording in their own right.
    pub const fn for_role(self, role: Role) -> Action {
        match (self, role) {
            (Self::Accept | Self::Refuse, _) | (Self::Stop, Role::Buyer) => Action::DecideConsent,
            (Self::Ask | Self::Withdraw, _)
            | (
                Self::Stop,
                Role::Seller
                | Role::Rep
                | Role::Compliance
                | Role::Support
                | Role::Admin
                | Role::PlatformAdmin
                | Role::PlatformSupport
                | Role::PlatformCompliance,
            ) => Action::LeadContractTalk,
        }
    }
}
