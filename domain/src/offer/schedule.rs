//! Every payment of an offer, with its day and its amount, exact to the minor unit.

use crate::{
    field::{FieldError, code},
    money::Money,
    offer::terms::{MAX_PAYMENTS, MIN_INSTALMENTS, PaymentTerms, ProposedTerms, money_complaint},
};
use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

/// From one payment to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Week,
    TwoWeeks,
    Month,
    Quarter,
    HalfYear,
    Year,
}

impl Interval {
    /// In the order in which a drop-down shows them.
    pub const ALL: [Self; 6] = [
        Self::Week,
        Self::TwoWeeks,
        Self::Month,
        Self::Quarter,
        Self::HalfYear,
        Self::Year,
    ];

    /// The name used in JSON, in storage and in texts' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::TwoWeeks => "two_weeks",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::Year => "year",
        }
    }

    /// The interval of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The day `steps` intervals after `first`. Always counted from the first day, never from the one before:
    /// 31 January, 28 February, 31 March. `None` past the calendar's end.
    pub fn after(self, first: Date, steps: u16) -> Option<Date> {
        let steps = i64::from(steps);
        let span = Span::new();
        let span = match self {
            Self::Week => span.try_weeks(steps),
            Self::TwoWeeks => span.try_weeks(2 * steps),
            Self::Month => span.try_months(steps),
            Self::Quarter => span.try_months(3 * steps),
            Self::HalfYear => span.try_months(6 * steps),
            Self::Year => span.try_years(steps),
        };
        first.checked_add(span.ok()?).ok()
    }
}

/// The three ways to pay for a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    OneTime,
    Instalments,
    Subscription,
}

impl PlanKind {
    pub const ALL: [Self; 3] = [Self::OneTime, Self::Instalments, Self::Subscription];

    /// The name used in JSON, in storage and in texts' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneTime => "one_time",
            Self::Instalments => "instalments",
            Self::Subscription => "subscription",
        }
    }

    /// The kind of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Fewest and most payments.
    pub const fn payments_range(self) -> (u16, u16) {
        match self {
            Self::OneTime => (1, 1),
            Self::Instalments => (MIN_INSTALMENTS, MAX_PAYMENTS),
            Self::Subscription => (1, MAX_PAYMENTS),
        }
    }
}

/// One payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// From 1.
    pub number: u16,
    pub due: Date,
    /// Gross, all units together.
    pub amount: Money,
}

/// All payments in order, and what they add up to. For a subscription the first periods (its minimum term or
/// twelve) and their sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub payments: Vec<Payment>,
    pub total: Money,
}

impl Schedule {
    /// The schedule of these terms; equal terms give equal schedules wherever they are computed.
    pub fn of(terms: &PaymentTerms) -> Self {
        compute(terms.proposed())
            .expect("terms exist only after this very computation succeeded for them")
    }
}

/// The schedule, or why there is none. Expects the limits on quantity, payments, interval and year to hold.
pub(crate) fn compute(terms: &ProposedTerms) -> Result<Schedule, FieldError> {
    let price = terms
        .amount
        .checked_mul(terms.quantity)
        .map_err(|error| money_complaint("amount", error))?;
    let (total, amounts) = match terms.kind {
        PlanKind::OneTime => (price, vec![price]),
        PlanKind::Instalments => (
            price,
            price
                .split(terms.payments)
                .map_err(|error| money_complaint("payments", error))?,
        ),
        PlanKind::Subscription => (
            price
                .checked_mul(u32::from(terms.payments))
                .map_err(|error| money_complaint("amount", error))?,
            vec![price; usize::from(terms.payments)],
        ),
    };
    if amounts.iter().any(|amount| !amount.is_positive()) {
        return Err(FieldError::new("amount", code::TOO_SMALL));
    }
    let payments = (0..terms.payments)
        .zip(amounts)
        .map(|(index, amount)| {
            let due = match terms.interval {
                Some(interval) => interval.after(terms.first_due, index),
                None => Some(terms.first_due),
            };
            Ok(Payment {
                number: index + 1,
                due: due.ok_or_else(|| FieldError::new("first_due", code::INVALID))?,
                amount,
            })
        })
        .collect::<Result<_, FieldError>>()?;
    Ok(Schedule { payments, total })
}
