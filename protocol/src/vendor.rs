//! One vendor, as the platform and its own admin keep it.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    ids::{VendorId, VendorPlanId},
    money::Money,
    vendor::{
        ProposedVendor,
        change::VendorChange,
        function::{Function, Functions, Switches},
        plan::ProposedVendorPlan,
        profile::ProfileData,
        state::{VendorState, VendorStep},
    },
};
use serde::{Deserialize, Serialize};

/// `GET /api/vendor`, and for the platform `GET /api/platform/vendors/{vendor}`: the vendor's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorRecord {
    pub vendor: VendorId,
    pub data: ProposedVendor,
    pub profile: ProfileData,
    /// Amounts stand somewhere in its currency, which stays.
    pub is_currency_fixed: bool,
    pub plan: PlanOfVendor,
    /// What the plan allows, and what is switched on.
    pub functions: Switches,
    pub state: VendorState,
    /// Whoever changes it names this one.
    pub version: i64,
    pub created_at: Timestamp,
}

/// `PUT` to the same address: data and profile as they are to be. Answers a [`VendorRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditVendor {
    pub data: ProposedVendor,
    pub profile: ProfileData,
    /// The version that was looked at.
    pub version: i64,
}

/// `POST /api/platform/vendors/{vendor}/steps`: suspends, restores or closes it. Answers a [`VendorRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepVendor {
    pub step: VendorStep,
    pub reason: String,
    /// The version that was looked at.
    pub version: i64,
}

/// `GET /api/vendor/log`, and for the platform `GET /api/platform/vendors/{vendor}/log`: a page of what was changed, the
/// newest first.
pub type VendorLog = Page<VendorLogLine>;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorLogLine {
    pub at: Timestamp,
    pub by: Person,
    pub change: VendorChange,
}

/// The plan that a vendor has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanOfVendor {
    pub plan: VendorPlanId,
    pub name: String,
}

/// `POST /api/vendor/functions`, and for the platform `POST /api/platform/vendors/{vendor}/functions`: switches one.
/// Answers a [`VendorRecord`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchFunction {
    pub function: Function,
    pub on: bool,
    /// The version of the record that was looked at.
    pub version: i64,
}

/// `PUT /api/platform/vendors/{vendor}/plan`: gives it another one. Answers a [`VendorRecord`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoosePlan {
    pub plan: VendorPlanId,
    /// The version of the record that was looked at.
    pub version: i64,
}

/// `GET /api/platform/plans`: a page of the plans that the platform sells.
pub type VendorPlanList = Page<VendorPlanView>;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorPlanView {
    pub plan: VendorPlanId,
    pub name: String,
    /// For show: nothing is charged by it.
    pub price: Money,
    pub allows: Functions,
    /// How many vendors have it.
    pub vendors: i64,
    /// Whoever changes it names this one.
    pub version: i64,
}

/// `POST /api/platform/plans`: adds one. Answers a [`VendorPlanView`]; sent twice with the same id, the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddVendorPlan {
    pub plan: VendorPlanId,
    pub data: ProposedVendorPlan,
}

/// `PUT /api/platform/plans/{plan}`: changes it, for every vendor that has it. Answers a [`VendorPlanView`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeVendorPlan {
    pub data: ProposedVendorPlan,
    /// The version that was looked at.
    pub version: i64,
}
