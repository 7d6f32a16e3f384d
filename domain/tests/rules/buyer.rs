use crate::support::buyer;
use orderline_domain::{
    customer::{
        address::{Address, MAX_FIELD_CHARS},
        buyer::BuyerData,
        postal::Need,
    },
    field::{FieldCode, code},
};

fn complaints(data: &BuyerData) -> Vec<(&'static str, FieldCode)> {
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
            ("buyer.address.country", code::REQUIRED),
            ("buyer.address.street", code::REQUIRED),
            ("buyer.address.postal_code", code::REQUIRED),
            ("buyer.address.city", code::REQUIRED),
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
        assert_eq!(complaints(&data), [("buyer.email", code::EMAIL)], "{email}");
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
            ("buyer.address.country", code::INVALID),
            ("buyer.address.street", code::TOO_LONG),
        ]
    );
}

/// What an address needs follows its country.
#[test]
fn parts_of_an_address_follow_its_country() {
    let in_country = |country: &str, change: fn(&mut Address)| {
        let mut data = buyer();
        data.address.country = country.to_owned();
        change(&mut data.address);
        data
    };
    for (country, change) in [
        ("HK", (|it| it.postal_code.clear()) as fn(&mut Address)),
        ("ae", |it| it.postal_code = " ".to_owned()),
        ("QA", |it| it.postal_code.clear()),
        ("IE", |it| it.postal_code.clear()),
        ("SG", |it| it.city.clear()),
        ("AE", |it| {
            it.postal_code.clear();
            it.city.clear();
            it.state = Some("Dubai".to_owned());
        }),
        ("US", |it| it.state = Some("CA".to_owned())),
        ("DE", |it| it.state = Some("\u{200b}".to_owned())),
    ] {
        let data = in_country(country, change).complete();
        assert!(data.is_ok(), "{country}: {data:?}");
    }
    for (country, change, field, code) in [
        (
            "DE",
            (|it| it.postal_code.clear()) as fn(&mut Address),
            "buyer.address.postal_code",
            code::REQUIRED,
        ),
        (
            "US",
            |it| it.postal_code.clear(),
            "buyer.address.postal_code",
            code::REQUIRED,
        ),
        (
            "HK",
            |it| it.postal_code = "-".to_owned(),
            "buyer.address.postal_code",
            code::INVALID,
        ),
        (
            "DE",
            |it| it.postal_code = "-".to_owned(),
            "buyer.address.postal_code",
            code::INVALID,
        ),
        (
            "HK",
            |it| it.city.clear(),
            "buyer.address.city",
            code::REQUIRED,
        ),
        (
            "DE",
            |it| it.city.clear(),
            "buyer.address.city",
            code::REQUIRED,
        ),
        (
            "FR",
            |it| it.street = "…".to_owned(),
            "buyer.address.street",
            code::INVALID,
        ),
        (
            "US",
            |it| it.state = Some("a\nb".to_owned()),
            "buyer.address.state",
            code::INVALID,
        ),
    ] {
        assert_eq!(
            complaints(&in_country(country, change)),
            [(field, code)],
            "{country}"
        );
    }
}

/// What the form marks as needed is what the rule asks for, in every country.
#[test]
fn what_is_marked_as_needed_is_what_is_asked_for() {
    for country in orderline_domain::country::codes() {
        for state in [None, Some("North".to_owned())] {
            let mut data = buyer();
            data.address = Address {
                street: "Harbour 1".to_owned(),
                country: country.to_owned(),
                state,
                ..Address::default()
            };
            let parts = data.parts();
            let marked = [
                ("buyer.address.postal_code", parts.postal_code),
                ("buyer.address.city", parts.city),
                ("buyer.address.state", parts.state),
            ];
            let marked = marked.into_iter().filter(|it| it.1 == Need::Required);
            let asked = data.complete().err().unwrap_or_default();
            let asked: Vec<_> = asked.iter().map(|it| it.field).collect();
            assert_eq!(
                asked,
                marked.map(|it| it.0).collect::<Vec<_>>(),
                "{country}"
            );
        }
    }
}

#[test]
fn an_address_is_read_line_by_line() {
    let mut data = buyer();
    data.name = " Jana Lind ".to_owned();
    data.company = Some(" ".to_owned());
    data.address = Address {
        street: "1 Market Street".to_owned(),
        line2: None,
        postal_code: "94105".to_owned(),
        city: "San Francisco".to_owned(),
        state: Some("CA".to_owned()),
        country: "US".to_owned(),
    };
    assert_eq!(
        data.lines(),
        [
            "Jana Lind",
            "1 Market Street",
            "94105 San Francisco",
            "CA",
            "US"
        ]
    );
    assert_eq!(BuyerData::default().lines(), Vec::<String>::new());
}

#[test]
fn every_country_can_buy_by_phone() {
    for country in orderline_domain::country::codes() {
        let mut data = buyer();
        data.address.country = country.to_owned();
        assert!(data.complete().is_ok(), "{country}");
    }
}
