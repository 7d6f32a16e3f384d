//! A vendor's records of who buys.

use super::{
    Family,
    samples::{CUSTOMER, THREAD, at},
};
use orderline_domain::customer::record::{CustomerData, Kind};
use orderline_protocol::{
    customer::{
        AddCustomer, CustomerList, CustomerRow, CustomerThread, CustomerThreads, CustomerView,
        EditCustomer,
    },
    page::PageCursor,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

fn data() -> CustomerData {
    CustomerData {
        kind: Kind::Company,
        name: "Jana Lind".to_owned(),
        company: Some("Lind & Töchter".to_owned()),
        email: Some("jana@lind.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        language: "de".to_owned(),
        country: Some("DE".to_owned()),
        notes: Some("Calls after six.".to_owned()),
        may_be_called: true,
    }
}

fn one<T: Serialize + DeserializeOwned>(
    name: &'static str,
    value: T,
    files: &mut BTreeSet<String>,
) {
    let values = vec![("sample", value)];
    Family { name, values }.check(files);
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let add = AddCustomer {
        customer: CUSTOMER,
        data: data(),
    };
    one("add_customer", add, files);
    let edit = EditCustomer {
        // A guest of whom little is known.
        data: CustomerData {
            name: "Jana".to_owned(),
            ..CustomerData::default()
        },
        version: 3,
    };
    one("edit_customer", edit, files);
    let view = CustomerView {
        customer: CUSTOMER,
        data: data(),
        consent_at: Some(at()),
        version: 3,
        created_at: at(),
    };
    one("customer", view, files);
    let row = CustomerRow {
        customer: CUSTOMER,
        name: data().name,
        company: data().company,
        email: data().email,
        last_contact: Some(at()),
    };
    let list = CustomerList {
        items: vec![row],
        next: Some(PageCursor("5f3.d".to_owned())),
    };
    one("customer_list", list, files);
    let thread = CustomerThread {
        thread: THREAD,
        title: "A question".to_owned(),
        last_at: at(),
        order_number: Some("2026-1001".to_owned()),
    };
    let threads = CustomerThreads {
        items: vec![thread],
        next: None,
    };
    one("customer_threads", threads, files);
}
