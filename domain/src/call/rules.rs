//! Who may call: the vendor's plan, its rule and its seller's, and how the thread stands (CU1, CU2, CU3).

use super::calling_rule::{CallingRule, ThreadCalling};
use crate::{
    money::Money,
    vendor::{function::Off, state::Shut},
};
use serde::{Deserialize, Serialize};

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

/// Why there is no call in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NotOnPlan,
    /// The vendor has switched its calls off altogether.
    FunctionOff,
    /// By the vendor's rule or its seller's.
    SwitchedOff,
    NotAtThisStage,
    NotChosen,
    NotPaid,
    /// The thread's orders do not come to so much.
    BelowValue,
    ThreadClosed,
    VendorSuspended,
    VendorClosed,
}

impl WhyNot {
    pub const ALL: [Self; 10] = [
        Self::NotOnPlan,
        Self::FunctionOff,
        Self::SwitchedOff,
        Self::NotAtThisStage,
        Self::NotChosen,
        Self::NotPaid,
        Self::BelowValue,
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
            | Self::BelowValue
            | Self::ThreadClosed => None,
        }
    }

    /// Whether a buyer is told. Where there are no calls at all there is nothing to be told of.
    pub const fn is_told_to_buyers(self) -> bool {
        !matches!(
            self,
            Self::NotOnPlan | Self::FunctionOff | Self::SwitchedOff
        )
    }
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    #[default]
    Vendor,
    /// That of the thread's seller.
    Seller,
}

/// There is no call in a thread: why, and by whose rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCalls {
    pub why: WhyNot,
    pub whose: Whose,
    /// The value that calls begin at, where that is why.
    pub least: Option<Money>,
}

impl NoCalls {
    const fn of_vendor(why: WhyNot) -> Self {
        Self {
            why,
            whose: Whose::Vendor,
            least: None,
        }
    }
}

/// Whether the seller of this thread may call its buyer, and the buyer ask for a call. The vendor's rule holds and that
/// of the thread's seller: what either forbids is forbidden.
pub fn may_call(
    vendor: VendorCalling,
    seller: CallingRule,
    thread: &ThreadCalling,
) -> Result<(), NoCalls> {
    match vendor.shut {
        Some(Shut::Suspended) => return Err(NoCalls::of_vendor(WhyNot::VendorSuspended)),
        Some(Shut::Closed) => return Err(NoCalls::of_vendor(WhyNot::VendorClosed)),
        None => {}
    }
    match vendor.off {
        Some(Off::NotOnPlan) => return Err(NoCalls::of_vendor(WhyNot::NotOnPlan)),
        Some(Off::SwitchedOff) => return Err(NoCalls::of_vendor(WhyNot::FunctionOff)),
        None => {}
    }
    let rules = [(Whose::Vendor, vendor.rule), (Whose::Seller, seller)];
    // Whoever has no calls at all says nothing else of them.
    let off = rules.iter().find(|(_, rule)| *rule == CallingRule::Off);
    if thread.closed && off.is_none() {
        return Err(NoCalls::of_vendor(WhyNot::ThreadClosed));
    }
    for &(whose, rule) in off.into_iter().chain(&rules) {
        holds(rule, thread).map_err(|why| NoCalls {
            why,
            whose,
            least: rule.least(),
        })?;
    }
    Ok(())
}

/// Whether there are calls in this thread, as far as one rule goes.
fn holds(rule: CallingRule, thread: &ThreadCalling) -> Result<(), WhyNot> {
    let (is_fulfilled, why) = match rule {
        CallingRule::On => return Ok(()),
        CallingRule::Off => (false, WhyNot::SwitchedOff),
        CallingRule::Stages { question, order } => {
            let is_wanted = if thread.has_order { order } else { question };
            (is_wanted, WhyNot::NotAtThisStage)
        }
        CallingRule::Chosen => (thread.chosen, WhyNot::NotChosen),
        CallingRule::Paid => (thread.paid, WhyNot::NotPaid),
        CallingRule::FromValue { least } => (reached(least, &thread.orders), WhyNot::BelowValue),
    };
    if is_fulfilled { Ok(()) } else { Err(why) }
}

/// Whether the orders in this currency come to so much. What is too much for one amount is more than any.
fn reached(least: Money, orders: &[Money]) -> bool {
    let currency = least.currency();
    let same = orders.iter().filter(|it| it.currency() == currency);
    Money::sum(same.copied(), currency).map_or(true, |sum| sum.amount() >= least.amount())
}

/// What is switched by hand in a thread where these two rules hold: see [`CallingRule::paid_switch`].
pub fn switches(vendor: CallingRule, seller: CallingRule) -> impl Iterator<Item = bool> {
    let first = vendor.paid_switch();
    let second = seller.paid_switch().filter(|it| first != Some(*it));
    first.into_iter().chain(second)
}
