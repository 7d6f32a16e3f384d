//! A running call is handed over to a colleague: what the seller and the colleague see of it. Nothing in here reaches
//! the buyer, who is told who comes and who leaves by [`crate::call::SellersView`].

use crate::person::Person;
use jiff::Timestamp;
use orderline_domain::{
    call::{
        Call,
        hand_over::{SellerSide, WhyRefused, asked_until},
    },
    ids::{CallId, ThreadId, UserId},
};
use serde::{Deserialize, Serialize};

/// What somebody of the seller's side does about a hand-over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverStep {
    /// The seller asks a colleague.
    Ask {
        colleague: UserId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The seller thinks better of it.
    Withdraw,
    /// The colleague comes.
    Accept,
    Decline {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// One of two leaves the call to the other.
    Leave,
}

/// A hand-over as the two of the seller's side see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverView {
    pub call: CallId,
    pub thread: ThreadId,
    /// The thread's.
    pub title: String,
    /// Whether the call is recorded just now.
    pub recorded: bool,
    /// The call's version with it: an older view never replaces a newer one.
    pub version: i64,
    pub from: Person,
    pub to: Person,
    pub buyer: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub since: Timestamp,
    /// When the question runs out by itself.
    pub until: Timestamp,
    pub state: HandOverState,
}

impl HandOverView {
    /// The hand-over that was asked for last in this call, for the two whom it concerns.
    pub fn of(call: &Call) -> Option<Self> {
        let (since, note, state) = match &call.side {
            SellerSide::Alone { last: None, .. } => return None,
            SellerSide::Alone {
                last: Some(last), ..
            } => (last.since, None, (&last.why).into()),
            SellerSide::Asked { since, note, .. } => (*since, note.as_ref(), HandOverState::Asked),
            SellerSide::Both { since, .. } => (*since, None, HandOverState::Accepted),
        };
        Some(Self {
            call: call.call,
            thread: call.thread,
            title: call.title.clone(),
            recorded: call.mode.recording().is_some(),
            version: call.version,
            from: (&call.seller).into(),
            to: call.colleague.as_ref()?.into(),
            buyer: call.buyer().into(),
            note: note.map(|note| note.as_str().to_owned()),
            since,
            until: asked_until(since),
            state,
        })
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverState {
    Asked,
    Accepted,
    Declined {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    NoAnswer,
    Withdrawn,
    /// The seller's line broke off first.
    LineLost,
    CallOver,
}

impl From<&WhyRefused> for HandOverState {
    fn from(why: &WhyRefused) -> Self {
        match why {
            WhyRefused::Declined { reason } => Self::Declined {
                reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            },
            WhyRefused::NoAnswer => Self::NoAnswer,
            WhyRefused::Withdrawn => Self::Withdrawn,
            WhyRefused::LineLost => Self::LineLost,
            WhyRefused::CallOver => Self::CallOver,
        }
    }
}

/// Somebody who could take a call over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueView {
    pub person: Person,
    pub online: bool,
    /// In another call, or being asked to take one over.
    pub busy: bool,
}

/// Answers `GET /api/calls/{call}/colleagues`: who could take the call over, whoever is there first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueList {
    pub colleagues: Vec<ColleagueView>,
}

/// Answers `GET /api/hand-overs`: what this person asks or is asked now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHandOvers {
    pub open: Vec<HandOverView>,
}
