//! A person, as everything that travels names one.

use orderline_domain::{ids::UserId, people::roles::Role, thread::Side};
use serde::{Deserialize, Serialize};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub user: UserId,
    pub name: String,
    pub role: Role,
}

impl Person {
    /// On which side of a thread they stand.
    pub const fn side(&self) -> Side {
        Side::of(self.role)
    }
}
