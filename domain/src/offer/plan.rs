//! How something may be paid: kinds of plans, the time between payments, and their limits.

use jiff::{Span, civil::Date};
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
