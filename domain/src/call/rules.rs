//! Who may call: the vendor's plan, the sellers' own setting, and how the thread stands (CU1, CU2, CU3).

use crate::vendor::{function::Off, state::Shut};
use serde::{Deserialize, Serialize};

/// For which threads a vendor's sellers take and make calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "calls", rename_all = "snake_case")]
pub enum CallingRule {
    #[default]
    On,
    /// Buyers do not see that there are calls.
    Off,
    /// Only before an order, or only once there is one.
    Stages { question: bool, order: bool },
    /// Only where a seller has switched them on.
    Chosen,
    /// Only where the buyer has paid for them.
    Paid,
}

/// What a vendor may and wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorCalling {
    /// The vendor does not work now.
    pub shut: Option<Shut>,
    /// The vendor cannot use calls as a function.
    pub off: Option<Off>,
    pub rule: CallingRule,
}

impl Default for VendorCalling {
    fn default() -> Self {
        Self {
            shut: None,
            off: None,
            rule: CallingRule::On,
        }
    }
}

/// How a thread stands, as far as calls go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
pub struct ThreadCalling {
    pub closed: bool,
    /// There is an order: the thread is no longer a question.
    pub has_order: bool,
    /// A seller switched calls on for it.
    pub chosen: bool,
    /// The buyer has paid for calls.
    pub paid: bool,
}

/// Why there is no call in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NotOnPlan,
    /// The vendor has switched its calls off altogether.
    FunctionOff,
    /// The sellers' own setting.
    SwitchedOff,
    NotAtThisStage,
    NotChosen,
    NotPaid,
    ThreadClosed,
    VendorSuspended,
    VendorClosed,
}

impl WhyNot {
    pub const ALL: [Self; 9] = [
        Self::NotOnPlan,
        Self::FunctionOff,
        Self::SwitchedOff,
        Self::NotAtThisStage,
        Self::NotChosen,
        Self::NotPaid,
        Self::ThreadClosed,
        Self::VendorSuspended,
        Self::VendorClosed,
    ];

    /// How the vendor does not work, if that is why: then nothing else goes on in the thread either.
    pub const fn shut(self) -> Option<Shut> {
        match self {
            Self::VendorSuspended => Some(Shut::Suspended),
            Self::VendorClosed => Some(Shut::Closed),
            Self::NotOnPlan
            | Self::FunctionOff
            | Self::SwitchedOff
            | Self::NotAtThisStage
            | Self::NotChosen
            | Self::NotPaid
            | Self::ThreadClosed => None,
        }
    }

    /// Whether a buyer is told. Where a vendor has no calls at all there is nothing to be told of.
    pub const fn is_told_to_buyers(self) -> bool {
        !matches!(
            self,
            Self::NotOnPlan | Self::FunctionOff | Self::SwitchedOff
        )
    }
}

/// Whether the seller of this thread may call its buyer, and the buyer ask for a call.
pub const fn may_call(vendor: VendorCalling, thread: ThreadCalling) -> Result<(), WhyNot> {
    match vendor.shut {
        Some(Shut::Suspended) => return Err(WhyNot::VendorSuspended),
        Some(Shut::Closed) => return Err(WhyNot::VendorClosed),
        None => {}
    }
    match vendor.off {
        Some(Off::NotOnPlan) => return Err(WhyNot::NotOnPlan),
        Some(Off::SwitchedOff) => return Err(WhyNot::FunctionOff),
        None => {}
    }
    if matches!(vendor.rule, CallingRule::Off) {
        return Err(WhyNot::SwitchedOff);
    }
    if thread.closed {
        return Err(WhyNot::ThreadClosed);
    }
    match vendor.rule {
        CallingRule::Stages { question, order } => {
            if thread.has_order && order || !thread.has_order && question {
                Ok(())
            } else {
                Err(WhyNot::NotAtThisStage)
            }
        }
        CallingRule::Chosen if !thread.chosen => Err(WhyNot::NotChosen),
        CallingRule::Paid if !thread.paid => Err(WhyNot::NotPaid),
        _ => Ok(()),
    }
}
