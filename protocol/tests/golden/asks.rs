//! Vendors' public pages, and the questions that are asked there.

use super::{
    Family,
    samples::{VENDOR, at},
};
use orderline_domain::{
    ask::question::QuestionData,
    ids::{ProductId, ThreadId, UserId},
    money::Money,
    people::roles::Role,
};
use orderline_protocol::{
    account::OwnThread,
    ask::{
        AskQuestion, Asked, OpenOne, PageSettings, SetPage, ShownProduct, TakesNone, VendorPage,
    },
    person::Person,
};
use std::collections::BTreeSet;

fn thread() -> ThreadId {
    "01900000-0000-7000-8000-0000000000b1".parse().unwrap()
}

fn product() -> ProductId {
    "01900000-0000-7000-8000-0000000000b2".parse().unwrap()
}

fn seller() -> UserId {
    "01900000-0000-7000-8000-0000000000b3".parse().unwrap()
}

fn bare() -> VendorPage {
    VendorPage {
        vendor: VENDOR,
        vendor_name: "Nordlicht Akademie".to_owned(),
        legal_name: None,
        address: None,
        email: None,
        phone: None,
        product: None,
        takes_none: None,
        asks_as: None,
        open: None,
    }
}

fn whole() -> VendorPage {
    VendorPage {
        legal_name: Some("Nordlicht Akademie GmbH".to_owned()),
        address: Some("Hafenstraße 1\n20457 Hamburg".to_owned()),
        email: Some("office@nordlicht.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        product: Some(ShownProduct {
            product: product(),
            name: "Coaching Pro".to_owned(),
            price: Some(Money::new("2400".parse().unwrap(), "EUR".parse().unwrap()).unwrap()),
        }),
        asks_as: Some("Jana Lind".to_owned()),
        open: Some(OpenOne {
            thread: thread(),
            title: "Coaching Pro".to_owned(),
        }),
        ..bare()
    }
}

fn family<T>(name: &'static str, values: Vec<(&'static str, T)>) -> Family<T> {
    Family { name, values }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let none = |takes_none| VendorPage {
        takes_none: Some(takes_none),
        ..bare()
    };
    family(
        "vendor_page",
        vec![
            ("bare", bare()),
            ("whole", whole()),
            ("suspended", none(TakesNone::Suspended)),
            ("closed", none(TakesNone::Closed)),
            ("nobody_answers", none(TakesNone::NobodyAnswers)),
        ],
    )
    .check(files);
    let question = |product, name, email| AskQuestion {
        secret: "5e".repeat(32),
        product,
        question: QuestionData {
            name,
            email,
            text: "Do you deliver to Graz?".to_owned(),
        },
    };
    family(
        "ask_question",
        vec![
            (
                "stranger",
                question(
                    Some(product()),
                    Some("Jana Lind".to_owned()),
                    Some("jana@lind.example".to_owned()),
                ),
            ),
            ("known", question(None, None, None)),
        ],
    )
    .check(files);
    let asked = Asked {
        vendor: VENDOR,
        thread: thread(),
    };
    family("asked", vec![("sample", asked)]).check(files);
    let settings = PageSettings {
        vendor: VENDOR,
        slug: Some("nordlicht".to_owned()),
        proposed: Some("nordlicht-akademie".to_owned()),
        answers: Some(seller()),
        sellers: vec![Person {
            user: seller(),
            name: "Mara".to_owned(),
            role: Role::Seller,
        }],
        version: 2,
    };
    family("page_settings", vec![("sample", settings)]).check(files);
    let own = OwnThread {
        thread: thread(),
        vendor: VENDOR,
        vendor_name: "Nordlicht Akademie".to_owned(),
        title: "Coaching Pro".to_owned(),
        seller: Some("Mara".to_owned()),
        last_at: at(),
        unread: 2,
    };
    family("own_thread", vec![("sample", own)]).check(files);
    let set = SetPage {
        slug: Some("nordlicht".to_owned()),
        answers: None,
        version: 2,
    };
    family("set_page", vec![("sample", set)]).check(files);
}
