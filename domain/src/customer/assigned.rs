//! Which rep a customer is assigned to.

use crate::{
    ids::UserId,
    people::{
        capacity::Known,
        roles::{Relation, Role},
    },
};
use std::{fmt, str::FromStr};

/// Customers that are ticked one by one for a move.
pub const MAX_TICKED: usize = 500;
/// Customers that one move reaches; of what is found beyond them the answer says that it is left.
pub const MAX_MOVED: u32 = 5_000;

/// Customers by whom they are assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignedTo {
    Rep(UserId),
    /// Those who have no rep.
    Nobody,
}

/// How those who have no rep are asked for.
const NOBODY: &str = "nobody";

/// A text names no rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rep is a person's id or `nobody`")]
pub struct NoRep;

impl fmt::Display for AssignedTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rep(rep) => rep.fmt(f),
            Self::Nobody => f.write_str(NOBODY),
        }
    }
}

impl FromStr for AssignedTo {
    type Err = NoRep;

    fn from_str(text: &str) -> Result<Self, NoRep> {
        if text == NOBODY {
            Ok(Self::Nobody)
        } else {
            text.parse().map(Self::Rep).map_err(|_| NoRep)
        }
    }
}

/// How somebody stands to a customer who is assigned to `rep`.
pub fn relation(who: UserId, rep: Option<UserId>) -> Relation {
    if rep == Some(who) {
        Relation::Own
    } else {
        Relation::Foreign
    }
}

/// Whether customers can be assigned to this person now.
pub fn may_hold(person: &Known) -> bool {
    person.roles.iter().copied().any(Role::may_hold_customers)
}
