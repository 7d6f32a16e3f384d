//! What a vendor can do on the platform, each thing switched on or off by itself, as far as its plan allows it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that a vendor can do. A new one is a variant here with its name; whoever carries it out asks
/// [`Switches::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Sellers call buyers, and buyers ask to be called.
    Calls,
    /// A seller changes amount, payments and interval of an offer.
    ManualPrice,
    /// Offers are shown for confirmation and finalised into orders in a thread.
    PhoneSales,
}

impl Function {
    pub const ALL: [Self; 3] = [Self::Calls, Self::ManualPrice, Self::PhoneSales];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::ManualPrice => "manual_price",
            Self::PhoneSales => "phone_sales",
        }
    }

    /// The function of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Some of the functions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Functions(BTreeSet<Function>);

impl Functions {
    /// Every one that there is.
    pub fn all() -> Self {
        Function::ALL.into_iter().collect()
    }

    /// Whether this one is among them.
    pub fn has(&self, function: Function) -> bool {
        self.0.contains(&function)
    }

    pub fn iter(&self) -> impl Iterator<Item = Function> {
        self.0.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in storage.
    pub fn names(&self) -> Vec<String> {
        self.iter().map(|it| it.name().to_owned()).collect()
    }

    /// Those of these names; `None` where one is no function's.
    pub fn from_names(names: &[String]) -> Option<Self> {
        names.iter().map(|it| Function::from_name(it)).collect()
    }

    #[must_use]
    fn with(mut self, function: Function, on: bool) -> Self {
        if on {
            self.0.insert(function);
        } else {
            self.0.remove(&function);
        }
        self
    }
}

impl FromIterator<Function> for Functions {
    fn from_iter<T: IntoIterator<Item = Function>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

/// What a vendor's plan allows, and what it has switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    pub allowed: Functions,
    pub on: Functions,
}

/// Why a function cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    NotOnPlan,
    SwitchedOff,
}

/// The vendor's plan does not allow what was to be switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plan does not allow this")]
pub struct NotOnPlan;

impl Switches {
    /// Whether the vendor can use this. A switch that is on says nothing where the plan does not allow it; it counts
    /// again once the plan does.
    pub fn check(&self, function: Function) -> Result<(), Off> {
        if !self.allowed.has(function) {
            Err(Off::NotOnPlan)
        } else if self.on.has(function) {
            Ok(())
        } else {
            Err(Off::SwitchedOff)
        }
    }

    /// Switches one on or off. On goes what the plan allows; off goes anything.
    pub fn switch(self, function: Function, on: bool) -> Result<Self, NotOnPlan> {
        if on && !self.allowed.has(function) {
            return Err(NotOnPlan);
        }
        Ok(Self {
            on: self.on.with(function, on),
            ..self
        })
    }

    /// All that cannot be used.
    pub fn off(&self) -> Functions {
        let off = Function::ALL.into_iter();
        off.filter(|it| self.check(*it).is_err()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_the_names_that_storage_keeps() {
        for function in Function::ALL {
            assert_eq!(Function::from_name(function.name()), Some(function));
            let json = serde_json::to_value(function).unwrap();
            assert_eq!(json, function.name());
        }
        let all = Functions::all();
        assert_eq!(Functions::from_names(&all.names()), Some(all));
        assert_eq!(Functions::from_names(&["cart".to_owned()]), None);
    }

    #[test]
    fn the_plan_comes_before_the_switch() {
        let switches = Switches {
            allowed: [Function::ManualPrice, Function::PhoneSales]
                .into_iter()
                .collect(),
            on: [Function::Calls, Function::PhoneSales]
                .into_iter()
                .collect(),
        };
        assert_eq!(switches.check(Function::Calls), Err(Off::NotOnPlan));
        assert_eq!(switches.check(Function::ManualPrice), Err(Off::SwitchedOff));
        assert_eq!(switches.check(Function::PhoneSales), Ok(()));
        let off: Vec<_> = switches.off().iter().collect();
        assert_eq!(off, [Function::Calls, Function::ManualPrice]);
    }

    #[test]
    fn what_the_plan_does_not_allow_is_switched_off_and_never_on() {
        let switches = Switches {
            allowed: Functions::default(),
            on: Functions::all(),
        };
        for function in Function::ALL {
            let switches = switches.clone();
            assert_eq!(switches.clone().switch(function, true), Err(NotOnPlan));
            let off = switches.switch(function, false).unwrap();
            assert!(!off.on.has(function));
        }
    }
}
