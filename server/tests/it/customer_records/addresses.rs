//! Addresses of a record, and the offer that takes one.

use super::{path, put};
use crate::{
    customers::{add, complaints, guest, noor, opened, wish},
    support::{Browser, TestApp, client::problem, fresh_uuid},
};
use orderline_domain::{
    customer::{
        address::Address,
        addresses::{AddressData, Used},
        record::CustomerData,
    },
    ids::{AddressId, CustomerId},
};
use orderline_protocol::{
    customer::{CustomerAddresses, CustomerGroups, KnownBuyer, PutAddress},
    problem::Code,
};
use reqwest::StatusCode;

pub(super) fn at(street: &str, billing: Used, delivery: Used) -> AddressData {
    AddressData {
        billing,
        delivery,
        address: Address {
            street: street.to_owned(),
            postal_code: "04109".to_owned(),
            city: "Leipzig".to_owned(),
            country: "de".to_owned(),
            ..Address::default()
        },
    }
}

fn one(customer: CustomerId, address: AddressId) -> String {
    path(customer, &format!("/addresses/{address}"))
}

pub(super) async fn keep(
    browser: &Browser,
    customer: CustomerId,
    data: AddressData,
) -> CustomerAddresses {
    let address = AddressId::from_uuid(fresh_uuid());
    let answer = put(
        browser,
        &one(customer, address),
        &PutAddress { data, version: 0 },
    )
    .await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("addresses")
}

fn seen(all: &CustomerAddresses) -> Vec<(&str, Used, Used)> {
    let data = all.addresses.iter().map(|it| &it.data);
    data.map(|it| (it.address.street.as_str(), it.billing, it.delivery))
        .collect()
}

#[tokio::test]
async fn p4_a_customer_has_addresses_for_bills_and_deliveries() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let customer = add(&seller, &wish(noor())).await.customer;
    keep(&seller, customer, at("Markt 1", Used::Yes, Used::Yes)).await;
    let all = keep(&seller, customer, at("Hof 2", Used::No, Used::Default)).await;
    let both = [
        ("Markt 1", Used::Default, Used::Yes),
        ("Hof 2", Used::No, Used::Default),
    ];
    assert_eq!(seen(&all), both);
    let read: CustomerAddresses = seller.read(&path(customer, "/addresses")).await;
    assert_eq!(read, all);
    assert_eq!(read.addresses[0].data.address.country, "DE");

    // Sent twice it is there once; whoever read an older one is told so; what is wrong is said at its field.
    let first = &all.addresses[0];
    let moved = PutAddress {
        data: at("Markt 3", Used::Default, Used::Yes),
        version: first.version,
    };
    let there = one(customer, first.address);
    for _ in 0..2 {
        let answer = put(&seller, &there, &moved).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let late = PutAddress {
        data: at("Markt 4", Used::Default, Used::Yes),
        ..moved
    };
    assert_eq!(
        problem(put(&seller, &there, &late).await).await.code,
        Code::Conflict
    );
    let wrong = PutAddress {
        data: at(" ", Used::No, Used::No),
        version: 2,
    };
    let refused = problem(put(&seller, &there, &wrong).await).await;
    assert_eq!(
        complaints(&refused),
        [("street", "required"), ("use", "required")]
    );

    // Taken away, also twice; what is left takes its place.
    for _ in 0..2 {
        let gone = seller.delete(&there).await;
        assert_eq!(gone.status(), StatusCode::OK);
    }
    let read: CustomerAddresses = seller.read(&path(customer, "/addresses")).await;
    assert_eq!(seen(&read), [("Hof 2", Used::No, Used::Default)]);

    // Nobody else's: another vendor finds no such record, a rep whose customer it is not neither, a buyer may not look.
    let there = path(customer, "/addresses");
    let other = app.sign_in(&app.shops.other.email("seller")).await;
    assert_eq!(problem(other.get(&there).await).await.code, Code::NotFound);
    let rep = app.sign_in(&app.shops.ours.email("rep")).await;
    assert_eq!(problem(rep.get(&there).await).await.code, Code::NotFound);
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    assert_eq!(buyer.get(&there).await.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn p4_an_offer_takes_an_address_of_the_buyers_record() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let customer = add(&seller, &wish(noor())).await.customer;
    let (thread, _socket) = opened(&seller, customer).await;
    let known = format!("/api/threads/{thread}/buyer");
    assert_eq!(
        seller.read::<KnownBuyer>(&known).await,
        KnownBuyer::default()
    );
    keep(&seller, customer, at("Hof 2", Used::No, Used::Default)).await;
    keep(&seller, customer, at("Markt 1", Used::Yes, Used::No)).await;
    let read: KnownBuyer = seller.read(&known).await;
    let streets: Vec<&str> = read
        .addresses
        .iter()
        .map(|it| it.buyer.address.street.as_str())
        .collect();
    assert_eq!(streets, ["Markt 1", "Hof 2"], "bills' default comes first");
    let buyer = read.addresses[0].buyer.complete().expect("complete");
    assert_eq!(buyer.name, "Noor Haddad");
    // A colleague who takes no part in the thread finds none.
    let colleague = app.sign_in(&shop.email("seller2")).await;
    assert_eq!(
        problem(colleague.get(&known).await).await.code,
        Code::NotFound
    );
    app.stop().await;
}

#[tokio::test]
async fn p4_tax_numbers_and_groups_are_kept() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let with = |name: &str, group: &str| CustomerData {
        group: Some(group.to_owned()),
        ..guest(name)
    };
    let data = CustomerData {
        country: Some("DE".to_owned()),
        vat_id: Some("136695976".to_owned()),
        tax_number: Some("232/123/45678".to_owned()),
        ..with("Noor", "Regulars")
    };
    let added = add(&seller, &wish(data.clone())).await;
    assert_eq!(added.data.vat_id.as_deref(), Some("DE136695976"));
    assert_eq!(added.data.tax_number, data.tax_number);
    for (name, group) in [("Zoë", "Affiliates"), ("Piet", "Regulars")] {
        add(&seller, &wish(with(name, group))).await;
    }
    let read: CustomerGroups = seller.read("/api/customers/groups").await;
    assert_eq!(read.groups, ["Affiliates", "Regulars"]);
    let there = app.sign_in(&app.shops.other.email("seller")).await;
    let none: CustomerGroups = there.read("/api/customers/groups").await;
    assert!(none.groups.is_empty());
    let bad = CustomerData {
        vat_id: Some("DE136695978".to_owned()),
        ..data
    };
    let refused = problem(seller.post("/api/customers", &wish(bad)).await).await;
    assert_eq!(complaints(&refused), [("vat_id", "invalid")]);
    app.stop().await;
}
