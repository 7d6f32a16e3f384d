//! Every payment of an offer, with its day and its amount, exact to the minor unit.

use crate::{
    field::{FieldError, code},
    money::Money,
    offer::plan::{Interval, PlanKind},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Terms as somebody proposes them, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedTerms {
    pub kind: PlanKind,
    /// Gross price of **one unit**: the whole price (not one payment's) for one-time and instalments, the
    /// price of one period for a subscription.
    pub amount: Money,
    /// Units sold; 1 to [`MAX_QUANTITY`](super::plan::MAX_QUANTITY).
    pub quantity: u32,
    /// Number of payments: 1 for one-time, 2 to [`MAX_PAYMENTS`](super::plan::MAX_PAYMENTS) for instalments; for a subscription the
    /// periods of its minimum term (or [`DEFAULT_SUBSCRIPTION_PERIODS`](super::plan::DEFAULT_SUBSCRIPTION_PERIODS)).
    pub payments: u16,
    /// From one payment to the next; none for one-time.
    pub interval: Option<Interval>,
    /// The day of the first payment.
    pub first_due: Date,
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

/// The schedule, or why there is none. Expects the limits on quantity, payments, interval and year to hold. Equal
/// terms give equal schedules wherever they are computed.
pub(in crate::offer) fn compute(terms: &ProposedTerms) -> Result<Schedule, FieldError> {
    let price = terms
        .amount
        .checked_mul(terms.quantity)
        .map_err(|error| error.at("amount"))?;
    let (total, amounts) = match terms.kind {
        PlanKind::OneTime => (price, vec![price]),
        PlanKind::Instalments => (
            price,
            price
                .split(terms.payments)
                .map_err(|error| error.at("payments"))?,
        ),
        PlanKind::Subscription => (
            price
                .checked_mul(u32::from(terms.payments))
                .map_err(|error| error.at("amount"))?,
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
