//! What is wrong with one field of what somebody typed: a machine-readable reason that each client words in
//! its own language.

use serde::Serialize;
use std::collections::BTreeMap;

/// One complaint about one field. `field` is the path in the form (`buyer.email`, `payments`), `code` the
/// reason from [`code`], `params` the limits that a text may want to name (`min`, `max`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {code}")]
pub struct FieldError {
    pub field: &'static str,
    pub code: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
}

impl FieldError {
    /// A complaint without parameters.
    pub fn new(field: &'static str, code: &'static str) -> Self {
        Self {
            field,
            code,
            params: BTreeMap::new(),
        }
    }

    /// Adds a parameter for the text, for example the limit that was passed.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    /// A value outside `min..=max`.
    pub fn range<T: ToString + Copy>(field: &'static str, min: T, max: T) -> Self {
        Self::new(field, code::OUT_OF_RANGE)
            .with("min", &min)
            .with("max", &max)
    }
}

/// The closed list of reasons; every client has a text for each.
pub mod code {
    /// Nothing was entered where something must be.
    pub const REQUIRED: &str = "required";
    /// Not in the form that the field needs.
    pub const INVALID: &str = "invalid";
    /// Longer than `max` characters.
    pub const TOO_LONG: &str = "too_long";
    /// Outside `min..=max`.
    pub const OUT_OF_RANGE: &str = "out_of_range";
    /// An amount that must be above zero.
    pub const NOT_POSITIVE: &str = "not_positive";
    /// More decimals than the currency has (`max`).
    pub const TOO_MANY_DECIMALS: &str = "too_many_decimals";
    /// Beyond what one amount or one total may be.
    pub const TOO_LARGE: &str = "too_large";
    /// Too little money for that many payments.
    pub const TOO_SMALL: &str = "too_small";
    /// A currency other than the product's.
    pub const WRONG_CURRENCY: &str = "wrong_currency";
    /// The product or plan is not (or no longer) in the catalogue.
    pub const UNKNOWN: &str = "unknown";
    /// The plan is another product's.
    pub const OTHER_PRODUCT: &str = "other_product";
    /// An inactive product cannot be sold by phone.
    pub const INACTIVE: &str = "inactive";
    /// This payment method does not go with this kind of plan.
    pub const NOT_ALLOWED: &str = "not_allowed";

    /// All of them, so that a test can hold the texts complete.
    pub const ALL: [&str; 13] = [
        REQUIRED,
        INVALID,
        TOO_LONG,
        OUT_OF_RANGE,
        NOT_POSITIVE,
        TOO_MANY_DECIMALS,
        TOO_LARGE,
        TOO_SMALL,
        WRONG_CURRENCY,
        UNKNOWN,
        OTHER_PRODUCT,
        INACTIVE,
        NOT_ALLOWED,
    ];
}
