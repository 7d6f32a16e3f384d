use orderline_domain::{
    customer::{
        record::{Customer, CustomerData},
        tax::{MAX_VAT_ID_CHARS, vat_id},
    },
    field::code,
    text::BadText,
};

#[test]
fn p4_a_vat_id_has_its_countrys_shape_and_check_digits() {
    for (typed, home, kept) in [
        ("DE136695976", None, "DE136695976"),
        (" de 136 695 976 ", Some("DE"), "DE136695976"),
        ("136695976", Some("DE"), "DE136695976"),
        ("ATU13585627", None, "ATU13585627"),
        ("FR40303265045", Some("FR"), "FR40303265045"),
        ("IT00743110157", Some("DE"), "IT00743110157"),
        ("PT501964843", None, "PT501964843"),
        ("RO18547290", None, "RO18547290"),
        ("NL004495445B01", None, "NL004495445B01"),
        ("EL094259216", Some("GR"), "EL094259216"),
        ("094259216", Some("GR"), "EL094259216"),
        // What no rule is known of is kept as it is.
        ("12-3456789", Some("US"), "12-3456789"),
        ("12345", None, "12345"),
    ] {
        let read = vat_id(typed, home);
        assert_eq!(read.as_deref(), Ok(kept), "{typed}");
        // A record is read back as it was kept.
        assert_eq!(vat_id(kept, home).as_deref(), Ok(kept), "{kept}");
    }
    for (typed, home) in [
        ("DE136695978", None),
        ("DE13669597", None),
        ("136695978", Some("DE")),
        ("FR40303265044", None),
        ("EL094259217", None),
    ] {
        assert_eq!(vat_id(typed, home), Err(BadText::NoVatId), "{typed}");
    }
    assert_eq!(vat_id(" ", None), Err(BadText::Empty));
    let long = "1".repeat(MAX_VAT_ID_CHARS + 1);
    assert!(vat_id(&long, None).is_err());
}

#[test]
fn p4_a_group_and_numbers_of_tax_offices_may_be_left_out() {
    let typed = CustomerData {
        name: "Jana".to_owned(),
        country: Some("de".to_owned()),
        vat_id: Some("136695976".to_owned()),
        tax_number: Some(" 232/123/45678 ".to_owned()),
        group: Some(" Regulars ".to_owned()),
        ..CustomerData::default()
    };
    let kept = Customer::new(&typed).unwrap();
    let data = kept.data();
    assert_eq!(data.vat_id.as_deref(), Some("DE136695976"));
    assert_eq!(data.tax_number.as_deref(), Some("232/123/45678"));
    assert_eq!(data.group.as_deref(), Some("Regulars"));
    let bad = CustomerData {
        vat_id: Some("136695978".to_owned()),
        tax_number: Some("-".to_owned()),
        group: Some("x".repeat(61)),
        ..typed
    };
    let said = Customer::new(&bad).unwrap_err();
    let said: Vec<_> = said.iter().map(|it| (it.field, it.code)).collect();
    assert_eq!(
        said,
        [
            ("vat_id", code::INVALID),
            ("tax_number", code::INVALID),
            ("group", code::TOO_LONG),
        ]
    );
}
