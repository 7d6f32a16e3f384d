use orderline_domain::{
    customer::{
        merge::{Stays, joined, stays},
        record::{Customer, CustomerData, Kind, MAX_NOTES_CHARS},
        sheet::{Column, Head, cells, delimiter},
    },
    field::code,
};

fn jana() -> CustomerData {
    CustomerData {
        kind: Kind::Company,
        name: "Jana Lind".to_owned(),
        company: Some("=SUM(A1)".to_owned()),
        email: Some("jana@lind.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        language: "de".to_owned(),
        country: Some("DE".to_owned()),
        vat_id: Some("DE136695976".to_owned()),
        tax_number: Some("232/123/45678".to_owned()),
        group: Some("@home".to_owned()),
        notes: Some("-2 %, always\n'yes'".to_owned()),
        may_be_called: true,
    }
}

fn named(name: &str) -> CustomerData {
    CustomerData {
        name: name.to_owned(),
        ..CustomerData::default()
    }
}

#[test]
fn p4_what_is_exported_can_be_imported() {
    let head = Head::read(Column::ALL.into_iter().map(Column::name)).unwrap();
    assert!(head.unknown().is_empty());
    for data in [jana(), named("Zoë")] {
        let cells = cells(&data);
        assert!(cells.iter().all(|it| !it.starts_with(['=', '+', '-', '@'])));
        let read = head.data(cells.iter().map(String::as_str));
        assert_eq!(read, Ok(data));
    }
}

#[test]
fn p4_a_file_from_elsewhere_is_read_by_the_names_of_its_columns() {
    let head = Head::read(["\u{feff}Email", " NAME ", "Shoe size"].into_iter()).unwrap();
    assert_eq!(head.unknown(), ["Shoe size"]);
    let read = head.data(["noor@haddad.example", "Noor", "44"].into_iter());
    let noor = CustomerData {
        email: Some("noor@haddad.example".to_owned()),
        ..named("Noor")
    };
    assert_eq!(read, Ok(noor));
    let nameless = Head::read(["email"].into_iter()).unwrap_err();
    assert_eq!((nameless.field, nameless.code), ("name", code::REQUIRED));
    assert!(Head::read(["name", "Name"].into_iter()).is_err());
    for (first, sign) in [
        ("name,email", b','),
        ("name;email;notes, all\n", b';'),
        ("name\temail", b'\t'),
        ("name", b','),
    ] {
        assert_eq!(delimiter(first), sign, "{first}");
    }
}

#[test]
fn p4_what_no_form_could_say_is_wrong_at_its_column() {
    let head = Head::read(["name", "kind", "may_be_called"].into_iter()).unwrap();
    let said = head
        .data(["Noor", "club", "maybe"].into_iter())
        .unwrap_err();
    let said: Vec<_> = said.iter().map(|it| (it.field, it.code)).collect();
    assert_eq!(
        said,
        [("kind", code::INVALID), ("may_be_called", code::INVALID)]
    );
    let quiet = head.data(["Noor", "", ""].into_iter()).unwrap();
    assert!(!quiet.may_be_called);
}

#[test]
fn p4_of_two_records_the_one_with_an_address_stays() {
    let guest = named("Jana");
    assert_eq!(stays(&jana(), &guest), Ok(Stays::First));
    assert_eq!(stays(&guest, &jana()), Ok(Stays::Second));
    assert_eq!(stays(&guest, &named("Jana L.")), Ok(Stays::First));
    let other = CustomerData {
        email: Some("other@lind.example".to_owned()),
        ..guest
    };
    assert_eq!(stays(&jana(), &other), Err(code::TWO_ADDRESSES));
}

#[test]
fn p4_a_record_takes_what_it_lacks_from_the_one_that_goes() {
    let stays = Customer::new(&CustomerData {
        email: Some("jana@lind.example".to_owned()),
        notes: Some("Calls after six.".to_owned()),
        ..named("Jana Lind")
    })
    .unwrap();
    let goes = Customer::new(&CustomerData {
        phone: Some("+49341123456".to_owned()),
        country: Some("DE".to_owned()),
        vat_id: Some("136695976".to_owned()),
        notes: Some("Likes green.".to_owned()),
        may_be_called: true,
        ..named("Jana")
    })
    .unwrap();
    let both = joined(&stays, &goes);
    let data = both.data();
    assert_eq!(data.name, "Jana Lind");
    assert_eq!(data.phone.as_deref(), Some("+49341123456"));
    assert_eq!(data.vat_id.as_deref(), Some("DE136695976"));
    assert_eq!(
        data.notes.as_deref(),
        Some("Calls after six.\n\nLikes green.")
    );
    assert!(!data.may_be_called, "consent is nobody's to pass on");
    let long = Customer::new(&CustomerData {
        notes: Some("x".repeat(MAX_NOTES_CHARS)),
        ..named("Jana")
    })
    .unwrap();
    assert_eq!(
        joined(&stays, &long).data().notes.as_deref(),
        Some("Calls after six.")
    );
}
