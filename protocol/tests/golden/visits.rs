//! The platform's people, what they look for across vendors, and how they look into one.

use super::{
    Family,
    samples::{THREAD, VENDOR, at},
};
use orderline_domain::{people::roles::Role, text::VisitReason};
use orderline_protocol::{
    person::Person,
    visit::{BeginVisit, Find, Finding, GiveRole, VisitLine, VisitView},
};
use std::collections::BTreeSet;

const ID: &str = "01900000-0000-7000-8000-0000000000e1";

pub(crate) fn check(files: &mut BTreeSet<String>) {
    Family {
        name: "find",
        values: vec![(
            "sample",
            Find {
                search: ID.parse().unwrap(),
                what: "10491".to_owned(),
                reason: "The buyer disputes the order".to_owned(),
            },
        )],
    }
    .check(files);
    Family {
        name: "finding",
        values: vec![(
            "sample",
            Finding {
                vendor: VENDOR,
                vendor_name: "Nordlicht Akademie".to_owned(),
                thread: THREAD,
                title: "Order 10491".to_owned(),
                order_number: Some(10_491),
                at: at(),
            },
        )],
    }
    .check(files);
    Family {
        name: "begin_visit",
        values: vec![(
            "sample",
            BeginVisit {
                visit: ID.parse().unwrap(),
                search: ID.parse().unwrap(),
                vendor: VENDOR,
            },
        )],
    }
    .check(files);
    Family {
        name: "visit_view",
        values: vec![(
            "sample",
            VisitView {
                visit: ID.parse().unwrap(),
                vendor: VENDOR,
                role: Role::Support,
                until: at(),
            },
        )],
    }
    .check(files);
    Family {
        name: "visit_line",
        values: vec![(
            "sample",
            VisitLine {
                by: Person {
                    user: ID.parse().unwrap(),
                    name: "Hanne Vik".to_owned(),
                    role: Role::Support,
                },
                from: at(),
                until: at(),
                reason: VisitReason::new("The buyer disputes the order").unwrap(),
            },
        )],
    }
    .check(files);
    Family {
        name: "give_role",
        values: vec![(
            "sample",
            GiveRole {
                email: "hanne@orderline.example".to_owned(),
                role: Role::PlatformSupport,
            },
        )],
    }
    .check(files);
}
