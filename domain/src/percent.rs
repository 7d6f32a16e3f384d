//! Rates in per cent, and the tax inside a gross amount.

use crate::money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Most decimals of a rate.
pub const MAX_RATE_DECIMALS: u32 = 4;

/// The longest text that is read as a rate, in bytes.
pub const MAX_RATE_TEXT: usize = 24;

/// A rate from 0 to 100 per cent with up to four decimals; a text in JSON (`"19"`, `"8.1"`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(Decimal);

/// Why something is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPercent {
    #[error("a rate is a number")]
    NotANumber,
    #[error("a rate is 0 to 100 per cent")]
    OutOfRange,
    #[error("a rate has up to four decimals")]
    TooManyDecimals,
}

impl Percent {
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// A rate from its number of per cent.
    pub fn new(rate: Decimal) -> Result<Self, NotAPercent> {
        let mut rate = rate.normalize();
        if rate.is_zero() {
            rate.set_sign_positive(true);
        }
        if rate < Decimal::ZERO || rate > Decimal::ONE_HUNDRED {
            return Err(NotAPercent::OutOfRange);
        }
        if rate.scale() > MAX_RATE_DECIMALS {
            return Err(NotAPercent::TooManyDecimals);
        }
        Ok(Self(rate))
    }

    /// Reads what a person typed: digits with at most one decimal mark, a point or a comma; the sign of per cent may
    /// follow.
    pub fn parse(text: &str) -> Result<Self, NotAPercent> {
        let text = text.trim();
        let text = text.strip_suffix('%').unwrap_or(text).trim_end();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let plain = |b: u8| b.is_ascii_digit() || b == b'.' || b == b',';
        if text.len() > MAX_RATE_TEXT || !unsigned.bytes().all(plain) {
            return Err(NotAPercent::NotANumber);
        }
        text.replace(',', ".").parse()
    }

    /// The number of per cent.
    pub const fn rate(self) -> Decimal {
        self.0
    }

    /// This share of an amount, rounded to the minor unit.
    pub fn of(self, amount: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        amount.scaled(self.0 / Decimal::ONE_HUNDRED, rounding)
    }
}

impl FromStr for Percent {
    type Err = NotAPercent;

    fn from_str(text: &str) -> Result<Self, NotAPercent> {
        Self::new(Decimal::from_str_exact(text).map_err(|_| NotAPercent::NotANumber)?)
    }
}

impl TryFrom<String> for Percent {
    type Error = NotAPercent;

    fn try_from(text: String) -> Result<Self, NotAPercent> {
        text.parse()
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The tax that a gross amount includes: `gross × rate ÷ (100 + rate)`, half up to the minor unit. 2,280.00
/// at 19 per cent includes 364.03.
pub fn vat_included(gross: Money, rate: Percent) -> Money {
    let exact = gross.amount() * rate.rate() / (Decimal::ONE_HUNDRED + rate.rate());
    // At 100 per cent and below the tax is at most half the gross amount, which is within bounds.
    Money::rounded(exact, gross.currency(), Rounding::HalfUp)
        .expect("a part of a valid amount, rounded to its minor unit, is a valid amount")
}
