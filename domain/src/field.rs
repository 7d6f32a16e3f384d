//! What is wrong with one field of what somebody typed: a machine-readable reason that each client words in
//! its own language.

use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// A reason of the closed list in [`code`]; only this module makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FieldCode(&'static str);

impl FieldCode {
    /// The name used in JSON and in texts' keys.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for FieldCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One complaint about one field. `field` is the path in the form (`buyer.email`, `payments`), `code` the
/// reason from [`code`], `params` the limits that a text may want to name (`min`, `max`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {code}")]
pub struct FieldError {
    pub field: &'static str,
    pub code: FieldCode,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
}

impl FieldError {
    /// A complaint without parameters.
    pub fn new(field: &'static str, code: FieldCode) -> Self {
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

/// What was read, or nothing and one complaint more.
pub(crate) fn taken<T: Default>(wrong: &mut Vec<FieldError>, read: Result<T, FieldError>) -> T {
    read.map_err(|bad| wrong.push(bad)).unwrap_or_default()
}

/// The closed list of reasons; every client has a text for each.
pub mod code {
    use super::FieldCode;

    /// Nothing was entered where something must be.
    pub const REQUIRED: FieldCode = FieldCode("required");
    /// Not in the form that the field needs.
    pub const INVALID: FieldCode = FieldCode("invalid");
    /// Longer than `max` characters.
    pub const TOO_LONG: FieldCode = FieldCode("too_long");
    /// Outside `min..=max`.
    pub const OUT_OF_RANGE: FieldCode = FieldCode("out_of_range");
    /// An amount that must be above zero.
    pub const NOT_POSITIVE: FieldCode = FieldCode("not_positive");
    /// More decimals than the currency has (`max`).
    pub const TOO_MANY_DECIMALS: FieldCode = FieldCode("too_many_decimals");
    /// Beyond what one amount or one total may be.
    pub const TOO_LARGE: FieldCode = FieldCode("too_large");
    /// Too little money for that many payments.
    pub const TOO_SMALL: FieldCode = FieldCode("too_small");
    /// A currency other than the product's.
    pub const WRONG_CURRENCY: FieldCode = FieldCode("wrong_currency");
    /// The product or plan is not (or no longer) in the catalogue.
    pub const UNKNOWN: FieldCode = FieldCode("unknown");
    /// The plan is another product's.
    pub const OTHER_PRODUCT: FieldCode = FieldCode("other_product");
    /// An inactive product cannot be sold by phone.
    pub const INACTIVE: FieldCode = FieldCode("inactive");
    /// This payment method does not go with this kind of plan.
    pub const NOT_ALLOWED: FieldCode = FieldCode("not_allowed");
    /// A moment that has passed.
    pub const PAST: FieldCode = FieldCode("past");
    /// A moment further ahead than may be planned.
    pub const TOO_FAR: FieldCode = FieldCode("too_far");
    /// Shorter than `min` characters.
    pub const TOO_SHORT: FieldCode = FieldCode("too_short");
    /// Not the address of a mailbox.
    pub const EMAIL: FieldCode = FieldCode("email");
    /// Not a phone number with its country, or none that a person can be reached at.
    pub const PHONE: FieldCode = FieldCode("phone");
    /// Holds a phone number, and contact stays here.
    pub const CONTACT_PHONE: FieldCode = FieldCode("contact_phone");
    /// Holds a mail address, and contact stays here.
    pub const CONTACT_EMAIL: FieldCode = FieldCode("contact_email");
    /// Holds a way into another service, and contact stays here.
    pub const CONTACT_SERVICE: FieldCode = FieldCode("contact_service");
    /// Not the code that was sent; `left` tries are left.
    pub const WRONG_CODE: FieldCode = FieldCode("wrong_code");
    /// The code that was sent no longer holds.
    pub const CODE_OVER: FieldCode = FieldCode("code_over");
    /// A password that is among the first that somebody would try.
    pub const EASY_TO_GUESS: FieldCode = FieldCode("easy_to_guess");
    /// There is one already.
    pub const TAKEN: FieldCode = FieldCode("taken");
    /// Not the account's password.
    pub const WRONG_PASSWORD: FieldCode = FieldCode("wrong_password");
    /// It was set once and stays.
    pub const FIXED: FieldCode = FieldCode("fixed");
    /// A colour that is hard to see on light or on dark pages.
    pub const LOW_CONTRAST: FieldCode = FieldCode("low_contrast");

    /// Not small letters, digits and dashes between them.
    pub const SLUG: FieldCode = FieldCode("slug");
    /// One's own account, where another one is meant.
    pub const OWN_ACCOUNT: FieldCode = FieldCode("own_account");
    /// No account has this address.
    pub const NO_ACCOUNT: FieldCode = FieldCode("no_account");
    /// The account has this address already.
    pub const SAME_ADDRESS: FieldCode = FieldCode("same_address");
    /// Not the account's address.
    pub const OTHER_ADDRESS: FieldCode = FieldCode("other_address");

    /// Two records that each have an address of their own.
    pub const TWO_ADDRESSES: FieldCode = FieldCode("two_addresses");

    /// All of them, so that a test can hold the texts complete.
    pub const ALL: [FieldCode; 34] = [
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
        PAST,
        TOO_FAR,
        TOO_SHORT,
        EMAIL,
        PHONE,
        CONTACT_PHONE,
        CONTACT_EMAIL,
        CONTACT_SERVICE,
        WRONG_CODE,
        CODE_OVER,
        EASY_TO_GUESS,
        TAKEN,
        WRONG_PASSWORD,
        FIXED,
        LOW_CONTRAST,
        SLUG,
        OWN_ACCOUNT,
        NO_ACCOUNT,
        SAME_ADDRESS,
        OTHER_ADDRESS,
        TWO_ADDRESSES,
    ];
}
