use jiff::{Timestamp, ToSpan as _};
use orderline_domain::{
    customer::record::{Customer, CustomerData, Kind, MAX_NOTES_CHARS},
    field::{FieldCode, code},
    people::person::MAX_NAME_CHARS,
};

fn jana() -> CustomerData {
    CustomerData {
        name: "Jana Lind".to_owned(),
        email: Some("jana@lind.example".to_owned()),
        phone: Some("+49 341 123456".to_owned()),
        language: "de".to_owned(),
        country: Some("DE".to_owned()),
        notes: Some("Calls after six.\nTwo children.".to_owned()),
        ..CustomerData::default()
    }
}

fn complaints(data: &CustomerData) -> Vec<(&'static str, FieldCode)> {
    let errors = Customer::new(data).unwrap_err();
    errors.iter().map(|it| (it.field, it.code)).collect()
}

#[test]
fn p4_a_name_of_one_word_is_enough() {
    for name in ["Jana", "  Jana ", "李", "O’Neill", "Zoë 2"] {
        let data = CustomerData {
            name: name.to_owned(),
            ..CustomerData::default()
        };
        let customer = Customer::new(&data).unwrap();
        assert_eq!(customer.data().name, name.trim());
        assert_eq!(customer.data().email, None);
    }
    let fine = jana();
    assert_eq!(Customer::new(&fine).unwrap().data(), &fine);
}

#[test]
fn p4_a_company_has_a_name_and_somebody_to_speak_to() {
    let company = |name: Option<&str>| CustomerData {
        kind: Kind::Company,
        company: name.map(str::to_owned),
        ..jana()
    };
    assert!(Customer::new(&company(Some("Lind & Töchter GmbH"))).is_ok());
    for none in [None, Some(""), Some(" \u{a0} ")] {
        assert_eq!(complaints(&company(none)), [("company", code::REQUIRED)]);
    }
    assert_eq!(
        complaints(&company(Some("-"))),
        [("company", code::INVALID)]
    );
    let nobody = CustomerData {
        name: String::new(),
        ..company(Some("Lind GmbH"))
    };
    assert_eq!(complaints(&nobody), [("name", code::REQUIRED)]);
    // A person may belong to one, and need not.
    let person = CustomerData {
        company: Some("  ".to_owned()),
        ..jana()
    };
    assert_eq!(Customer::new(&person).unwrap().data().company, None);
}

#[test]
fn p4_every_bad_field_is_named() {
    let long = |chars: usize| "x".repeat(chars);
    let all = CustomerData {
        kind: Kind::Company,
        name: " ".to_owned(),
        company: Some(long(MAX_NAME_CHARS + 1)),
        email: Some("jana".to_owned()),
        phone: Some("12".to_owned()),
        language: "German".to_owned(),
        country: Some("XX".to_owned()),
        notes: Some(long(MAX_NOTES_CHARS + 1)),
        may_be_called: true,
        ..CustomerData::default()
    };
    assert_eq!(
        complaints(&all),
        [
            ("name", code::REQUIRED),
            ("company", code::TOO_LONG),
            ("email", code::EMAIL),
            ("phone", code::INVALID),
            ("language", code::INVALID),
            ("country", code::INVALID),
            ("notes", code::TOO_LONG),
        ]
    );
    for (name, wrong) in [
        ("-", code::INVALID),
        ("Jana\nLind", code::INVALID),
        (long(MAX_NAME_CHARS + 1).as_str(), code::TOO_LONG),
    ] {
        let data = CustomerData {
            name: name.to_owned(),
            ..jana()
        };
        assert_eq!(complaints(&data), [("name", wrong)]);
    }
    let unread = CustomerData {
        language: " ".to_owned(),
        ..jana()
    };
    assert_eq!(complaints(&unread), [("language", code::REQUIRED)]);
}

#[test]
fn texts_that_show_nothing_are_left_out() {
    let blank = || Some(" \u{200b}".to_owned());
    let data = CustomerData {
        company: blank(),
        email: blank(),
        phone: blank(),
        country: blank(),
        notes: blank(),
        ..jana()
    };
    let customer = Customer::new(&data).unwrap();
    let kept = customer.data();
    let optional = [
        &kept.company,
        &kept.email,
        &kept.phone,
        &kept.country,
        &kept.notes,
    ];
    assert!(optional.iter().all(|it| it.is_none()), "{kept:?}");
    let small = CustomerData {
        country: Some(" de ".to_owned()),
        ..jana()
    };
    let customer = Customer::new(&small).unwrap();
    assert_eq!(customer.data().country.as_deref(), Some("DE"));
}

/// Whose mailbox it is says who the person is: another address is another customer.
#[test]
fn an_edit_leaves_the_address_as_it_is() {
    let customer = Customer::new(&jana()).unwrap();
    let with = |email: Option<&str>| CustomerData {
        name: "Jana Lind-Sommer".to_owned(),
        email: email.map(str::to_owned),
        ..jana()
    };
    let same = customer.edited(&with(Some("Jana@Lind.Example"))).unwrap();
    assert_eq!(same.data().name, "Jana Lind-Sommer");
    assert_eq!(same.email_folded().as_deref(), Some("jana@lind.example"));
    for other in [None, Some("other@lind.example")] {
        let errors = customer.edited(&with(other)).unwrap_err();
        assert_eq!((errors[0].field, errors[0].code), ("email", code::FIXED));
    }
    let guest = Customer::new(&with(None)).unwrap();
    assert!(guest.edited(&with(None)).is_ok());
    assert!(guest.edited(&with(Some("jana@lind.example"))).is_err());
}

#[test]
fn p4_consent_to_be_called_keeps_its_moment_until_it_is_taken_back() {
    let may = |may_be_called| {
        let data = CustomerData {
            may_be_called,
            ..jana()
        };
        Customer::new(&data).unwrap()
    };
    let first = Timestamp::UNIX_EPOCH;
    let later = first + 1.hour();
    assert_eq!(may(true).call_consent(None, first), Some(first));
    assert_eq!(may(true).call_consent(Some(first), later), Some(first));
    assert_eq!(may(false).call_consent(Some(first), later), None);
    assert_eq!(may(true).call_consent(None, later), Some(later));
}

#[test]
fn kinds_have_the_names_that_storage_keeps() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        let json = serde_json::to_value(kind).unwrap();
        assert_eq!(json, serde_json::json!(kind.name()));
    }
    assert_eq!(Kind::from_name("robot"), None);
}
