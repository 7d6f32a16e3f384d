//! In what capacity somebody acts: as what, and for whom.

use super::roles::Role;
use crate::ids::{UserId, VendorId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One of a person's roles at one vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    pub vendor: VendorId,
    pub vendor_name: String,
    pub role: Role,
}

/// One of several, as a page names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActAs {
    pub vendor: VendorId,
    pub role: Role,
}

/// A text names no capacity.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a capacity is a vendor's id, a point and a role")]
pub struct NoCapacity;

/// As it stands in addresses: `VENDOR.ROLE`.
impl fmt::Display for ActAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.vendor, self.role.name())
    }
}

impl FromStr for ActAs {
    type Err = NoCapacity;

    fn from_str(text: &str) -> Result<Self, NoCapacity> {
        let (vendor, role) = text.split_once('.').ok_or(NoCapacity)?;
        Ok(Self {
            vendor: vendor.parse().map_err(|_| NoCapacity)?,
            role: Role::from_name(role).ok_or(NoCapacity)?,
        })
    }
}

impl Capacity {
    /// How an address names it.
    pub const fn act_as(&self) -> ActAs {
        ActAs {
            vendor: self.vendor,
            role: self.role,
        }
    }

    /// The one that is wanted, or without a wish the first.
    pub fn choose(of: &[Self], wanted: Option<ActAs>) -> Option<&Self> {
        match wanted {
            Some(ActAs { vendor, role }) => {
                of.iter().find(|it| it.vendor == vendor && it.role == role)
            }
            None => of.first(),
        }
    }
}

/// Somebody whom a vendor knows, with all that they are to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub user: UserId,
    pub name: String,
    pub roles: Vec<Role>,
}

impl Known {
    /// Whether they are that to the vendor.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
