//! What was done with a vendor, as its log keeps it.

use super::{function::Function, record::RecordField, state::VendorStep};
use crate::text::VendorReason;
use serde::{Deserialize, Serialize};

/// One change of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorChange {
    /// The platform suspended, restored or closed it.
    Stepped {
        step: VendorStep,
        reason: VendorReason,
    },
    /// These fields of its record are others now.
    Edited {
        fields: Vec<RecordField>,
    },
    Switched {
        function: Function,
        on: bool,
    },
    /// How its public page is reached, or who answers there, is another now.
    PageSet,
    /// It has another plan, called so then.
    PlanChosen {
        name: String,
    },
}
