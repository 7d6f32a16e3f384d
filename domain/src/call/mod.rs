//! A call from the first ring to its end, clocked by the server. Each step consumes the state before it.

pub mod calling_rule;
mod endings;
pub mod hand_over;
pub mod leg;
pub mod mode;
pub mod notice;
mod parties;
pub mod quality;
pub mod rules;
pub mod safety;
pub mod seat;
mod times;

use crate::{
    call::{hand_over::SellerSide, mode::CallMode, notice::RecordingNotice},
    clock::ClockPair,
    ids::{CallId, NodeId, SessionId, ThreadId, VendorId},
    people::{person::Person, roles::Role},
    text::DeclineReason,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A call that nobody answers stops ringing after so many seconds.
pub const RING_SECONDS: u32 = 45;
/// An accepted call whose media never meet ends after so many seconds.
pub const CONNECT_SECONDS: u32 = 30;
/// A call whose media broke off is held for so many seconds, through a restart of the node too.
pub const RECONNECT_GRACE_SECONDS: u32 = 30;
/// A closed page is taken for hanging up after so many seconds; the page of a reload has begun sooner, on a slow phone
/// too.
pub const LEAVE_SECONDS: u32 = 12;

/// A call: where it stands, whether it is recorded, who is in it, and which node carries it.
#[derive(Clone, Debug)]
pub struct Call {
    pub call: CallId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    /// The thread's.
    pub title: String,
    pub state: CallState,
    pub mode: CallMode,
    /// Grows with every change.
    pub version: i64,
    pub caller: Person,
    pub callee: Person,
    /// Who speaks for the seller.
    pub side: SellerSide,
    /// The person who leads on that side.
    pub seller: Person,
    /// The colleague that it names: asked, come, or last refused.
    pub colleague: Option<Person>,
    pub ringing_since: Timestamp,
    pub rings_until: Timestamp,
    pub answered_by: Option<SessionId>,
    /// Who relays it, and where that node's sockets are.
    pub node: NodeId,
    pub node_url: String,
    /// Counts the nodes that took it over.
    pub epoch: u32,
    pub last_media_at: Option<Timestamp>,
    pub notice: RecordingNotice,
    /// The first packet in the recording that runs.
    pub recording_since: Option<Timestamp>,
}

/// Why something cannot be done that needs a call which was answered and goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRunning {
    #[error("the call rings")]
    Rings,
    #[error("the call is over")]
    Over,
}

/// Why a call cannot be answered any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLate {
    #[error("the call is over")]
    Over,
    #[error("the call was answered on another device")]
    AnsweredElsewhere,
}

/// Why a connected call ended, or never connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEndReason {
    HungUpBySeller,
    HungUpByBuyer,
    /// The media did not come back within [`RECONNECT_GRACE_SECONDS`].
    ConnectionLost,
    /// The node stopped for good while the call ran.
    ServerStopped,
    /// Accepted, but the media never met.
    NeverConnected,
    /// The platform has suspended or closed the vendor.
    VendorShut,
}

impl CallEndReason {
    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HungUpBySeller => "hung_up_by_seller",
            Self::HungUpByBuyer => "hung_up_by_buyer",
            Self::ConnectionLost => "connection_lost",
            Self::ServerStopped => "server_stopped",
            Self::NeverConnected => "never_connected",
            Self::VendorShut => "vendor_shut",
        }
    }

    /// What hanging up means for this side.
    pub const fn hung_up_by(side: CallSide) -> Self {
        match side {
            CallSide::Seller => Self::HungUpBySeller,
            CallSide::Buyer => Self::HungUpByBuyer,
        }
    }
}

/// The two sides of a call. The seller's side starts calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallSide {
    Seller,
    Buyer,
}

impl CallSide {
    /// Where a person of this role belongs.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Buyer => Self::Buyer,
            Role::Seller
            | Role::Rep
            | Role::Compliance
            | Role::Support
            | Role::Admin
            | Role::PlatformAdmin
            | Role::PlatformSupport
            | Role::PlatformCompliance => Self::Seller,
        }
    }
}

/// How a call that was answered ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedCall {
    pub reason: CallEndReason,
    /// When the media first met; none if they never did.
    pub started_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    /// From start to end by the monotonic clock; 0 if it never started.
    pub duration_ms: u64,
}

/// Where a call stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallState {
    Ringing {
        since: Timestamp,
    },
    Declined {
        reason: Option<DeclineReason>,
        /// When the buyer would rather be called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// The other person is in another call.
    Busy {
        at: Timestamp,
    },
    NoAnswer {
        at: Timestamp,
    },
    /// Taken back by the caller while it rang.
    Cancelled {
        at: Timestamp,
    },
    Connecting {
        accepted_at: Timestamp,
    },
    Active {
        started: ClockPair,
    },
    /// The media broke off after `last_packet`; the call is held from `since` on.
    Reconnecting {
        started: ClockPair,
        last_packet: ClockPair,
        since: ClockPair,
    },
    Ended(EndedCall),
}

/// A step that the call's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call that is {state} cannot be {action}")]
pub struct InvalidCallStep {
    pub state: &'static str,
    pub action: &'static str,
}

impl CallState {
    /// A call begins to ring.
    pub const fn ring(since: Timestamp) -> Self {
        Self::Ringing { since }
    }

    /// The state's name in storage and messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ringing { .. } => "ringing",
            Self::Declined { .. } => "declined",
            Self::Busy { .. } => "busy",
            Self::NoAnswer { .. } => "no_answer",
            Self::Cancelled { .. } => "cancelled",
            Self::Connecting { .. } => "connecting",
            Self::Active { .. } => "active",
            Self::Reconnecting { .. } => "reconnecting",
            Self::Ended(_) => "ended",
        }
    }

    /// Whether the call still holds its thread: one live call per thread.
    pub const fn is_live(&self) -> bool {
        matches!(
            self,
            Self::Ringing { .. }
                | Self::Connecting { .. }
                | Self::Active { .. }
                | Self::Reconnecting { .. }
        )
    }

    /// Whether both people are in the call, so that recording can be asked for and ended.
    pub const fn is_answered(&self) -> bool {
        matches!(
            self,
            Self::Connecting { .. } | Self::Active { .. } | Self::Reconnecting { .. }
        )
    }

    /// Refuses what can only be done while a call goes on that was answered.
    pub const fn require_answered(&self) -> Result<(), NotRunning> {
        if self.is_answered() {
            Ok(())
        } else if self.is_live() {
            Err(NotRunning::Rings)
        } else {
            Err(NotRunning::Over)
        }
    }

    /// The buyer answers.
    pub fn accept(self, at: Timestamp) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Ringing { .. } => Ok(Self::Connecting { accepted_at: at }),
            _ => Err(self.invalid("accepted")),
        }
    }

    /// The buyer declines, perhaps with a reason and a time that would suit better.
    pub fn decline(
        self,
        reason: Option<DeclineReason>,
        call_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Ringing { .. } => Ok(Self::Declined {
                reason,
                call_at,
                at,
            }),
            _ => Err(self.invalid("declined")),
        }
    }

    /// The buyer is in another call.
    pub fn busy(self, at: Timestamp) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Ringing { .. } => Ok(Self::Busy { at }),
            _ => Err(self.invalid("busy")),
        }
    }

    /// The seller takes the call back while it rings.
    pub fn cancel(self, at: Timestamp) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Ringing { .. } => Ok(Self::Cancelled { at }),
            _ => Err(self.invalid("cancelled")),
        }
    }

    /// The media of both sides have met: for the first time, or again after a break.
    pub fn connected(self, now: ClockPair) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Connecting { .. } => Ok(Self::Active { started: now }),
            Self::Reconnecting { started, .. } => Ok(Self::Active { started }),
            _ => Err(self.invalid("connected")),
        }
    }

    /// The media of a side broke off, or the node restarted; `last_packet` is the last that arrived.
    pub fn interrupted(
        self,
        last_packet: ClockPair,
        now: ClockPair,
    ) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Active { started } => Ok(Self::Reconnecting {
                started,
                last_packet,
                since: now,
            }),
            _ => Err(self.invalid("interrupted")),
        }
    }

    /// Somebody hangs up, or the node stops for good. While the call rings use [`Self::cancel`] and
    /// [`Self::decline`].
    pub fn end(self, reason: CallEndReason, now: ClockPair) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Connecting { .. } => Ok(Self::never_started(reason, now.wall)),
            Self::Active { started } => Ok(Self::ended_by(reason, started, now)),
            // Nothing was said after the last packet, whoever closes the call.
            Self::Reconnecting {
                started,
                last_packet,
                ..
            } => Ok(Self::ended_by(reason, started, last_packet)),
            _ => Err(self.invalid("ended")),
        }
    }

    /// Milliseconds from `now` until this state runs out by itself (0: it has); `None` if it does not.
    pub fn expires_in_ms(&self, now: ClockPair) -> Option<u64> {
        let (limit, passed) = match self {
            Self::Ringing { since } => (RING_SECONDS, ms_between(*since, now.wall)),
            Self::Connecting { accepted_at } => {
                (CONNECT_SECONDS, ms_between(*accepted_at, now.wall))
            }
            Self::Reconnecting { since, .. } => (RECONNECT_GRACE_SECONDS, now.ms_since(since)),
            _ => return None,
        };
        Some((u64::from(limit) * 1_000).saturating_sub(passed))
    }

    /// Ends what has run out: ringing in no answer, connecting in never connected, reconnecting at its last
    /// packet. Anything else stays as it is.
    #[must_use]
    pub fn expire(self, now: ClockPair) -> Self {
        if self.expires_in_ms(now) != Some(0) {
            return self;
        }
        match self {
            Self::Ringing { .. } => Self::NoAnswer { at: now.wall },
            Self::Connecting { .. } => Self::never_started(CallEndReason::NeverConnected, now.wall),
            Self::Reconnecting {
                started,
                last_packet,
                ..
            } => Self::ended_by(CallEndReason::ConnectionLost, started, last_packet),
            other => other,
        }
    }

    const fn never_started(reason: CallEndReason, at: Timestamp) -> Self {
        Self::Ended(EndedCall {
            reason,
            started_at: None,
            ended_at: at,
            duration_ms: 0,
        })
    }

    fn ended_by(reason: CallEndReason, started: ClockPair, end: ClockPair) -> Self {
        Self::Ended(EndedCall {
            reason,
            started_at: Some(started.wall),
            ended_at: end.wall_from(&started),
            duration_ms: end.ms_since(&started),
        })
    }

    const fn invalid(&self, action: &'static str) -> InvalidCallStep {
        InvalidCallStep {
            state: self.name(),
            action,
        }
    }
}

fn ms_between(earlier: Timestamp, later: Timestamp) -> u64 {
    let passed: SignedDuration = later.duration_since(earlier);
    u64::try_from(passed.as_millis()).unwrap_or(0)
}
