//! Money: an exact decimal amount in one currency, never finer than the currency's minor unit.

use crate::field::{FieldError, code};
use iso_currency::Currency as Iso;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The largest amount, in either direction, in major units. Far above any order, far below what `Decimal`
/// holds, so that every sum and product that a rule can ask for is exact.
pub const MAX_MAJOR_UNITS: i64 = 999_999_999_999;

/// The longest text that is read as an amount, in bytes.
pub const MAX_AMOUNT_TEXT: usize = 24;

/// Most parts that an amount is split into.
pub const MAX_PARTS: u16 = 1_000;

/// A currency with a minor unit of 0 to 4 digits, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(Iso);

impl Currency {
    pub const EUR: Self = Self(Iso::EUR);
    pub const USD: Self = Self(Iso::USD);
    pub const CHF: Self = Self(Iso::CHF);
    pub const GBP: Self = Self(Iso::GBP);
    pub const BRL: Self = Self(Iso::BRL);
    pub const RON: Self = Self(Iso::RON);

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn minor_digits(self) -> u32 {
        // Construction has refused currencies without a minor unit, so the fallback is never taken.
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        Iso::from_code(code)
            .filter(|iso| iso.exponent().is_some_and(|digits| digits <= 4))
            .map(Self)
            .ok_or(MoneyError::UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why an amount cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("not a currency with a minor unit")]
    UnknownCurrency,
    #[error("not an amount")]
    NotANumber,
    #[error("finer than the currency's minor unit of {max} digits")]
    TooManyDecimals { max: u32 },
    #[error("larger than an amount may be")]
    TooLarge,
    #[error("two currencies in one sum")]
    CurrencyMismatch,
    #[error("an amount is split into 1 to 1,000 parts")]
    BadParts,
}

impl MoneyError {
    /// The complaint about this field.
    pub fn at(self, field: &'static str) -> FieldError {
        match self {
            Self::NotANumber | Self::UnknownCurrency | Self::BadParts => {
                FieldError::new(field, code::INVALID)
            }
            Self::TooManyDecimals { max } => {
                FieldError::new(field, code::TOO_MANY_DECIMALS).with("max", &max)
            }
            Self::TooLarge => FieldError::new(field, code::TOO_LARGE),
            Self::CurrencyMismatch => FieldError::new(field, code::WRONG_CURRENCY),
        }
    }
}

/// How a result that falls between two minor units is rounded. Always named, never implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Halves go away from zero: the commercial way.
    HalfUp,
    /// Halves go to the even neighbour.
    HalfEven,
    /// Everything goes towards zero.
    Down,
}

impl Rounding {
    const fn strategy(self) -> RoundingStrategy {
        match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
        }
    }
}

/// An amount of money. In JSON `{"amount":"570.00","currency":"EUR"}`: the amount is a text with exactly the
/// currency's decimals, so that one amount has one spelling and no float ever touches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Money {
    /// Always at the scale of the currency's minor unit.
    amount: Decimal,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct Raw {
    amount: String,
    currency: Currency,
}

impl Money {
    /// An exact amount. Fails when it is finer than the minor unit or beyond [`MAX_MAJOR_UNITS`].
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        if amount.abs() > Decimal::from(MAX_MAJOR_UNITS) {
            return Err(MoneyError::TooLarge);
        }
        let mut exact = amount.normalize();
        if exact.scale() > digits {
            return Err(MoneyError::TooManyDecimals { max: digits });
        }
        exact.rescale(digits);
        if exact.is_zero() {
            exact.set_sign_positive(true);
        }
        Ok(Self {
            amount: exact,
            currency,
        })
    }

    /// So many minor units (cents).
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        Self::from_minor_wide(i128::from(minor), currency)
    }

    fn from_minor_wide(minor: i128, currency: Currency) -> Result<Self, MoneyError> {
        let amount = Decimal::try_from_i128_with_scale(minor, currency.minor_digits())
            .map_err(|_| MoneyError::TooLarge)?;
        Self::new(amount, currency)
    }

    /// Nothing, in this currency.
    pub fn zero(currency: Currency) -> Self {
        Self {
            amount: Decimal::new(0, currency.minor_digits()),
            currency,
        }
    }

    /// Reads what a person typed: digits with at most one decimal mark, a point or a comma, and after it at
    /// most the minor unit's digits, zeros included. So thousands marks are refused and never misread:
    /// "2.280" is 2,280 to one person and 2.28 to another, and therefore no amount of euros.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        if text.len() > MAX_AMOUNT_TEXT {
            return Err(MoneyError::NotANumber);
        }
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let mut parts = unsigned.split(['.', ',']);
        let (whole, decimals) = (parts.next().unwrap_or(""), parts.next());
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || !digits(whole) || !decimals.is_none_or(digits) {
            return Err(MoneyError::NotANumber);
        }
        let max = currency.minor_digits();
        if decimals.is_some_and(|it| it.len() > max as usize) {
            return Err(MoneyError::TooManyDecimals { max });
        }
        let amount =
            Decimal::from_str_exact(&text.replace(',', ".")).map_err(|_| MoneyError::TooLarge)?;
        Self::new(amount, currency)
    }

    /// The amount, at the scale of the minor unit.
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in minor units (cents). Below 10^16 in size.
    pub fn minor(self) -> i128 {
        self.amount.mantissa()
    }

    pub fn is_positive(self) -> bool {
        self.amount > Decimal::ZERO
    }

    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    /// The sum. Fails on two currencies or beyond the largest amount.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.amount + other.amount, self.currency)
    }

    /// The difference. Fails on two currencies or beyond the largest amount.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.amount - other.amount, self.currency)
    }

    /// So many times this amount. Fails beyond the largest amount.
    pub fn checked_mul(self, quantity: u32) -> Result<Self, MoneyError> {
        let product = self
            .amount
            .checked_mul(Decimal::from(quantity))
            .ok_or(MoneyError::TooLarge)?;
        Self::new(product, self.currency)
    }

    /// Scales by a factor and rounds to the minor unit.
    pub fn scaled(self, factor: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let exact = self
            .amount
            .checked_mul(factor)
            .ok_or(MoneyError::TooLarge)?;
        Self::rounded(exact, self.currency, rounding)
    }

    /// Rounds to the minor unit.
    pub fn rounded(
        exact: Decimal,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        Self::new(
            exact.round_dp_with_strategy(currency.minor_digits(), rounding.strategy()),
            currency,
        )
    }

    /// Splits into `parts` amounts that add up exactly and differ by at most one minor unit. What does not
    /// divide goes, a minor unit each, onto the first parts: 100.00 in three is 33.34, 33.33, 33.33.
    pub fn split(self, parts: u16) -> Result<Vec<Self>, MoneyError> {
        if parts == 0 || parts > MAX_PARTS {
            return Err(MoneyError::BadParts);
        }
        let (each, rest) = (
            self.minor() / i128::from(parts),
            self.minor() % i128::from(parts),
        );
        (0..i128::from(parts))
            .map(|part| {
                let extra = if part < rest.abs() { rest.signum() } else { 0 };
                Self::from_minor_wide(each + extra, self.currency)
            })
            .collect()
    }

    /// Adds up any number of amounts in one currency.
    pub fn sum(
        amounts: impl IntoIterator<Item = Self>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch)
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl From<Money> for Raw {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount.to_string(),
            currency: money.currency,
        }
    }
}

impl TryFrom<Raw> for Money {
    type Error = MoneyError;

    fn try_from(raw: Raw) -> Result<Self, MoneyError> {
        if raw.amount.contains(',') {
            return Err(MoneyError::NotANumber);
        }
        Self::parse(&raw.amount, raw.currency)
    }
}
