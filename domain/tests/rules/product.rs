//! A product as it is typed: what is taken, and what is said at which field.

use crate::support::{COACHING, ONE_TIME, catalogue, eur, uuid};
use orderline_domain::{
    catalogue::{
        product::{Contracting, Offered, one_time},
        proposal::{CheckedProduct, ChosenPartner, MAX_PRICE_MAJOR_UNITS, ProposedProduct},
    },
    field::FieldError,
    ids::PartnerId,
    money::{Currency, MAX_MAJOR_UNITS},
    offer::plan::{MAX_QUANTITY, PlanKind},
};

/// As the plan of the tests' catalogue is called.
const LABEL: &str = "OneTime";
const PARTNER: PartnerId = PartnerId::from_uuid(uuid(71));

fn proposed() -> ProposedProduct {
    ProposedProduct {
        name: "Coaching Pro".to_owned(),
        price: "2400".to_owned(),
        label: LABEL.to_owned(),
        vat_rate: "19".to_owned(),
        partner: ChosenPartner::Known(PARTNER),
    }
}

fn contracting() -> Contracting {
    Contracting {
        contractual_partner: " Nordlicht\u{a0}Akademie GmbH ".to_owned(),
        terms_of: "Nordlicht Akademie GmbH".to_owned(),
        terms_version: "2026-11".to_owned(),
    }
}

fn checked(proposed: ProposedProduct) -> CheckedProduct {
    CheckedProduct::new(proposed, Currency::EUR).unwrap()
}

fn complaints(proposed: ProposedProduct) -> Vec<(&'static str, &'static str)> {
    let errors = CheckedProduct::new(proposed, Currency::EUR).unwrap_err();
    let pair = |error: &FieldError| (error.field, error.code.name());
    errors.iter().map(pair).collect()
}

#[test]
fn prices_and_rates_are_read_in_either_notation() {
    for (typed, price) in [
        ("2400", "2400.00"),
        (" 49,90 ", "49.90"),
        ("0.01", "0.01"),
        ("1000000000", "1000000000.00"),
    ] {
        let product = checked(ProposedProduct {
            price: typed.to_owned(),
            ..proposed()
        });
        assert_eq!(product.price(), eur(price), "{typed}");
    }
    for (typed, rate) in [
        ("0", "0"),
        ("8,1", "8.1"),
        (" 19 % ", "19"),
        ("7.7000", "7.7"),
        ("100", "100"),
    ] {
        let product = checked(ProposedProduct {
            vat_rate: typed.to_owned(),
            ..proposed()
        });
        assert_eq!(product.vat_rate().to_string(), rate, "{typed}");
    }
}

#[test]
fn what_is_wrong_with_a_product_is_said_at_its_field() {
    let long = "x".repeat(201);
    for (name, code) in [
        ("", "required"),
        (" \u{200b} ", "required"),
        ("--", "invalid"),
        ("two\nlines", "invalid"),
        (long.as_str(), "too_long"),
    ] {
        let product = ProposedProduct {
            name: name.to_owned(),
            ..proposed()
        };
        assert_eq!(complaints(product), [("name", code)], "{name:?}");
    }
    for (price, code) in [
        ("", "required"),
        ("free", "invalid"),
        ("2.400,00", "invalid"),
        ("2.400", "too_many_decimals"),
        ("0", "not_positive"),
        ("-5", "not_positive"),
        ("1000000000.01", "too_large"),
        ("99999999999999", "too_large"),
    ] {
        let product = ProposedProduct {
            price: price.to_owned(),
            ..proposed()
        };
        assert_eq!(complaints(product), [("price", code)], "{price:?}");
    }
    for (rate, code) in [
        (" ", "required"),
        ("none", "invalid"),
        ("1_9", "invalid"),
        ("1.2.3", "invalid"),
        ("-1", "out_of_range"),
        ("100.1", "out_of_range"),
        ("19.00001", "too_many_decimals"),
    ] {
        let product = ProposedProduct {
            vat_rate: rate.to_owned(),
            ..proposed()
        };
        assert_eq!(complaints(product), [("vat_rate", code)], "{rate:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_the_forms_order() {
    let empty = ProposedProduct {
        name: String::new(),
        price: String::new(),
        label: String::new(),
        vat_rate: String::new(),
        partner: ChosenPartner::New(Contracting {
            contractual_partner: String::new(),
            terms_of: "x".repeat(201),
            terms_version: "x".repeat(61),
        }),
    };
    assert_eq!(
        complaints(empty),
        [
            ("name", "required"),
            ("price", "required"),
            ("label", "required"),
            ("vat_rate", "required"),
            ("partner.contractual_partner", "required"),
            ("partner.terms_of", "too_long"),
            ("partner.terms_version", "too_long"),
        ]
    );
}

#[test]
fn a_new_partner_is_taken_in_clean_words() {
    let product = checked(ProposedProduct {
        partner: ChosenPartner::New(contracting()),
        ..proposed()
    });
    let ChosenPartner::New(partner) = product.partner() else {
        panic!("a new one was proposed")
    };
    assert_eq!(partner.terms_version, "2026-11");
    assert_eq!(
        partner.contractual_partner.trim(),
        partner.contractual_partner
    );
}

#[test]
fn a_price_is_in_the_vendors_currency_and_its_minor_unit() {
    let yen = "JPY".parse().unwrap();
    let whole = CheckedProduct::new(proposed(), yen).unwrap();
    assert_eq!(whole.price().to_string(), "2400 JPY");
    let parts = ProposedProduct {
        price: "2400.5".to_owned(),
        ..proposed()
    };
    let errors = CheckedProduct::new(parts, yen).unwrap_err();
    assert_eq!(errors[0].code.name(), "too_many_decimals");
}

#[test]
fn the_largest_price_fits_into_the_largest_offer() {
    assert!(MAX_PRICE_MAJOR_UNITS * i64::from(MAX_QUANTITY) <= MAX_MAJOR_UNITS);
}

#[test]
fn a_product_is_sold_by_one_payment_of_its_price() {
    let product = checked(proposed());
    let plan = product.plan(ONE_TIME, COACHING);
    assert_eq!((plan.id, plan.product), (ONE_TIME, COACHING));
    assert_eq!((plan.kind, plan.payments), (PlanKind::OneTime, 1));
    assert_eq!((plan.amount, plan.interval), (eur("2400"), None));
    assert_eq!(plan.label, LABEL);
}

#[test]
fn a_product_that_says_the_same_already_is_known() {
    let all = catalogue();
    let offered = Offered {
        product: all.product(COACHING).unwrap().clone(),
        partner: PARTNER,
        version: 3,
        plans: all.plans_of(COACHING).cloned().collect(),
    };
    assert_eq!(offered.one_time().map(|plan| plan.id), Some(ONE_TIME));
    assert!(checked(proposed()).is_said_by(&offered, PARTNER));
    let other = PartnerId::from_uuid(uuid(72));
    assert!(!checked(proposed()).is_said_by(&offered, other));
    for change in [
        |it: &mut ProposedProduct| it.name.push('!'),
        |it: &mut ProposedProduct| it.price.push('1'),
        |it: &mut ProposedProduct| it.label.push('!'),
        |it: &mut ProposedProduct| it.vat_rate = "7".to_owned(),
    ] {
        let mut next = proposed();
        change(&mut next);
        assert!(!checked(next).is_said_by(&offered, PARTNER));
    }
    let subscription: Vec<_> = all
        .plans
        .iter()
        .filter(|plan| plan.kind == PlanKind::Subscription)
        .cloned()
        .collect();
    assert!(one_time(&subscription).is_none());
}
