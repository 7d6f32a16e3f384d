//! A vendor's records of who buys.

use super::{
    Family,
    samples::{CUSTOMER, SELLER, THREAD, at, person, seller, uuid},
};
use orderline_domain::{
    customer::{
        address::Address,
        addresses::{AddressData, Used},
        buyer::BuyerData,
        record::{CustomerData, Kind},
    },
    field::{FieldError, code},
    ids::{AddressId, CustomerImportId, CustomerMergeId, CustomerMoveId},
    people::roles::Role,
};
use orderline_protocol::{
    customer::{
        AddCustomer, AddressView, CustomerAddresses, CustomerGroups, CustomerList, CustomerMove,
        CustomerMoves, CustomerRow, CustomerThread, CustomerThreads, CustomerView,
        CustomersImported, CustomersMoved, EditCustomer, Found, ImportCustomers, ImportFile,
        ImportPreview, KnownAddress, KnownBuyer, MergeCustomers, MergedCustomer, MergedCustomers,
        MoveCustomers, PutAddress, Rep, RepView, Reps, Which, WrongRow,
    },
    page::PageCursor,
    problem::FieldProblem,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

fn rep() -> Rep {
    Rep {
        user: SELLER,
        name: "Karla Brandt".to_owned(),
    }
}

fn data() -> CustomerData {
    CustomerData {
        kind: Kind::Company,
        name: "Jana Lind".to_owned(),
        company: Some("Lind & Töchter".to_owned()),
        email: Some("jana@lind.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        language: "de".to_owned(),
        country: Some("DE".to_owned()),
        vat_id: Some("DE136695976".to_owned()),
        tax_number: Some("232/123/45678".to_owned()),
        group: Some("Regulars".to_owned()),
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
        rep: Some(rep()),
        talked_ms: 3_727_000,
    };
    one("customer", view, files);
    let row = CustomerRow {
        customer: CUSTOMER,
        name: data().name,
        company: data().company,
        email: data().email,
        last_contact: Some(at()),
        rep: Some(rep()),
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
    check_moves(files);
    check_addresses(files);
    check_files(files);
    check_merges(files);
}

fn at_home() -> AddressData {
    AddressData {
        billing: Used::Default,
        delivery: Used::No,
        address: Address {
            street: "Markt 1".to_owned(),
            postal_code: "04109".to_owned(),
            city: "Leipzig".to_owned(),
            country: "DE".to_owned(),
            ..Address::default()
        },
    }
}

fn check_addresses(files: &mut BTreeSet<String>) {
    let put = PutAddress {
        data: at_home(),
        version: 0,
    };
    one("put_address", put, files);
    let all = CustomerAddresses {
        addresses: vec![AddressView {
            address: AddressId::from_uuid(uuid(15)),
            data: at_home(),
            version: 1,
        }],
    };
    one("customer_addresses", all, files);
    let known = KnownBuyer {
        addresses: vec![KnownAddress {
            billing: Used::Default,
            delivery: Used::No,
            buyer: BuyerData {
                name: data().name,
                company: data().company,
                email: "jana@lind.example".to_owned(),
                phone: data().phone,
                address: at_home().address,
            },
        }],
    };
    one("known_buyer", known, files);
    let groups = CustomerGroups {
        groups: vec!["Regulars".to_owned()],
    };
    one("customer_groups", groups, files);
}

fn check_files(files: &mut BTreeSet<String>) {
    let csv = "name,email,shoe size\nJana,jana,38\n".to_owned();
    let import = ImportCustomers {
        import: CustomerImportId::from_uuid(uuid(16)),
        csv: csv.clone(),
    };
    one("import_customers", import, files);
    one("import_file", ImportFile { csv }, files);
    let email = FieldError::new("email", code::EMAIL);
    let preview = ImportPreview {
        new: 12,
        known: 2,
        wrong: 1,
        rows: vec![WrongRow {
            row: 2,
            fields: vec![FieldProblem::from(&email)],
        }],
        unknown: vec!["shoe size".to_owned()],
    };
    one("import_preview", preview, files);
    let came = CustomersImported {
        added: 12,
        known: 2,
        wrong: 1,
    };
    one("customers_imported", came, files);
}

fn check_merges(files: &mut BTreeSet<String>) {
    let merge = MergeCustomers {
        merge: CustomerMergeId::from_uuid(uuid(17)),
        with: CUSTOMER,
        version: 3,
        with_version: 1,
    };
    one("merge_customers", merge, files);
    let merged = MergedCustomers {
        merged: vec![MergedCustomer {
            customer: CUSTOMER,
            data: data(),
            at: at(),
            by: seller(),
        }],
    };
    one("merged_customers", merged, files);
}

fn check_moves(files: &mut BTreeSet<String>) {
    let move_id = CustomerMoveId::from_uuid(uuid(14));
    let these = MoveCustomers {
        move_id,
        which: Which::These(vec![CUSTOMER]),
        rep: Some(SELLER),
    };
    let found = MoveCustomers {
        move_id,
        which: Which::Found(Found {
            q: Some("lind".to_owned()),
            rep: Some("nobody".to_owned()),
        }),
        rep: None,
    };
    let values = vec![("these", these), ("found", found)];
    Family {
        name: "move_customers",
        values,
    }
    .check(files);
    let answer = CustomersMoved {
        moved: 12,
        is_more: true,
    };
    one("customers_moved", answer, files);
    let reps = Reps {
        reps: vec![RepView {
            rep: rep(),
            customers: 12,
            is_active: false,
        }],
    };
    one("reps", reps, files);
    let moves = CustomerMoves {
        items: vec![
            CustomerMove {
                at: at(),
                by: person(SELLER, "Karla Brandt", Role::Rep),
                from: None,
                to: Some("Karla Brandt".to_owned()),
            },
            CustomerMove {
                at: at(),
                by: seller(),
                from: Some("Karla Brandt".to_owned()),
                to: None,
            },
        ],
        next: None,
    };
    one("customer_moves", moves, files);
}
