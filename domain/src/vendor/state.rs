//! Whether a vendor works: open, suspended until it is restored, closed for good. The platform decides it, and says why.

use crate::text::VendorReason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Since when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    pub at: Timestamp,
    pub reason: VendorReason,
}

/// Whether a vendor works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorState {
    #[default]
    Open,
    /// Nothing is written, called, offered or ordered; all can be read by its buyers.
    Suspended(Since),
    /// As suspended, and never open again.
    Closed(Since),
}

/// How a vendor does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shut {
    Suspended,
    Closed,
}

impl Shut {
    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The one of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Suspended, Self::Closed]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// What the platform does with a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorStep {
    Suspend,
    Restore,
    Close,
}

impl VendorStep {
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Restore, Self::Close];
}

/// The vendor's state does not lead there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a vendor in this state cannot do that")]
pub struct InvalidVendorStep;

impl VendorState {
    /// Takes a step, for this reason.
    pub fn step(self, step: VendorStep, since: Since) -> Result<Self, InvalidVendorStep> {
        match (self, step) {
            (Self::Open, VendorStep::Suspend) => Ok(Self::Suspended(since)),
            (Self::Suspended(_), VendorStep::Restore) => Ok(Self::Open),
            (Self::Open | Self::Suspended(_), VendorStep::Close) => Ok(Self::Closed(since)),
            (Self::Open, VendorStep::Restore)
            | (Self::Suspended(_), VendorStep::Suspend)
            | (Self::Closed(_), _) => Err(InvalidVendorStep),
        }
    }

    /// Whether this step leads anywhere from here.
    pub const fn allows(&self, step: VendorStep) -> bool {
        match step {
            VendorStep::Suspend => matches!(self, Self::Open),
            VendorStep::Restore => matches!(self, Self::Suspended(_)),
            VendorStep::Close => !matches!(self, Self::Closed(_)),
        }
    }

    /// How the vendor does not work; none where it does.
    pub const fn shut(&self) -> Option<Shut> {
        match self {
            Self::Open => None,
            Self::Suspended(_) => Some(Shut::Suspended),
            Self::Closed(_) => Some(Shut::Closed),
        }
    }

    /// Since when and why it does not work.
    pub const fn since(&self) -> Option<&Since> {
        match self {
            Self::Open => None,
            Self::Suspended(since) | Self::Closed(since) => Some(since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(seconds: i64) -> Since {
        Since {
            at: Timestamp::from_second(seconds).unwrap(),
            reason: VendorReason::new("Invoices are open").unwrap(),
        }
    }

    fn every() -> [VendorState; 3] {
        [
            VendorState::Open,
            VendorState::Suspended(since(1)),
            VendorState::Closed(since(1)),
        ]
    }

    #[test]
    fn a_suspended_vendor_is_restored_or_closed_and_a_closed_one_stays() {
        let suspended = VendorState::Open.step(VendorStep::Suspend, since(1));
        let suspended = suspended.unwrap();
        assert_eq!(suspended.shut(), Some(Shut::Suspended));
        assert_eq!(suspended.since(), Some(&since(1)));
        let restored = suspended.clone().step(VendorStep::Restore, since(2));
        assert_eq!(restored, Ok(VendorState::Open));
        let closed = suspended.step(VendorStep::Close, since(3)).unwrap();
        assert_eq!(closed, VendorState::Closed(since(3)));
        for step in VendorStep::ALL {
            assert_eq!(closed.clone().step(step, since(4)), Err(InvalidVendorStep));
        }
    }

    #[test]
    fn a_step_is_allowed_where_it_leads_somewhere() {
        for state in every() {
            for step in VendorStep::ALL {
                let led = state.clone().step(step, since(2)).is_ok();
                assert_eq!(state.allows(step), led, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn what_is_shut_is_known_by_its_name() {
        for shut in every().iter().filter_map(VendorState::shut) {
            assert_eq!(Shut::from_name(shut.name()), Some(shut));
        }
        assert_eq!(Shut::from_name("open"), None);
    }
}
