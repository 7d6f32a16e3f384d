use crate::support::eur;
use orderline_domain::{
    money::{Currency, MAX_MAJOR_UNITS, MAX_PARTS, Money, MoneyError, Rounding},
    percent::{Percent, vat_included},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn currencies() -> impl Strategy<Value = Currency> {
    // No, two, three and four minor digits.
    prop::sample::select(vec!["JPY", "EUR", "BRL", "KWD", "CLF"]).prop_map(|it| it.parse().unwrap())
}

fn amounts() -> impl Strategy<Value = Money> {
    (-99_999_999_999_999i64..=99_999_999_999_999, currencies())
        .prop_map(|(minor, currency)| Money::from_minor(minor / 100, currency).unwrap())
}

#[test]
fn reads_what_people_type() {
    for (text, cents) in [
        ("570", 57_000),
        (" 570.5 ", 57_050),
        ("570,50", 57_050),
        ("0", 0),
        ("-0.00", 0),
        ("-3.10", -310),
        ("0.10", 10),
        ("007", 700),
    ] {
        assert_eq!(
            Money::parse(text, Currency::EUR),
            Money::from_minor(cents, Currency::EUR),
            "{text}"
        );
    }
    for text in [
        "", " ", "-", ".", ".5", "5.", "1.2.3", "1,234.50", "1e5", "٣", "NaN", "+5", "5 0", "0x1F",
    ] {
        assert_eq!(
            Money::parse(text, Currency::EUR),
            Err(MoneyError::NotANumber),
            "{text}"
        );
    }
}

#[test]
fn a_thousands_mark_is_never_taken_for_a_decimal_mark() {
    for text in ["2.280", "2,281"] {
        assert_eq!(
            Money::parse(text, Currency::EUR),
            Err(MoneyError::TooManyDecimals { max: 2 }),
            "{text}"
        );
    }
}

#[test]
fn knows_its_bounds() {
    assert!(Money::new(Decimal::from(MAX_MAJOR_UNITS), Currency::EUR).is_ok());
    assert_eq!(
        Money::new(Decimal::from(MAX_MAJOR_UNITS + 1), Currency::EUR),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        Money::parse("99999999999999999999999", Currency::EUR),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        Money::parse("0.01", "JPY".parse().unwrap()),
        Err(MoneyError::TooManyDecimals { max: 0 })
    );
    let largest = Money::new(Decimal::from(MAX_MAJOR_UNITS), Currency::EUR).unwrap();
    assert_eq!(largest.checked_add(eur("0.01")), Err(MoneyError::TooLarge));
    assert_eq!(largest.checked_mul(u32::MAX), Err(MoneyError::TooLarge));
    assert_eq!(eur("1").split(0), Err(MoneyError::BadParts));
    assert_eq!(eur("1").split(MAX_PARTS + 1), Err(MoneyError::BadParts));
}

#[test]
fn two_currencies_never_mix() {
    let dollars = Money::parse("1", Currency::USD).unwrap();
    assert_eq!(
        eur("1").checked_add(dollars),
        Err(MoneyError::CurrencyMismatch)
    );
    assert_eq!(
        eur("1").checked_sub(dollars),
        Err(MoneyError::CurrencyMismatch)
    );
    // No minor unit: gold, special drawing rights.
    for code in ["XAU", "XDR", "EURO", "eur", ""] {
        assert_eq!(
            code.parse::<Currency>(),
            Err(MoneyError::UnknownCurrency),
            "{code}"
        );
    }
}

#[test]
fn the_remainder_goes_onto_the_first_parts() {
    let parts = eur("100").split(3).unwrap();
    assert_eq!(parts, [eur("33.34"), eur("33.33"), eur("33.33")]);
    let parts = eur("-0.05").split(3).unwrap();
    assert_eq!(parts, [eur("-0.02"), eur("-0.02"), eur("-0.01")]);
}

#[test]
fn json_spells_each_amount_in_one_way() {
    assert_eq!(
        serde_json::to_string(&eur("570")).unwrap(),
        r#"{"amount":"570.00","currency":"EUR"}"#
    );
    for refused in [
        r#"{"amount":570.0,"currency":"EUR"}"#,
        r#"{"amount":"570,00","currency":"EUR"}"#,
        r#"{"amount":"570.001","currency":"EUR"}"#,
        r#"{"amount":"570.00","currency":"XAU"}"#,
    ] {
        assert!(serde_json::from_str::<Money>(refused).is_err(), "{refused}");
    }
}

#[test]
fn rounding_is_named() {
    let half = Decimal::new(25, 3);
    for (rounding, cents) in [
        (Rounding::HalfUp, 3),
        (Rounding::HalfEven, 2),
        (Rounding::Down, 2),
    ] {
        assert_eq!(
            eur("1").scaled(half, rounding),
            Money::from_minor(cents, Currency::EUR)
        );
        assert_eq!(
            eur("-1").scaled(half, rounding),
            Money::from_minor(-cents, Currency::EUR)
        );
    }
}

#[test]
fn tax_inside_a_gross_amount() {
    for (gross, rate, tax) in [
        ("2280", "19", "364.03"),
        ("119", "19", "19"),
        ("107", "7", "7"),
        ("10", "0", "0"),
        ("10", "100", "5"),
        ("0.01", "19", "0"),
    ] {
        assert_eq!(
            vat_included(eur(gross), rate.parse().unwrap()),
            eur(tax),
            "{gross} {rate}"
        );
    }
    for refused in ["-1", "100.01", "19.00001", "19%", ""] {
        assert!(refused.parse::<Percent>().is_err(), "{refused}");
    }
    let rate: Percent = "19.0".parse().unwrap();
    assert_eq!(serde_json::to_string(&rate).unwrap(), "\"19\"");
    assert_eq!(rate.of(eur("100"), Rounding::HalfUp), Ok(eur("19")));
}

proptest! {
    #[test]
    fn split_parts_add_up_and_differ_by_at_most_one_minor_unit(amount in amounts(), parts in 1..=MAX_PARTS) {
        let split = amount.split(parts).unwrap();
        prop_assert_eq!(split.len(), usize::from(parts));
        prop_assert_eq!(Money::sum(split.iter().copied(), amount.currency()), Ok(amount));
        let (min, max) = split.iter().fold((i128::MAX, i128::MIN), |(min, max), part| {
            (min.min(part.minor()), max.max(part.minor()))
        });
        prop_assert!(max - min <= 1);
        prop_assert!(split.windows(2).all(|pair| pair[0].minor().abs() >= pair[1].minor().abs()));
    }

    #[test]
    fn json_and_text_give_the_amount_back(amount in amounts()) {
        let json = serde_json::to_string(&amount).unwrap();
        let back: Money = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, amount);
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), json);
        prop_assert_eq!(Money::parse(&amount.amount().to_string(), amount.currency()), Ok(amount));
    }

    #[test]
    fn sums_are_exact(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000, n in 0u32..1_000) {
        let money = |minor| Money::from_minor(minor, Currency::EUR).unwrap();
        prop_assert_eq!(money(a).checked_add(money(b)), Ok(money(a + b)));
        prop_assert_eq!(money(a).checked_sub(money(b)), Ok(money(a - b)));
        prop_assert_eq!(money(a).checked_mul(n), Ok(money(a * i64::from(n))));
    }

    #[test]
    fn tax_is_within_half_a_minor_unit(cents in 0i64..10_000_000_000, basis_points in 0u32..=10_000) {
        let gross = Money::from_minor(cents, Currency::EUR).unwrap();
        let rate = Percent::new(Decimal::new(i64::from(basis_points), 2)).unwrap();
        let tax = vat_included(gross, rate).minor();
        // |tax − gross·r/(1+r)| ≤ ½, without fractions.
        let (gross, points) = (gross.minor(), i128::from(basis_points));
        prop_assert!((2 * (tax * (10_000 + points) - gross * points)).abs() <= 10_000 + points);
    }

    #[test]
    fn no_text_makes_parse_panic(text in "\\PC{0,30}") {
        let _ = Money::parse(&text, Currency::EUR);
    }
}
