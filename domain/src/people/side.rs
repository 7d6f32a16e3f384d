//! The sides of a thread.

use crate::people::roles::Role;

/// On which side of a thread somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Buyer,
    Seller,
    /// Takes no part; may read along.
    Reader,
}

impl Side {
    /// Where a person of this role stands.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Buyer => Self::Buyer,
            Role::Seller | Role::Rep => Self::Seller,
            Role::Compliance
            | Role::Support
            | Role::Admin
            | Role::PlatformAdmin
            | Role::PlatformSupport
            | Role::PlatformCompliance => Self::Reader,
        }
    }

    /// The side that somebody on this side talks to; for those who read along, the buyer.
    #[must_use]
    pub const fn across(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller | Self::Reader => Self::Buyer,
        }
    }
}
