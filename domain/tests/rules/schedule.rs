use crate::support::{TODAY, eur};
use jiff::{
    Span,
    civil::{Date, date},
};
use orderline_domain::{
    field::code,
    money::{Currency, Money},
    offer::{
        plan::{Interval, MAX_PAYMENTS, MAX_QUANTITY, PlanKind},
        schedule::{ProposedTerms, Schedule},
        terms::PaymentTerms,
    },
};
use proptest::prelude::*;

fn instalments(amount: &str, payments: u16, interval: Interval, first_due: Date) -> ProposedTerms {
    ProposedTerms {
        kind: PlanKind::Instalments,
        amount: eur(amount),
        quantity: 1,
        payments,
        interval: Some(interval),
        first_due,
    }
}

fn schedule(proposed: ProposedTerms) -> Schedule {
    let today = proposed.first_due;
    PaymentTerms::new(proposed, today)
        .unwrap()
        .schedule()
        .clone()
}

fn dues(schedule: &Schedule) -> Vec<Date> {
    schedule.payments.iter().map(|it| it.due).collect()
}

#[test]
fn cc1_four_monthly_payments() {
    let schedule = schedule(instalments("2280", 4, Interval::Month, date(2026, 12, 1)));
    assert_eq!(
        dues(&schedule),
        [
            date(2026, 12, 1),
            date(2027, 1, 1),
            date(2027, 2, 1),
            date(2027, 3, 1)
        ]
    );
    assert!(schedule.payments.iter().all(|it| it.amount == eur("570")));
    assert_eq!(schedule.total, eur("2280"));
}

#[test]
fn the_month_end_is_counted_from_the_first_date() {
    let first = |it| instalments("10", 5, Interval::Month, it);
    assert_eq!(
        dues(&schedule(first(date(2027, 1, 31)))),
        [
            date(2027, 1, 31),
            date(2027, 2, 28),
            date(2027, 3, 31),
            date(2027, 4, 30),
            date(2027, 5, 31)
        ]
    );
    // A leap year, and the year's turn.
    assert_eq!(
        dues(&schedule(first(date(2028, 1, 30))))[1],
        date(2028, 2, 29)
    );
    assert_eq!(
        dues(&schedule(first(date(2027, 10, 31))))[4],
        date(2028, 2, 29)
    );
    let yearly = schedule(instalments("10", 5, Interval::Year, date(2028, 2, 29)));
    assert_eq!(
        dues(&yearly),
        [
            date(2028, 2, 29),
            date(2029, 2, 28),
            date(2030, 2, 28),
            date(2031, 2, 28),
            date(2032, 2, 29)
        ]
    );
}

#[test]
fn every_interval_steps_as_it_says() {
    let first = date(2026, 12, 31);
    for (interval, third) in [
        (Interval::Week, date(2027, 1, 14)),
        (Interval::TwoWeeks, date(2027, 1, 28)),
        (Interval::Month, date(2027, 2, 28)),
        (Interval::Quarter, date(2027, 6, 30)),
        (Interval::HalfYear, date(2027, 12, 31)),
        (Interval::Year, date(2028, 12, 31)),
    ] {
        assert_eq!(interval.after(first, 2), Some(third), "{interval:?}");
        assert_eq!(Interval::from_name(interval.name()), Some(interval));
        assert_eq!(
            serde_json::to_string(&interval).unwrap(),
            format!("\"{}\"", interval.name())
        );
        assert_eq!(interval.after(Date::MAX, u16::MAX), None);
    }
}

#[test]
fn cc1_quantity_multiplies_the_price_of_one_unit() {
    let mut terms = instalments("100", 3, Interval::Week, TODAY);
    terms.quantity = 2;
    let parts = schedule(terms.clone());
    assert_eq!(parts.total, eur("200"));
    let amounts: Vec<_> = parts.payments.iter().map(|it| it.amount).collect();
    assert_eq!(amounts, [eur("66.67"), eur("66.67"), eur("66.66")]);

    terms.kind = PlanKind::Subscription;
    let periods = schedule(terms.clone());
    assert_eq!(periods.total, eur("600"));
    assert!(periods.payments.iter().all(|it| it.amount == eur("200")));

    terms = ProposedTerms {
        kind: PlanKind::OneTime,
        payments: 1,
        interval: None,
        ..terms
    };
    let once = schedule(terms);
    assert_eq!((once.payments.len(), once.total), (1, eur("200")));
}

#[test]
fn terms_name_every_wrong_field() {
    let sound = instalments("100", 3, Interval::Month, TODAY);
    let complaints = |change: fn(&mut ProposedTerms)| {
        let mut proposed = sound.clone();
        change(&mut proposed);
        let errors = PaymentTerms::new(proposed, TODAY).unwrap_err();
        errors
            .iter()
            .map(|it| (it.field, it.code))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        complaints(|it| it.amount = eur("0")),
        [("amount", code::NOT_POSITIVE)]
    );
    assert_eq!(
        complaints(|it| it.amount = eur("-1")),
        [("amount", code::NOT_POSITIVE)]
    );
    assert_eq!(
        complaints(|it| it.amount = eur("0.02")),
        [("amount", code::TOO_SMALL)]
    );
    assert_eq!(
        complaints(|it| {
            it.amount = eur("999999999999");
            it.quantity = 2;
        }),
        [("amount", code::TOO_LARGE)]
    );
    assert_eq!(
        complaints(|it| it.quantity = 0),
        [("quantity", code::OUT_OF_RANGE)]
    );
    assert_eq!(
        complaints(|it| it.quantity = MAX_QUANTITY + 1),
        [("quantity", code::OUT_OF_RANGE)]
    );
    assert_eq!(
        complaints(|it| it.payments = 1),
        [("payments", code::OUT_OF_RANGE)]
    );
    assert_eq!(
        complaints(|it| it.payments = MAX_PAYMENTS + 1),
        [("payments", code::OUT_OF_RANGE)]
    );
    assert_eq!(
        complaints(|it| it.interval = None),
        [("interval", code::REQUIRED)]
    );
    assert_eq!(
        complaints(|it| {
            it.kind = PlanKind::OneTime;
            it.payments = 2;
        }),
        [
            ("payments", code::OUT_OF_RANGE),
            ("interval", code::NOT_ALLOWED)
        ]
    );
    assert_eq!(
        complaints(|it| it.first_due = TODAY - Span::new().days(1)),
        [("first_due", code::OUT_OF_RANGE)]
    );
    assert_eq!(
        complaints(|it| it.first_due = TODAY + Span::new().days(367)),
        [("first_due", code::OUT_OF_RANGE)]
    );
    let mut farthest = sound;
    farthest.first_due = TODAY + Span::new().days(366);
    assert!(PaymentTerms::new(farthest, TODAY).is_ok());
}

#[test]
fn stored_terms_are_checked_when_read_but_not_against_today() {
    let proposed = instalments("100", 3, Interval::Month, date(2020, 1, 1));
    let json = serde_json::to_string(&proposed).unwrap();
    assert!(serde_json::from_str::<PaymentTerms>(&json).is_ok());
    for (from, to) in [
        ("\"payments\":3", "\"payments\":0"),
        ("\"quantity\":1", "\"quantity\":0"),
        ("2020-01-01", "9999-12-31"),
        ("\"month\"", "null"),
    ] {
        let broken = json.replace(from, to);
        assert_ne!(broken, json);
        assert!(
            serde_json::from_str::<PaymentTerms>(&broken).is_err(),
            "{broken}"
        );
    }
}

fn any_terms() -> impl Strategy<Value = ProposedTerms> {
    (
        prop::sample::select(PlanKind::ALL.to_vec()),
        120i64..10_000_000_000,
        1..=MAX_QUANTITY,
        2..=MAX_PAYMENTS,
        prop::sample::select(Interval::ALL.to_vec()),
        0i32..40_000,
        prop::sample::select(vec!["EUR", "JPY", "KWD"]),
    )
        .prop_filter_map(
            "within the largest amount",
            |(kind, minor, quantity, payments, interval, days, code)| {
                let one_time = kind == PlanKind::OneTime;
                let currency: Currency = code.parse().unwrap();
                let amount = Money::from_minor(minor, currency).unwrap();
                amount.checked_mul(quantity * u32::from(payments)).ok()?;
                Some(ProposedTerms {
                    kind,
                    amount,
                    quantity,
                    payments: if one_time { 1 } else { payments },
                    interval: (!one_time).then_some(interval),
                    first_due: date(2024, 1, 1) + Span::new().days(days),
                })
            },
        )
}

/// Days of a month, by the rule and not by the library under test.
fn days_in(year: i16, month: i8) -> i8 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

proptest! {
    #[test]
    fn payments_add_up_to_the_total(proposed in any_terms()) {
        let schedule = schedule(proposed.clone());
        prop_assert_eq!(schedule.payments.len(), usize::from(proposed.payments));
        let sum = Money::sum(schedule.payments.iter().map(|it| it.amount), proposed.amount.currency());
        prop_assert_eq!(sum, Ok(schedule.total));
        let units = match proposed.kind {
            PlanKind::Subscription => proposed.quantity * u32::from(proposed.payments),
            PlanKind::OneTime | PlanKind::Instalments => proposed.quantity,
        };
        prop_assert_eq!(proposed.amount.checked_mul(units), Ok(schedule.total));
        prop_assert!(schedule.payments.iter().all(|it| it.amount.is_positive()));
        prop_assert!(schedule.payments.iter().zip(1..).all(|(it, number)| it.number == number));
    }

    #[test]
    fn dates_are_calendar_correct_and_strictly_increase(proposed in any_terms()) {
        let dues = dues(&schedule(proposed.clone()));
        prop_assert_eq!(dues[0], proposed.first_due);
        prop_assert!(dues.windows(2).all(|pair| pair[0] < pair[1]));
        let first = proposed.first_due;
        let months = match proposed.interval {
            Some(Interval::Month) => 1,
            Some(Interval::Quarter) => 3,
            Some(Interval::HalfYear) => 6,
            Some(Interval::Year) => 12,
            _ => 0,
        };
        for (step, due) in (0i32..).zip(&dues) {
            if months > 0 {
                let month = i32::from(first.month()) - 1 + step * months;
                let year = first.year() + i16::try_from(month / 12).unwrap();
                let month = i8::try_from(month % 12).unwrap() + 1;
                let day = first.day().min(days_in(year, month));
                prop_assert_eq!(*due, date(year, month, day));
            } else if let Some(interval) = proposed.interval {
                let days = if interval == Interval::Week { 7 } else { 14 };
                prop_assert_eq!((*due - first).get_days(), step * days);
            }
        }
    }

    #[test]
    fn terms_and_schedules_survive_json(proposed in any_terms()) {
        let terms = PaymentTerms::new(proposed.clone(), proposed.first_due).unwrap();
        let json = serde_json::to_string(&terms).unwrap();
        prop_assert_eq!(serde_json::from_str::<PaymentTerms>(&json).unwrap(), terms.clone());
        let schedule = terms.schedule();
        let json = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap(), schedule.clone());
    }
}
