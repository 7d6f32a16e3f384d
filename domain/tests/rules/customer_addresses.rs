use orderline_domain::{
    customer::{
        address::Address,
        addresses::{AddressData, Addresses, MAX_ADDRESSES, Refused, Used},
        buyer::BuyerData,
    },
    field::{FieldError, code},
    ids::AddressId,
};
use proptest::prelude::*;
use uuid::Uuid;

fn id(number: u128) -> AddressId {
    AddressId::from_uuid(Uuid::from_u128(number))
}

fn at(street: &str, billing: Used, delivery: Used) -> AddressData {
    AddressData {
        billing,
        delivery,
        address: Address {
            street: street.to_owned(),
            postal_code: "04109".to_owned(),
            city: "Leipzig".to_owned(),
            country: "DE".to_owned(),
            ..Address::default()
        },
    }
}

fn uses(all: &Addresses) -> Vec<(Used, Used)> {
    let data = all.all().iter().map(|it| &it.data);
    data.map(|it| (it.billing, it.delivery)).collect()
}

fn wrong(of: Result<Addresses, Refused>) -> Vec<FieldError> {
    match of {
        Err(Refused::Wrong(errors)) => errors,
        other => panic!("{other:?}"),
    }
}

#[test]
fn p4_the_first_address_of_a_use_is_its_default_until_another_is_chosen() {
    let one = Addresses::default()
        .put(id(1), &at("Markt 1", Used::Yes, Used::No), 0)
        .unwrap();
    assert_eq!(uses(&one), [(Used::Default, Used::No)]);
    let two = one
        .put(id(2), &at("Markt 2", Used::Default, Used::Yes), 0)
        .unwrap();
    assert_eq!(
        uses(&two),
        [(Used::Yes, Used::No), (Used::Default, Used::Default)]
    );
    // Taken away, another one takes its place.
    let one = two.without(id(2));
    assert_eq!(uses(&one), [(Used::Default, Used::No)]);
    assert_eq!(one.clone().without(id(2)), one);
}

#[test]
fn p4_an_address_that_is_sent_twice_is_there_once() {
    let typed = at("Markt 1", Used::Yes, Used::Yes);
    let one = Addresses::default().put(id(1), &typed, 0).unwrap();
    assert_eq!(one.clone().put(id(1), &typed, 0).unwrap(), one);
    // Whoever read an older one is told so.
    let other = at("Markt 2", Used::Yes, Used::Yes);
    let two = one.clone().put(id(1), &other, 1).unwrap();
    assert_eq!(two.all()[0].version, 2);
    assert_eq!(two.put(id(1), &typed, 1), Err(Refused::Changed));
    assert_eq!(one.put(id(2), &typed, 1), Err(Refused::Changed));
}

#[test]
fn p4_an_address_has_what_its_country_asks_for_and_a_use() {
    let mut typed = at(" ", Used::No, Used::No);
    typed.address.postal_code = String::new();
    let said = wrong(Addresses::default().put(id(1), &typed, 0));
    let said: Vec<_> = said.iter().map(|it| (it.field, it.code)).collect();
    assert_eq!(
        said,
        [
            ("street", code::REQUIRED),
            ("postal_code", code::REQUIRED),
            ("use", code::REQUIRED),
        ]
    );
    let mut ireland = at("Main Street 1", Used::No, Used::Yes);
    ireland.address.country = " ie ".to_owned();
    ireland.address.postal_code = String::new();
    let kept = Addresses::default().put(id(1), &ireland, 0).unwrap();
    assert_eq!(kept.all()[0].data.address.country, "IE");
}

#[test]
fn p4_a_record_has_so_many_addresses_and_no_more() {
    let mut all = Addresses::default();
    let typed = at("Markt 1", Used::Yes, Used::Yes);
    for number in 1..=MAX_ADDRESSES as u128 {
        all = all.put(id(number), &typed, 0).unwrap();
    }
    let said = wrong(all.put(id(0), &typed, 0));
    assert_eq!(
        (said[0].field, said[0].code),
        ("address", code::OUT_OF_RANGE)
    );
}

#[test]
fn p4_an_offer_takes_the_address_and_what_is_not_typed_yet() {
    let known = BuyerData {
        name: "Jana Lind".to_owned(),
        company: Some("Lind GmbH".to_owned()),
        email: "jana@lind.example".to_owned(),
        phone: None,
        address: at("Markt 1", Used::Yes, Used::No).address,
    };
    let typed = BuyerData {
        name: "J. Lind".to_owned(),
        company: Some(String::new()),
        phone: Some("+49 341 123456".to_owned()),
        address: at("Elsewhere 7", Used::Yes, Used::No).address,
        ..BuyerData::default()
    };
    let filled = typed.filled(&known);
    assert_eq!(filled.name, "J. Lind");
    assert_eq!(filled.phone.as_deref(), Some("+49 341 123456"));
    assert_eq!(filled.company, known.company);
    assert_eq!(filled.email, known.email);
    assert_eq!(filled.address, known.address);
}

fn used() -> impl Strategy<Value = Used> {
    prop::sample::select(Used::ALL.to_vec())
}

proptest! {
    /// Whatever is put, taken away or joined: while there is one for a use, exactly one is its default.
    #[test]
    fn p4_each_use_has_one_default(
        steps in prop::collection::vec((0_u128..5, used(), used(), any::<bool>()), 0..30),
        cut in 0_usize..30,
    ) {
        let mut both = [Addresses::default(), Addresses::default()];
        for (at_step, (number, billing, delivery, goes)) in steps.into_iter().enumerate() {
            let all = &mut both[usize::from(at_step >= cut)];
            let there = all.all().iter().find(|it| it.id == id(number));
            let version = there.map_or(0, |it| it.version);
            *all = if goes {
                all.clone().without(id(number))
            } else {
                all.clone().put(id(number), &at("Markt 1", billing, delivery), version).unwrap_or_else(|_| all.clone())
            };
        }
        let [first, second] = both;
        for all in [first.clone(), second.clone(), first.and(second)] {
            let uses = uses(&all);
            for of in [uses.iter().map(|it| it.0).collect::<Vec<_>>(), uses.iter().map(|it| it.1).collect()] {
                let defaults = of.iter().filter(|it| it.is_default()).count();
                prop_assert_eq!(defaults, usize::from(of.iter().any(|it| it.is_used())));
            }
        }
    }
}
