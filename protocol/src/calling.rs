//! What both people of a thread see of calls beyond the call itself: whether there are any, the buyer's wish to be
//! called, what still has to be written down.

use crate::person::Person;
use jiff::Timestamp;
use orderline_domain::{
    call::{
        calling_rule::{CallingRule, ProposedRule},
        rules::{Whose, WhyNot},
    },
    follow_up::{
        call_request::{CallRequest, CallRequestState},
        refusal::ReadyReason,
    },
    ids::{CallId, CallRequestId},
    money::{Currency, Money},
    text::CallNote,
    thread::contact::ContactPolicy,
    vendor::function::Functions,
};
use serde::{Deserialize, Serialize};

/// How a thread stands to calls, apart from a call that lives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallingView {
    /// Of the thread's state; an older view never replaces a newer one.
    pub version: i64,
    /// The buyer's wish that waits for a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<CallRequestView>,
    /// Why there are no calls here; none where there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<WhyNot>,
    /// By whose rule, where it is one.
    #[serde(default)]
    pub whose: Whose,
    /// The value that calls begin at, where the thread's orders do not come to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Money>,
    #[serde(default)]
    pub closed: bool,
    /// What happens to contact that leads away.
    #[serde(default)]
    pub contact: ContactPolicy,
    /// The functions that the vendor cannot use.
    #[serde(default, skip_serializing_if = "Functions::is_empty")]
    pub off: Functions,
    /// The seller's switches, where calls are chosen or sold thread by thread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<CallSwitch>,
    /// How long people talked here in calls that were answered and are over, in milliseconds.
    #[serde(default)]
    pub talked_ms: u64,
    /// Calls that were not recorded and have no summary yet, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsummarised: Vec<CallId>,
}

/// Calls are switched on in single threads: because the seller chose them, or because the buyer has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSwitch {
    pub paid: bool,
    pub on: bool,
}

/// `GET /api/own-calling-rule` (who sells): the reader's own rule, and the vendor's beside which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCalling {
    /// Whether the vendor's plan includes calls.
    pub on_plan: bool,
    pub vendor_rule: CallingRule,
    /// What values are counted in.
    pub currency: Currency,
    pub rule: CallingRule,
    /// 0: nothing was ever set.
    pub version: i64,
    pub changed_at: Option<Timestamp>,
}

/// `PUT /api/own-calling-rule`: answers [`OwnCalling`]; a conflict when `version` is not the one that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetOwnCalling {
    pub rule: ProposedRule,
    pub version: i64,
}

/// A buyer's wish to be called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRequestView {
    pub request: CallRequestId,
    pub by: Person,
    pub asked_at: Timestamp,
    /// When it would suit; none for as soon as possible.
    pub wish: Option<Timestamp>,
    pub note: Option<CallNote>,
    /// Open, or planned for a time.
    pub state: CallRequestState,
}

impl From<CallRequest> for CallRequestView {
    fn from(request: CallRequest) -> Self {
        Self {
            request: request.request,
            by: request.by.into(),
            asked_at: request.asked_at,
            wish: request.wish.at,
            note: request.wish.note,
            state: request.state,
        }
    }
}

/// What somebody says to a wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestReply {
    /// The seller will call then.
    Plan { at: Timestamp },
    /// The seller will not, and says why: by a reason that stands ready, in words, or both.
    Refuse {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<ReadyReason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The buyer takes it back.
    Withdraw,
}
