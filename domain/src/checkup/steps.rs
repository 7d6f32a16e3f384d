//! What is still missing up to the first call.

use serde::{Deserialize, Serialize};

/// A step of the platform's, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlatformStep {
    /// The legal entity with its terms.
    Entity,
    /// Mails leave, so that invitations reach people.
    Mail,
    /// Browsers reach the relay's ports.
    Media,
    Vendor,
    /// A vendor has an admin.
    Admin,
    Seller,
    Product,
}

/// What a platform has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one tick of a list")]
pub struct PlatformFacts {
    pub entity: bool,
    pub mail: bool,
    pub media: bool,
    pub vendor: bool,
    pub admin: bool,
    pub seller: bool,
    pub product: bool,
}

impl PlatformFacts {
    /// Every step, and whether it was taken.
    pub const fn steps(self) -> [(PlatformStep, bool); 7] {
        [
            (PlatformStep::Entity, self.entity),
            (PlatformStep::Mail, self.mail),
            (PlatformStep::Media, self.media),
            (PlatformStep::Vendor, self.vendor),
            (PlatformStep::Admin, self.admin),
            (PlatformStep::Seller, self.seller),
            (PlatformStep::Product, self.product),
        ]
    }
}

/// A step of a vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShopStep {
    /// Somebody sells.
    Seller,
    Product,
    Customer,
}

/// What a vendor has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopFacts {
    pub seller: bool,
    pub product: bool,
    pub customer: bool,
}

impl ShopFacts {
    /// Every step, and whether it was taken.
    pub const fn steps(self) -> [(ShopStep, bool); 3] {
        [
            (ShopStep::Seller, self.seller),
            (ShopStep::Product, self.product),
            (ShopStep::Customer, self.customer),
        ]
    }
}
