//! The offer in words.

use super::state::Change;
use crate::locale::{country, field_text, format, t, t_count, t_with};
use jiff::civil::Date;
use orderline_domain::{
    country::is_country,
    offer::{
        PaymentMethod,
        plan::{Interval, PlanKind},
        schedule::Schedule,
    },
};
use orderline_protocol::problem::FieldProblem;

/// From one payment to the next.
pub fn interval(interval: Interval) -> String {
    t(match interval {
        Interval::Week => "offer.interval.week",
        Interval::TwoWeeks => "offer.interval.two_weeks",
        Interval::Month => "offer.interval.month",
        Interval::Quarter => "offer.interval.quarter",
        Interval::HalfYear => "offer.interval.half_year",
        Interval::Year => "offer.interval.year",
    })
}

/// How the buyer pays.
pub fn method(method: PaymentMethod) -> String {
    t(match method {
        PaymentMethod::Invoice => "offer.method.invoice",
        PaymentMethod::SepaDebit => "offer.method.sepa_debit",
        PaymentMethod::CardLink => "offer.method.card_link",
        PaymentMethod::BankTransfer => "offer.method.bank_transfer",
    })
}

/// What the amount means with this kind of plan.
pub fn amount_label(kind: Option<PlanKind>) -> String {
    t(match kind {
        Some(PlanKind::Subscription) => "offer.amount.period",
        Some(PlanKind::OneTime | PlanKind::Instalments) | None => "offer.amount.total",
    })
}

/// What the number of payments means with this kind of plan.
pub fn payments_label(kind: Option<PlanKind>) -> String {
    t(match kind {
        Some(PlanKind::Subscription) => "offer.payments.periods",
        Some(PlanKind::OneTime | PlanKind::Instalments) | None => "offer.payments.count",
    })
}

/// Who buys and where in one line, the country by its name.
pub fn address(mut lines: Vec<String>) -> String {
    if let Some(last) = lines.last_mut()
        && is_country(last)
    {
        *last = country::name(last);
    }
    lines.join(" · ")
}

/// In how many payments, and how often.
pub fn rhythm(payments: usize, every: Option<Interval>) -> Option<String> {
    let count = i64::try_from(payments).ok().filter(|count| *count > 0)?;
    let every = every.filter(|_| count > 1).map(interval);
    Some(match every {
        Some(every) => t_count("offer.rhythm.every", count, &[("interval", &every)]),
        None => t_count("offer.rhythm.plain", count, &[]),
    })
}

/// What is wrong at a field. Limits that are days are written as days.
pub fn complaint(problem: &FieldProblem) -> String {
    let mut problem = problem.clone();
    for value in problem.params.values_mut() {
        if let Ok(day) = value.parse::<Date>() {
            *value = format::date(day);
        }
    }
    field_text(&problem)
}

/// A change as it is said.
pub fn change(change: &Change) -> String {
    match change {
        Change::Product(name) => t_with("offer.change.product", &[("product", name)]),
        Change::Quantity(quantity) => t_with(
            "offer.change.quantity",
            &[("quantity", &quantity.to_string())],
        ),
        Change::Count { before, now } => {
            let count = i64::try_from(*now).unwrap_or(i64::MAX);
            t_count(
                "offer.change.count",
                count,
                &[("before", &before.to_string())],
            )
        }
        Change::Total(total) => t_with("offer.change.total", &[("total", &format::money(total))]),
        Change::Days => t("offer.change.days"),
        Change::Method(how) => t_with("offer.change.method", &[("method", &method(*how))]),
        Change::Address => t("offer.change.address"),
    }
}

/// The total and in how many payments it comes.
pub fn payments(schedule: &Schedule) -> String {
    let total = format::money(&schedule.total);
    let count = i64::try_from(schedule.payments.len()).unwrap_or(i64::MAX);
    t_count("event.total_in_payments", count, &[("total", &total)])
}
