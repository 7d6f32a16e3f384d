//! How a sale is paid: the terms of one offer, checked as a whole. They belong to the offer alone and never
//! change the product that they began from.

use crate::{
    field::{FieldError, code},
    money::Money,
    offer::{
        plan::{Interval, MAX_FIRST_DUE_DAYS, MAX_QUANTITY, MAX_YEAR, PlanKind},
        schedule::{ProposedTerms, Schedule, compute},
    },
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Terms that hold together: limits kept, interval where there must be one, a total within bounds, no payment
/// of nothing. Only made by [`PaymentTerms::new`] and by reading stored terms, which checks the same except
/// the distance of the first payment from a today that has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProposedTerms", into = "ProposedTerms")]
pub struct PaymentTerms {
    proposed: ProposedTerms,
    /// What the check of the terms came to.
    schedule: Schedule,
}

impl PaymentTerms {
    /// Checks proposed terms on the day `today`; all complaints at once.
    pub fn new(proposed: ProposedTerms, today: Date) -> Result<Self, Vec<FieldError>> {
        let far = first_due_complaint(proposed.first_due, today);
        match (checked(&proposed), far) {
            (Ok(schedule), None) => Ok(Self { proposed, schedule }),
            (Ok(_), Some(far)) => Err(vec![far]),
            (Err(mut errors), far) => {
                errors.extend(far);
                Err(errors)
            }
        }
    }

    pub const fn kind(&self) -> PlanKind {
        self.proposed.kind
    }

    /// Gross price of one unit, see [`ProposedTerms::amount`].
    pub const fn amount(&self) -> Money {
        self.proposed.amount
    }

    pub const fn quantity(&self) -> u32 {
        self.proposed.quantity
    }

    pub const fn payments(&self) -> u16 {
        self.proposed.payments
    }

    pub const fn interval(&self) -> Option<Interval> {
        self.proposed.interval
    }

    pub const fn first_due(&self) -> Date {
        self.proposed.first_due
    }

    /// Every payment of these terms.
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }
}

/// The schedule of terms that hold together; else everything that is wrong, whatever the day is.
fn checked(terms: &ProposedTerms) -> Result<Schedule, Vec<FieldError>> {
    let mut errors = Vec::new();
    if !terms.amount.is_positive() {
        errors.push(FieldError::new("amount", code::NOT_POSITIVE));
    }
    if !(1..=MAX_QUANTITY).contains(&terms.quantity) {
        errors.push(FieldError::range("quantity", 1, MAX_QUANTITY));
    }
    let (min, max) = terms.kind.payments_range();
    if !(min..=max).contains(&terms.payments) {
        errors.push(FieldError::range("payments", min, max));
    }
    match (terms.kind, terms.interval) {
        (PlanKind::OneTime, Some(_)) => {
            errors.push(FieldError::new("interval", code::NOT_ALLOWED));
        }
        (PlanKind::Instalments | PlanKind::Subscription, None) => {
            errors.push(FieldError::new("interval", code::REQUIRED));
        }
        _ => {}
    }
    if !(1970..=MAX_YEAR).contains(&terms.first_due.year()) {
        errors.push(FieldError::new("first_due", code::INVALID));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    compute(terms).map_err(|error| vec![error])
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
        match checked(&proposed) {
            Ok(schedule) => Ok(Self { proposed, schedule }),
            Err(errors) => Err(errors
                .into_iter()
                .next()
                .unwrap_or_else(|| FieldError::new("amount", code::INVALID))),
        }
    }
}

impl From<PaymentTerms> for ProposedTerms {
    fn from(terms: PaymentTerms) -> Self {
        terms.proposed
    }
}
