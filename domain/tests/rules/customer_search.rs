//! What is looked for among customers, and whom they are assigned to.

use orderline_domain::{
    customer::{
        assigned::{AssignedTo, may_hold, relation},
        record::{Customer, CustomerData},
        search::{MAX_SEARCH_CHARS, MAX_TERMS, Search},
    },
    ids::UserId,
    people::{
        capacity::Known,
        roles::{Relation, Role},
    },
};
use proptest::prelude::*;
use uuid::Uuid;

fn search(typed: &str) -> Search {
    Search::new(typed).unwrap()
}

#[test]
fn p4_words_are_looked_for_one_by_one_in_small_letters() {
    assert_eq!(search("  Noor HADDAD ").terms(), ["noor", "haddad"]);
    assert_eq!(search("a b c d e f").terms().len(), MAX_TERMS);
    assert_eq!(search("noor").order_number(), None);
    assert!(Search::new(" ").is_err());
    assert!(Search::new(&"x".repeat(MAX_SEARCH_CHARS + 1)).is_err());
}

#[test]
fn p4_a_number_is_a_phone_number_or_an_orders() {
    for (typed, term, order) in [
        ("0341 / 123-456", "341123456", 341_123_456),
        ("+49 (341) 123456", "49341123456", 49_341_123_456),
        ("0049341123456", "49341123456", 49_341_123_456),
        ("#10491", "10491", 10_491),
        ("000", "0", 0),
    ] {
        let read = search(typed);
        assert_eq!(read.terms(), [term], "{typed}");
        assert_eq!(read.order_number(), Some(order), "{typed}");
        assert_eq!(read.close(), None, "{typed}");
    }
    // Longer than any number of an order.
    assert_eq!(search(&"9".repeat(30)).order_number(), None);
}

#[test]
fn p4_only_words_of_some_length_have_others_close_to_them() {
    for none in ["no", "ann", "?!", "12ab"] {
        let is_close = search(none).close().is_some();
        assert_eq!(is_close, none == "12ab", "{none}");
    }
    let least = |typed: &str| search(typed).close().unwrap().least;
    assert!(least("maier") < least("zimmermann"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(typed in ".*") {
        if let Ok(read) = Search::new(&typed) {
            prop_assert!(read.terms().len() <= MAX_TERMS);
            prop_assert!(read.terms().iter().all(|term| !term.is_empty()));
        }
    }

    #[test]
    fn whom_customers_are_assigned_to_is_read_as_it_was_written(id in any::<u128>()) {
        for it in [AssignedTo::Nobody, AssignedTo::Rep(UserId::from_uuid(Uuid::from_u128(id)))] {
            prop_assert_eq!(it.to_string().parse(), Ok(it));
        }
    }
}

#[test]
fn ox1_a_customer_is_their_reps_own() {
    let [me, other] = [1, 2].map(|n| UserId::from_uuid(Uuid::from_u128(n)));
    assert_eq!(relation(me, Some(me)), Relation::Own);
    assert_eq!(relation(me, Some(other)), Relation::Foreign);
    assert_eq!(relation(me, None), Relation::Foreign);
    assert!("everybody".parse::<AssignedTo>().is_err());
}

#[test]
fn ox2_only_who_sells_holds_customers() {
    for role in Role::ALL {
        let known = Known {
            user: UserId::from_uuid(Uuid::nil()),
            name: "Karla".to_owned(),
            roles: vec![Role::Admin, role],
        };
        let sells = matches!(role, Role::Seller | Role::Rep);
        assert_eq!(may_hold(&known), sells, "{role:?}");
    }
}

#[test]
fn p4_a_record_is_found_by_all_that_it_is_reached_by() {
    let data = CustomerData {
        name: "Noor HADDAD".to_owned(),
        company: Some("Haddad GmbH".to_owned()),
        email: Some("Noor@Haddad.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        ..CustomerData::default()
    };
    let record = Customer::new(&data).unwrap();
    assert_eq!(
        record.search_key(),
        "noor haddad haddad gmbh noor@haddad.example +49341123456"
    );
}
