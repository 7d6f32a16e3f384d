//! Two records of one customer become one.

use super::{
    addresses::{at, keep},
    path,
};
use crate::{
    customers::{add, complaints, edit, found, guest, noor, open, opened, wish},
    support::{Browser, TestApp, client::problem, fresh_uuid},
};
use orderline_domain::{
    customer::{addresses::Used, record::CustomerData},
    ids::CustomerMergeId,
};
use orderline_protocol::{
    customer::{
        CustomerAddresses, CustomerList, CustomerThreads, CustomerView, KnownBuyer, MergeCustomers,
        MergedCustomers,
    },
    problem::Code,
};
use reqwest::StatusCode;

fn with(one: &CustomerView, other: &CustomerView) -> MergeCustomers {
    MergeCustomers {
        merge: CustomerMergeId::from_uuid(fresh_uuid()),
        with: other.customer,
        version: one.version,
        with_version: other.version,
    }
}

async fn merge(browser: &Browser, one: &CustomerView, wish: &MergeCustomers) -> CustomerView {
    let answer = browser.post(&path(one.customer, "/merges"), wish).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("the one that stays")
}

#[tokio::test]
async fn p4_two_records_become_one_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let guest = CustomerData {
        phone: Some("+49 341 654321".to_owned()),
        notes: Some("Likes green.".to_owned()),
        ..guest("N. from Leipzig")
    };
    let goes = add(&seller, &wish(guest)).await;
    let stays = add(
        &seller,
        &wish(CustomerData {
            phone: None,
            ..noor()
        }),
    )
    .await;
    let (before, _socket) = opened(&seller, goes.customer).await;
    open(&seller, stays.customer, "Another one").await;
    keep(&seller, goes.customer, at("Hof 2", Used::Yes, Used::Yes)).await;
    keep(&seller, stays.customer, at("Markt 1", Used::Yes, Used::No)).await;

    // From the guest's page: the one with an address stays all the same.
    let wish = with(&goes, &stays);
    let one = merge(&seller, &goes, &wish).await;
    assert_eq!(one.customer, stays.customer);
    assert_eq!(one.data.phone.as_deref(), Some("+49341654321"));
    let notes = Some("Calls after six.\n\nLikes green.");
    assert_eq!(one.data.notes.as_deref(), notes);
    assert_eq!(merge(&seller, &goes, &wish).await, one, "sent twice");

    // Lists have it once, found by what both said; the old page's address leads to it.
    assert_eq!(found(&seller, "leipzig").await, ["Noor Haddad"]);
    assert_eq!(found(&seller, "haddad").await, ["Noor Haddad"]);
    let read: CustomerView = seller.read(&path(goes.customer, "")).await;
    assert_eq!(read, one);
    for customer in [goes.customer, stays.customer] {
        let threads: CustomerThreads = seller.read(&path(customer, "/threads")).await;
        assert_eq!(threads.items.len(), 2);
        let all: CustomerAddresses = seller.read(&path(customer, "/addresses")).await;
        let uses = all
            .addresses
            .iter()
            .map(|it| (it.data.billing, it.data.delivery));
        assert_eq!(
            uses.collect::<Vec<_>>(),
            [(Used::Default, Used::No), (Used::Yes, Used::Default)]
        );
        let merged: MergedCustomers = seller.read(&path(customer, "/merges")).await;
        assert_eq!(merged.merged[0].data.name, "N. from Leipzig");
        assert_eq!(merged.merged[0].by.name, "seller");
    }
    let list: CustomerList = seller.read("/api/customers?q=haddad").await;
    assert!(list.items[0].last_contact.is_some());
    // In the guest's thread an offer takes the addresses of the one that stays.
    let known: KnownBuyer = seller.read(&format!("/api/threads/{before}/buyer")).await;
    assert_eq!(known.addresses[0].buyer.address.street, "Markt 1");

    // An edit keeps what the other said to be found by; whoever read it before is told so.
    let late = edit(&seller, &stays, one.data.clone()).await;
    assert_eq!(problem(late).await.code, Code::Conflict);
    let saved = edit(&seller, &one, one.data.clone()).await;
    assert_eq!(saved.status(), StatusCode::OK);
    assert_eq!(found(&seller, "leipzig").await, ["Noor Haddad"]);
    app.stop().await;
}

#[tokio::test]
async fn p4_merged_records_merge_on() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let first = add(&seller, &wish(guest("Zoë"))).await;
    let second = add(&seller, &wish(guest("Zoë B."))).await;
    let third = add(&seller, &wish(guest("Zoë Berg"))).await;
    let two = merge(&seller, &second, &with(&second, &first)).await;
    assert_eq!(two.customer, second.customer, "whose page it is stays");
    let one = merge(&seller, &third, &with(&third, &two)).await;
    assert_eq!(one.customer, third.customer);
    for gone in [&first, &second] {
        let read: CustomerView = seller.read(&path(gone.customer, "")).await;
        assert_eq!(read.customer, third.customer);
    }
    let merged: MergedCustomers = seller.read(&path(third.customer, "/merges")).await;
    assert_eq!(merged.merged.len(), 2);
    assert_eq!(found(&seller, "zoë").await, ["Zoë Berg"]);
    app.stop().await;
}

#[tokio::test]
async fn p4_what_cannot_be_merged_is_refused_in_words() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let one = add(&seller, &wish(noor())).await;
    let other = add(
        &seller,
        &wish(CustomerData {
            email: Some("n.haddad@x.example".to_owned()),
            ..noor()
        }),
    )
    .await;
    let there = path(one.customer, "/merges");
    let two = seller.post(&there, &with(&one, &other)).await;
    assert_eq!(complaints(&problem(two).await), [("with", "two_addresses")]);
    let itself = seller.post(&there, &with(&one, &one)).await;
    assert_eq!(complaints(&problem(itself).await), [("with", "invalid")]);
    let guest = add(&seller, &wish(guest("Noor"))).await;
    let late = MergeCustomers {
        with_version: 99,
        ..with(&one, &guest)
    };
    let late = seller.post(&there, &late).await;
    assert_eq!(problem(late).await.code, Code::Conflict);

    // Another vendor's record is not there, and a rep merges only their own.
    let elsewhere = app.sign_in(&app.shops.other.email("seller")).await;
    let foreign = add(&elsewhere, &wish(noor())).await;
    let unknown = seller.post(&there, &with(&one, &foreign)).await;
    assert_eq!(complaints(&problem(unknown).await), [("with", "unknown")]);
    let rep = app.sign_in(&app.shops.ours.email("rep")).await;
    let mine = add(&rep, &wish(crate::customers::guest("Mine"))).await;
    let refused = rep
        .post(&path(mine.customer, "/merges"), &with(&mine, &guest))
        .await;
    assert_eq!(complaints(&problem(refused).await), [("with", "unknown")]);
    app.stop().await;
}
