//! The addresses in a customer's record: what each is for, and which is taken by default.

use super::address::{Address, Names};
use crate::{
    field::{FieldError, code},
    ids::AddressId,
};
use serde::{Deserialize, Serialize};

/// Addresses that one record has at the most.
pub const MAX_ADDRESSES: usize = 20;

/// The fields in the form of one address.
const NAMES: Names = Names {
    country: "country",
    street: "street",
    line2: "line2",
    postal_code: "postal_code",
    city: "city",
    state: "state",
};

/// Whether an address is used for something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Used {
    #[default]
    No,
    Yes,
    /// It is the one that is taken where nobody chooses.
    Default,
}

impl Used {
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::Default];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Default => "default",
        }
    }

    /// The use of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    pub const fn is_used(self) -> bool {
        !matches!(self, Self::No)
    }

    pub const fn is_default(self) -> bool {
        matches!(self, Self::Default)
    }
}

/// One address of a record, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressData {
    /// Bills go there.
    pub billing: Used,
    /// What is bought goes there.
    pub delivery: Used,
    pub address: Address,
}

impl AddressData {
    /// Checks; all complaints at once, in the order of the form.
    pub fn complete(&self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let address = self.address.checked(&NAMES, &mut errors);
        if !self.billing.is_used() && !self.delivery.is_used() {
            errors.push(FieldError::new("use", code::REQUIRED));
        }
        if errors.is_empty() {
            Ok(Self {
                address,
                ..self.clone()
            })
        } else {
            Err(errors)
        }
    }

    /// Whether it says no more than what is there: an address may have become the default since by itself.
    fn is_as(&self, there: &Self) -> bool {
        let same = |typed: Used, there: Used| {
            typed == there || typed == Used::Yes && there == Used::Default
        };
        self.address == there.address
            && same(self.billing, there.billing)
            && same(self.delivery, there.delivery)
    }
}

/// One address as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: AddressId,
    pub data: AddressData,
    pub version: i64,
}

/// Why addresses stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Somebody changed it since it was read.
    #[error("changed since")]
    Changed,
    #[error("{0:?}")]
    Wrong(Vec<FieldError>),
}

/// All addresses of one record, in the order in which they came. While there is one for a use, exactly one is its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses(Vec<Kept>);

impl Addresses {
    /// As they are kept.
    pub const fn kept(all: Vec<Kept>) -> Self {
        Self(all)
    }

    pub fn all(&self) -> &[Kept] {
        &self.0
    }

    /// With one more (`version` 0), or one changed that was read in this version. Sent twice, the second changes nothing.
    pub fn put(
        mut self,
        id: AddressId,
        typed: &AddressData,
        version: i64,
    ) -> Result<Self, Refused> {
        let data = typed.complete().map_err(Refused::Wrong)?;
        let is_full = self.0.len() >= MAX_ADDRESSES;
        match self.0.iter_mut().find(|it| it.id == id) {
            Some(there) if data.is_as(&there.data) => (),
            Some(there) if there.version != version => return Err(Refused::Changed),
            Some(there) => {
                there.data = data;
                there.version += 1;
            }
            None if version != 0 => return Err(Refused::Changed),
            None if is_full => {
                let full = FieldError::range("address", 0, MAX_ADDRESSES);
                return Err(Refused::Wrong(vec![full]));
            }
            None => self.0.push(Kept {
                id,
                data,
                version: 1,
            }),
        }
        Ok(self.settled(Some(id)))
    }

    /// Without one; one that is gone already is none.
    #[must_use]
    pub fn without(mut self, id: AddressId) -> Self {
        self.0.retain(|it| it.id != id);
        self.settled(None)
    }

    /// With those of another record behind its own, whose defaults stay.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        for mut other in others.0 {
            for used in [&mut other.data.billing, &mut other.data.delivery] {
                if used.is_default() {
                    *used = Used::Yes;
                }
            }
            self.0.push(other);
        }
        self.settled(None)
    }

    /// One default for each use: the one that was changed last where it is one, else the one that was, else the first.
    fn settled(mut self, last: Option<AddressId>) -> Self {
        let kinds: [fn(&mut AddressData) -> &mut Used; 2] =
            [|it| &mut it.billing, |it| &mut it.delivery];
        for of in kinds {
            let mut found = None;
            for (place, it) in self.0.iter_mut().enumerate() {
                let is_last = last == Some(it.id);
                match *of(&mut it.data) {
                    Used::Default if found.is_none() || is_last => found = Some(place),
                    Used::No | Used::Yes | Used::Default => (),
                }
            }
            let first = self.0.iter_mut().position(|it| of(&mut it.data).is_used());
            let chosen = found.or(first);
            for (place, it) in self.0.iter_mut().enumerate() {
                let used = of(&mut it.data);
                let next = match *used {
                    Used::No => Used::No,
                    _ if chosen == Some(place) => Used::Default,
                    _ => Used::Yes,
                };
                if *used != next {
                    *used = next;
                    if last != Some(it.id) {
                        it.version += 1;
                    }
                }
            }
        }
        self
    }
}
