//! How a sale is paid: the terms of one offer, checked as a whole. They belong to the offer alone and never
//! change the product that they began from.

use crate::{
    field::{FieldError, code},
    money::{Money, MoneyError},
    offer::schedule::{self, Interval, PlanKind},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most payments of a plan.
pub const MAX_PAYMENTS: u16 = 120;
/// Fewest payments of an instalment plan; one payment is a one-time sale.
pub const MIN_INSTALMENTS: u16 = 2;
/// Largest quantity of one offer.
pub const MAX_QUANTITY: u32 = 999;
/// The first payment is due at most so many days ahead.
pub const MAX_FIRST_DUE_DAYS: i32 = 366;
/// No plan begins after this year, so that every later date stays inside the calendar.
pub const MAX_YEAR: i16 = 2500;
/// Periods of a subscription that are shown when it has no minimum term.
pub const DEFAULT_SUBSCRIPTION_PERIODS: u16 = 12;

/// Terms as somebody proposes them, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedTerms {
    pub kind: PlanKind,
    /// Gross price of **one unit**: the whole price (not one payment's) for one-time and instalments, the
    /// price of one period for a subscription.
    pub amount: Money,
    /// Units sold; 1 to [`MAX_QUANTITY`].
    pub quantity: u32,
    /// Number of payments: 1 for one-time, 2 to [`MAX_PAYMENTS`] for instalments; for a subscription the
    /// periods of its minimum term (or [`DEFAULT_SUBSCRIPTION_PERIODS`]).
    pub payments: u16,
    /// From one payment to the next; none for one-time.
    pub interval: Option<Interval>,
    /// The day of the first payment.
    pub first_due: Date,
}

/// Terms that hold together: limits kept, interval where there must be one, a total within bounds, no payment
/// of nothing. Only made by [`PaymentTerms::new`] and by reading stored terms, which checks the same except
/// the distance of the first payment from a today that has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProposedTerms", into = "ProposedTerms")]
pub struct PaymentTerms(ProposedTerms);

impl PaymentTerms {
    /// Checks proposed terms on the day `today`; all complaints at once.
    pub fn new(proposed: ProposedTerms, today: Date) -> Result<Self, Vec<FieldError>> {
        let mut errors = proposed.complaints();
        if let Some(error) = first_due_complaint(proposed.first_due, today) {
            errors.push(error);
        }
        if errors.is_empty() {
            Ok(Self(proposed))
        } else {
            Err(errors)
        }
    }

    pub const fn kind(&self) -> PlanKind {
        self.0.kind
    }

    /// Gross price of one unit, see [`ProposedTerms::amount`].
    pub const fn amount(&self) -> Money {
        self.0.amount
    }

    pub const fn quantity(&self) -> u32 {
        self.0.quantity
    }

    pub const fn payments(&self) -> u16 {
        self.0.payments
    }

    pub const fn interval(&self) -> Option<Interval> {
        self.0.interval
    }

    pub const fn first_due(&self) -> Date {
        self.0.first_due
    }

    pub(crate) const fn proposed(&self) -> &ProposedTerms {
        &self.0
    }
}

impl ProposedTerms {
    /// Everything that is wrong whatever the day is.
    fn complaints(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !self.amount.is_positive() {
            errors.push(FieldError::new("amount", code::NOT_POSITIVE));
        }
        if !(1..=MAX_QUANTITY).contains(&self.quantity) {
            errors.push(FieldError::range("quantity", 1, MAX_QUANTITY));
        }
        let (min, max) = self.kind.payments_range();
        if !(min..=max).contains(&self.payments) {
            errors.push(FieldError::range("payments", min, max));
        }
        match (self.kind, self.interval) {
            (PlanKind::OneTime, Some(_)) => {
                errors.push(FieldError::new("interval", code::NOT_ALLOWED));
            }
            (PlanKind::Instalments | PlanKind::Subscription, None) => {
                errors.push(FieldError::new("interval", code::REQUIRED));
            }
            _ => {}
        }
        if !(1970..=MAX_YEAR).contains(&self.first_due.year()) {
            errors.push(FieldError::new("first_due", code::INVALID));
        }
        if errors.is_empty()
            && let Err(error) = schedule::compute(self)
        {
            errors.push(error);
        }
        errors
    }
}

fn first_due_complaint(first_due: Date, today: Date) -> Option<FieldError> {
    let days = (first_due - today).get_days();
    (!(0..=MAX_FIRST_DUE_DAYS).contains(&days)).then(|| {
        let last = today.saturating_add(jiff::Span::new().days(MAX_FIRST_DUE_DAYS));
        FieldError::range("first_due", today, last)
    })
}

impl TryFrom<ProposedTerms> for PaymentTerms {
    type Error = FieldError;

    fn try_from(proposed: ProposedTerms) -> Result<Self, FieldError> {
        match proposed.complaints().into_iter().next() {
            None => Ok(Self(proposed)),
            Some(first) => Err(first),
        }
    }
}

impl From<PaymentTerms> for ProposedTerms {
    fn from(terms: PaymentTerms) -> Self {
        terms.0
    }
}

/// How a complaint about money reads as a complaint about a field.
pub(crate) fn money_complaint(field: &'static str, error: MoneyError) -> FieldError {
    match error {
        MoneyError::NotANumber | MoneyError::UnknownCurrency | MoneyError::BadParts => {
            FieldError::new(field, code::INVALID)
        }
        MoneyError::TooManyDecimals { max } => {
            FieldError::new(field, code::TOO_MANY_DECIMALS).with("max", &max)
        }
        MoneyError::TooLarge => FieldError::new(field, code::TOO_LARGE),
        MoneyError::CurrencyMismatch => FieldError::new(field, code::WRONG_CURRENCY),
    }
}
