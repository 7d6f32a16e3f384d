use crate::support::buyer;
use orderline_domain::{
    customer::buyer::{BuyerData, MAX_FIELD_CHARS},
    field::code,
};

fn complaints(data: &BuyerData) -> Vec<(&'static str, &'static str)> {
    data.complete()
        .unwrap_err()
        .iter()
        .map(|it| (it.field, it.code))
        .collect()
}

#[test]
fn cc5_cc11_missing_fields_are_all_named() {
    assert_eq!(
        complaints(&BuyerData::default()),
        [
            ("buyer.name", code::REQUIRED),
            ("buyer.email", code::REQUIRED),
            ("buyer.address.street", code::REQUIRED),
            ("buyer.address.postal_code", code::REQUIRED),
            ("buyer.address.city", code::REQUIRED),
            ("buyer.address.country", code::REQUIRED),
        ]
    );
    let mut blank = buyer();
    blank.address.city = " \u{a0} ".to_owned();
    assert_eq!(complaints(&blank), [("buyer.address.city", code::REQUIRED)]);
}

#[test]
fn complete_data_come_back_trimmed() {
    let mut typed = buyer();
    typed.name = "  Jana Lind ".to_owned();
    typed.company = Some("  ".to_owned());
    typed.phone = Some(String::new());
    typed.address.line2 = Some(" c/o Reis ".to_owned());
    typed.address.country = " de ".to_owned();
    let data = typed.complete().unwrap();
    assert_eq!(data.name, "Jana Lind");
    assert_eq!((data.company, data.phone), (None, None));
    assert_eq!(data.address.line2.as_deref(), Some("c/o Reis"));
    assert_eq!(data.address.country, "DE");
}

#[test]
fn malformed_fields_are_named() {
    for email in [
        "jana",
        "jana@",
        "@example.org",
        "ja na@example.org",
        "jana@localhost",
        "a@b@example.org",
        "jana@example..org",
        "jana@-example.org",
        "jana@example.org\nBcc: x@y.z",
        "<jana@example.org>",
    ] {
        let data = BuyerData {
            email: email.to_owned(),
            ..buyer()
        };
        assert_eq!(
            complaints(&data),
            [("buyer.email", code::INVALID)],
            "{email}"
        );
    }
    for phone in [
        "123",
        "+",
        "call me",
        "+49 341 12345678901234",
        "12345+",
        "++4934112345",
    ] {
        let data = BuyerData {
            phone: Some(phone.to_owned()),
            ..buyer()
        };
        assert_eq!(
            complaints(&data),
            [("buyer.phone", code::INVALID)],
            "{phone}"
        );
    }
    let mut data = buyer();
    data.address.country = "Germany".to_owned();
    data.address.street = "a".repeat(MAX_FIELD_CHARS + 1);
    data.name = "Jana\u{0}".to_owned();
    assert_eq!(
        complaints(&data),
        [
            ("buyer.name", code::INVALID),
            ("buyer.address.street", code::TOO_LONG),
            ("buyer.address.country", code::INVALID),
        ]
    );
}

#[test]
fn every_country_can_buy_by_phone() {
    for country in orderline_domain::country::codes() {
        let mut data = buyer();
        data.address.country = country.to_owned();
        assert!(data.complete().is_ok(), "{country}");
    }
}
