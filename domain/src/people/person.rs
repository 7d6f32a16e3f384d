//! A person, as others know them.

use crate::{
    ids::UserId,
    people::{roles::Role, side::Side},
    text::{self, BadText},
};

/// Longest name of a person, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// What a person is called. Many have one name alone.
pub fn name(text: &str) -> Result<String, BadText> {
    text::name(text, MAX_NAME_CHARS)
}

/// Who somebody is to those who deal with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user: UserId,
    pub name: String,
    pub role: Role,
}

impl Person {
    /// Somebody who appears in this role.
    pub const fn new(user: UserId, name: String, role: Role) -> Self {
        Self { user, name, role }
    }

    /// On which side of a thread they stand.
    pub const fn side(&self) -> Side {
        Side::of(self.role)
    }
}
