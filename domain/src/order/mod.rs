//! Orders: on what their contract stands, and the states that the rules know. A vendor's own labels are kept
//! apart and mean nothing here.

pub mod acceptance;
pub mod contract_gate;
pub mod placed;

use crate::{
    digest::Digest,
    ids::{OfferId, OrderId, RecordingId, ThreadId, UserId, VendorId},
    money::Money,
    people::proof::Proof,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest stretch without sound in the record that needs no explanation, in milliseconds.
pub const MAX_UNEXPLAINED_GAP_MS: u32 = 200;

/// On what the contract of a phone order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContractBasis {
    /// The recorded conversation.
    Recording { recording: RecordingId },
    /// The buyer confirms in writing; until then the order waits.
    WrittenConfirmation,
}

/// What the recorder says about one voice between the start of the contract talk and the confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceReport {
    /// Sound of this voice is in the recording.
    pub present: bool,
    /// The longest stretch that is missing and that nothing explains (a muted microphone does), in milliseconds.
    pub longest_gap_ms: u32,
}

/// The recorder's account of the contract talk at the moment of confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderReport {
    /// The recording that covers the talk, if there is one.
    pub recording: Option<RecordingId>,
    /// When the contract talk began.
    pub talk_started_at: Timestamp,
    /// When the buyer confirmed.
    pub confirmed_at: Timestamp,
    /// When recording began.
    pub recorded_from: Option<Timestamp>,
    /// Everything spoken up to here is in the store.
    pub stored_up_to: Option<Timestamp>,
    pub seller: VoiceReport,
    pub buyer: VoiceReport,
}

/// Why a contract cannot stand on the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateProblem {
    NoRecording,
    /// The recording began after the contract talk.
    BeganLate,
    SellerNotHeard,
    BuyerNotHeard,
    /// More than [`MAX_UNEXPLAINED_GAP_MS`] are missing.
    Gap,
    /// The talk is not in the store up to the confirmation.
    NotStored,
}

/// Everything that keeps the contract from standing on the recording; empty when nothing does.
pub fn gate_problems(report: &RecorderReport) -> Vec<GateProblem> {
    if report.recording.is_none() {
        return vec![GateProblem::NoRecording];
    }
    let began_in_time = report
        .recorded_from
        .is_some_and(|from| from <= report.talk_started_at);
    let stored = report
        .stored_up_to
        .is_some_and(|up_to| up_to >= report.confirmed_at);
    let longest_gap = report
        .seller
        .longest_gap_ms
        .max(report.buyer.longest_gap_ms);
    [
        (!began_in_time, GateProblem::BeganLate),
        (!report.seller.present, GateProblem::SellerNotHeard),
        (!report.buyer.present, GateProblem::BuyerNotHeard),
        (longest_gap > MAX_UNEXPLAINED_GAP_MS, GateProblem::Gap),
        (!stored, GateProblem::NotStored),
    ]
    .into_iter()
    .filter_map(|(wrong, problem)| wrong.then_some(problem))
    .collect()
}

/// The finalise gate: the contract stands on the recording when the whole contract talk up to the
/// confirmation is stored with both voices and no unexplained gap; else it needs a written confirmation.
pub fn contract_basis(report: &RecorderReport) -> ContractBasis {
    match report.recording {
        Some(recording) if gate_problems(report).is_empty() => {
            ContractBasis::Recording { recording }
        }
        _ => ContractBasis::WrittenConfirmation,
    }
}

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The buyer did not confirm in writing in time.
    NotConfirmed,
    /// The buyer was asked to confirm in writing and said no.
    Refused,
}

/// Where an order stands, as far as rules are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// Waits for the buyer's written confirmation; binds nobody yet.
    AwaitingWrittenConfirmation,
    /// A contract.
    Placed,
    Cancelled {
        reason: CancelReason,
        at: Timestamp,
    },
}

impl OrderState {
    /// The state's name in storage and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingWrittenConfirmation => "awaiting_written_confirmation",
            Self::Placed => "placed",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// A step that the order's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {state} cannot be {action}")]
pub struct InvalidOrderStep {
    pub state: &'static str,
    pub action: &'static str,
}

/// What an order is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placing {
    pub id: OrderId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    /// The number that people use.
    pub number: u64,
    pub offer: OfferId,
    pub revision: u32,
    pub revision_hash: Digest,
    pub total: Money,
    pub basis: ContractBasis,
    /// How the buyer had shown who they are when they confirmed.
    pub proof: Proof,
    pub placed_at: Timestamp,
    pub placed_by: UserId,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    #[serde(flatten)]
    pub placing: Placing,
    #[serde(flatten)]
    pub state: OrderState,
}

impl Order {
    /// Places an order; what its contract stands on decides whether it waits.
    pub const fn place(placing: Placing) -> Self {
        let state = match placing.basis {
            ContractBasis::Recording { .. } => OrderState::Placed,
            ContractBasis::WrittenConfirmation => OrderState::AwaitingWrittenConfirmation,
        };
        Self { placing, state }
    }

    /// The buyer's written confirmation has come.
    pub fn confirm_in_writing(self) -> Result<Self, InvalidOrderStep> {
        match self.state {
            OrderState::AwaitingWrittenConfirmation => Ok(self.at(OrderState::Placed)),
            _ => Err(self.invalid("confirmed in writing")),
        }
    }

    /// Cancels, for want of the buyer's written confirmation: only while that is awaited.
    pub fn cancel(self, reason: CancelReason, at: Timestamp) -> Result<Self, InvalidOrderStep> {
        match self.state {
            OrderState::AwaitingWrittenConfirmation => {
                Ok(self.at(OrderState::Cancelled { reason, at }))
            }
            _ => Err(self.invalid("cancelled")),
        }
    }

    fn at(self, state: OrderState) -> Self {
        Self { state, ..self }
    }

    const fn invalid(&self, action: &'static str) -> InvalidOrderStep {
        InvalidOrderStep {
            state: self.state.name(),
            action,
        }
    }
}
