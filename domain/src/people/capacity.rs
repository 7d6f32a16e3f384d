//! In what capacity somebody acts: as what, and for whom.

use super::{
    roles::Role,
    visit::{self, OpenVisit},
};
use crate::{
    ids::{UserId, VendorId},
    text::VendorReason,
    vendor::state::Shut,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One of a person's roles, at a vendor or at the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// None: for the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorId>,
    /// What the vendor or the platform is called.
    pub vendor_name: String,
    pub role: Role,
    /// The vendor does not work now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut: Option<Shut>,
    /// Why, for those who work there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<VendorReason>,
    /// They have it for as long as they visit the vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<OpenVisit>,
}

/// One of several, as a page names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActAs {
    /// None: for the platform.
    pub vendor: Option<VendorId>,
    pub role: Role,
}

/// A text names no capacity.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a capacity is a vendor's id or `platform`, a point and a role")]
pub struct NoCapacity;

/// The platform's place in addresses, where a vendor's id stands else.
const PLATFORM: &str = "platform";

/// As it stands in addresses: `VENDOR.ROLE`.
impl fmt::Display for ActAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.vendor {
            Some(vendor) => write!(f, "{vendor}.{}", self.role.name()),
            None => write!(f, "{PLATFORM}.{}", self.role.name()),
        }
    }
}

impl FromStr for ActAs {
    type Err = NoCapacity;

    fn from_str(text: &str) -> Result<Self, NoCapacity> {
        let (vendor, role) = text.split_once('.').ok_or(NoCapacity)?;
        Ok(Self {
            vendor: match vendor {
                PLATFORM => None,
                vendor => Some(vendor.parse().map_err(|_| NoCapacity)?),
            },
            role: Role::from_name(role).ok_or(NoCapacity)?,
        })
    }
}

impl Capacity {
    /// The role that stands behind it, for what it asks of a session: a visit's is the platform's.
    pub const fn stands_on(&self) -> Role {
        match self.visit {
            Some(_) => visit::behind(self.role),
            None => self.role,
        }
    }

    /// How an address names it.
    pub const fn act_as(&self) -> ActAs {
        ActAs {
            vendor: self.vendor,
            role: self.role,
        }
    }

    /// Whether somebody can act in it now. Nobody works for a vendor that is shut; its buyers go on reading.
    pub const fn is_usable(&self) -> bool {
        self.shut.is_none() || matches!(self.role, Role::Buyer)
    }

    /// The one that is wanted, or without a wish the first that can be used; where there is none, the first.
    pub fn choose(of: &[Self], wanted: Option<ActAs>) -> Option<&Self> {
        match wanted {
            Some(wanted) => of.iter().find(|it| it.act_as() == wanted),
            None => of.iter().find(|it| it.is_usable()).or(of.first()),
        }
    }
}

/// The one gate of a vendor that is shut: whoever acts in this role does nothing there that changes anything, but for
/// the platform's own people.
pub const fn may_change_anything(role: Role, shut: Option<Shut>) -> Result<(), Shut> {
    match (role, shut) {
        (Role::PlatformAdmin, _) | (_, None) => Ok(()),
        (_, Some(shut)) => Err(shut),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::VisitId;
    use uuid::Uuid;

    fn all() -> [Capacity; 3] {
        let vendor = |n| Some(VendorId::from_uuid(Uuid::from_u128(n)));
        [
            (vendor(1), Role::Seller),
            (vendor(2), Role::Seller),
            (None, Role::PlatformAdmin),
        ]
        .map(|(vendor, role)| Capacity {
            vendor,
            vendor_name: "x".to_owned(),
            role,
            shut: None,
            reason: None,
            visit: None,
        })
    }

    #[test]
    fn each_is_known_again_by_its_address() {
        for it in all() {
            let address = it.act_as().to_string();
            assert_eq!(address.parse(), Ok(it.act_as()), "{address}");
            assert_eq!(Capacity::choose(&all(), Some(it.act_as())), Some(&it));
        }
        for nonsense in ["", ".", "platform", "seller", "platform.chief", "x.seller"] {
            assert_eq!(nonsense.parse::<ActAs>(), Err(NoCapacity), "{nonsense}");
        }
    }

    #[test]
    fn without_a_wish_it_is_the_first_and_what_is_not_there_is_none() {
        assert_eq!(Capacity::choose(&all(), None), all().first());
        let nobodys = ActAs {
            vendor: None,
            role: Role::Seller,
        };
        assert_eq!(Capacity::choose(&all(), Some(nobodys)), None);
        assert_eq!(Capacity::choose(&[], None), None);
    }

    #[test]
    fn a_visit_asks_for_what_the_platforms_role_asks_for() {
        let mut support = all()[0].clone();
        support.role = Role::Support;
        assert!(!support.stands_on().needs_second_factor());
        support.visit = Some(OpenVisit {
            visit: VisitId::from_uuid(Uuid::nil()),
            until: jiff::Timestamp::UNIX_EPOCH,
        });
        assert!(support.stands_on().needs_second_factor());
    }

    #[test]
    fn nobody_works_for_a_vendor_that_is_shut_and_its_buyers_read() {
        let mut all = all().to_vec();
        all[0].shut = Some(Shut::Suspended);
        assert!(!all[0].is_usable());
        assert_eq!(Capacity::choose(&all, None), Some(&all[1]));
        assert_eq!(Capacity::choose(&all[..1], None), Some(&all[0]));
        all[0].role = Role::Buyer;
        assert!(all[0].is_usable());
    }

    #[test]
    fn where_a_vendor_is_shut_only_the_platform_changes_anything() {
        for role in Role::ALL {
            assert_eq!(may_change_anything(role, None), Ok(()), "{role:?}");
            for shut in [Shut::Suspended, Shut::Closed] {
                let platforms = role == Role::PlatformAdmin;
                let may = may_change_anything(role, Some(shut)).is_ok();
                assert_eq!(may, platforms, "{role:?}");
            }
        }
    }
}
