//! A plan that the platform sells to vendors: what it is called, what it costs for show, what it allows.

use super::function::Functions;
use crate::{
    field::{FieldError, code},
    money::{Currency, Money, MoneyError},
    text,
};
use serde::{Deserialize, Serialize};

/// Longest name of a plan, in characters.
pub const MAX_PLAN_NAME: usize = 100;
/// What the platform's first plan is called until somebody calls it otherwise.
pub const FIRST_PLAN: &str = "Standard";

/// A plan as somebody of the platform types it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedVendorPlan {
    pub name: String,
    /// As typed.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    pub allows: Functions,
}

/// A plan that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorPlan {
    pub name: String,
    /// For show: nothing is charged by it.
    pub price: Money,
    pub allows: Functions,
}

impl VendorPlan {
    /// The platform's first: it allows everything and costs nothing.
    pub fn first() -> Self {
        Self {
            name: FIRST_PLAN.to_owned(),
            price: Money::zero(Currency::EUR),
            allows: Functions::all(),
        }
    }

    /// Reads what was typed; every field that is wrong is named.
    pub fn new(proposed: &ProposedVendorPlan) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = text::name(&proposed.name, MAX_PLAN_NAME)
            .map_err(|bad| wrong.push(bad.at("name")))
            .ok();
        let currency: Option<Currency> = proposed.currency.trim().to_ascii_uppercase().parse().ok();
        if currency.is_none() {
            wrong.push(FieldError::new("currency", code::UNKNOWN));
        }
        let price = currency.and_then(|currency| {
            price(&proposed.price, currency)
                .map_err(|bad| wrong.push(bad))
                .ok()
        });
        match (name, price) {
            (Some(name), Some(price)) => Ok(Self {
                name,
                price,
                allows: proposed.allows.clone(),
            }),
            _ => Err(wrong),
        }
    }
}

fn price(text: &str, currency: Currency) -> Result<Money, FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::new("price", code::REQUIRED));
    }
    match Money::parse(text, currency) {
        Ok(price) if price.amount().is_sign_negative() => Err(MoneyError::NotANumber.at("price")),
        read => read.map_err(|bad| bad.at("price")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::function::Function;

    fn proposed(name: &str, price: &str, currency: &str) -> ProposedVendorPlan {
        ProposedVendorPlan {
            name: name.to_owned(),
            price: price.to_owned(),
            currency: currency.to_owned(),
            allows: [Function::PhoneSales].into_iter().collect(),
        }
    }

    #[test]
    fn what_was_typed_is_read() {
        let plan = VendorPlan::new(&proposed(" In writing ", "49,90", "eur")).unwrap();
        assert_eq!(plan.name, "In writing");
        assert_eq!(plan.price, Money::from_minor(4_990, Currency::EUR).unwrap());
        assert!(!plan.allows.has(Function::Calls));
        assert!(VendorPlan::new(&proposed("Free", "0", "EUR")).is_ok());
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (name, price, currency, wanted) in [
            ("", "1", "EURO", vec!["name", "currency"]),
            (" ", "", "EUR", vec!["name", "price"]),
            ("Free", "-1", "EUR", vec!["price"]),
            ("Free", "1.234", "EUR", vec!["price"]),
            ("Free", "free", "EUR", vec!["price"]),
        ] {
            let wrong = VendorPlan::new(&proposed(name, price, currency)).unwrap_err();
            let fields: Vec<_> = wrong.iter().map(|it| it.field).collect();
            assert_eq!(fields, wanted, "{name} {price} {currency}");
        }
    }

    #[test]
    fn the_first_plan_allows_everything() {
        assert_eq!(VendorPlan::first().allows, Functions::all());
    }
}
