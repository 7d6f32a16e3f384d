//! A person, as everything that travels names one.

use orderline_domain::{
    ids::UserId,
    people::{person, roles::Role, side::Side},
};
use serde::{Deserialize, Serialize};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub user: UserId,
    pub name: String,
    pub role: Role,
}

impl From<person::Person> for Person {
    fn from(person: person::Person) -> Self {
        Self {
            user: person.user,
            name: person.name,
            role: person.role,
        }
    }
}

impl From<&person::Person> for Person {
    fn from(person: &person::Person) -> Self {
        person.clone().into()
    }
}

impl Person {
    /// On which side of a thread they stand.
    pub const fn side(&self) -> Side {
        Side::of(self.role)
    }
}
