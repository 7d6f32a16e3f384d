//! A small catalogue, people and moments that the tests share.

use jiff::{SignedDuration, Timestamp, civil::Date, civil::date};
use orderline_domain::{
    catalogue::product::{Catalogue, Contracting, Plan, Product},
    clock::ClockPair,
    customer::{address::Address, buyer::BuyerData},
    ids::{NodeId, OrderId, PlanId, ProductId, RecordingId, ThreadId, UserId},
    money::{Currency, Money},
    offer::{
        draft::Draft,
        plan::{Interval, PlanKind},
        revision::PaymentMethod,
    },
};
use uuid::Uuid;

pub(crate) const TODAY: Date = date(2026, 11, 22);

pub(crate) const fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) const COACHING: ProductId = ProductId::from_uuid(uuid(1));
pub(crate) const CLUB: ProductId = ProductId::from_uuid(uuid(2));
pub(crate) const RETIRED: ProductId = ProductId::from_uuid(uuid(3));
pub(crate) const ONE_TIME: PlanId = PlanId::from_uuid(uuid(11));
pub(crate) const INSTALMENTS: PlanId = PlanId::from_uuid(uuid(12));
pub(crate) const MONTHLY: PlanId = PlanId::from_uuid(uuid(13));
pub(crate) const RETIRED_PLAN: PlanId = PlanId::from_uuid(uuid(14));
pub(crate) const SELLER: UserId = UserId::from_uuid(uuid(21));
pub(crate) const BUYER: UserId = UserId::from_uuid(uuid(22));
pub(crate) const THREAD: ThreadId = ThreadId::from_uuid(uuid(31));
pub(crate) const ORDER: OrderId = OrderId::from_uuid(uuid(41));
pub(crate) const RECORDING: RecordingId = RecordingId::from_uuid(uuid(51));

pub(crate) fn eur(text: &str) -> Money {
    Money::parse(text, Currency::EUR).unwrap()
}

/// So many seconds after the tests' first moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-11-22T13:58:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// A reading of both clocks, so many milliseconds after the tests' first moment, on one process.
pub(crate) fn clock(node: u128, ms: i64) -> ClockPair {
    ClockPair {
        node: NodeId::from_uuid(uuid(60 + node)),
        monotonic_ms: u64::try_from(ms).unwrap() + 5_000,
        wall: at(0) + SignedDuration::from_millis(ms),
    }
}

fn product(id: ProductId, name: &str, active: bool) -> Product {
    Product {
        id,
        name: name.to_owned(),
        active,
        currency: Currency::EUR,
        vat_rate: "19".parse().unwrap(),
        contracting: Contracting {
            contractual_partner: "Orderline Platform Ltd".to_owned(),
            terms_of: "Orderline Platform GmbH".to_owned(),
            terms_version: "2026-05".to_owned(),
        },
    }
}

pub(crate) fn catalogue() -> Catalogue {
    let plan = |id, product, kind, amount, payments, interval| Plan {
        id,
        product,
        label: format!("{kind:?}"),
        kind,
        amount: eur(amount),
        payments,
        interval,
    };
    let month = Some(Interval::Month);
    Catalogue {
        products: vec![
            product(COACHING, "Coaching Pro", true),
            product(CLUB, "Club", true),
            product(RETIRED, "Retired", false),
        ],
        plans: vec![
            plan(ONE_TIME, COACHING, PlanKind::OneTime, "2400", 1, None),
            plan(
                INSTALMENTS,
                COACHING,
                PlanKind::Instalments,
                "2400",
                3,
                month,
            ),
            plan(MONTHLY, CLUB, PlanKind::Subscription, "49", 12, month),
            plan(RETIRED_PLAN, RETIRED, PlanKind::OneTime, "10", 1, None),
        ],
    }
}

pub(crate) fn buyer() -> BuyerData {
    BuyerData {
        name: "Jana Lind".to_owned(),
        company: None,
        email: "jana@example.org".to_owned(),
        phone: Some("+49 341 1234567".to_owned()),
        address: Address {
            street: "Karl-Heine-Straße 5".to_owned(),
            line2: None,
            postal_code: "04229".to_owned(),
            city: "Leipzig".to_owned(),
            state: None,
            country: "DE".to_owned(),
        },
    }
}

/// A draft that is ready to be shown: 2,280.00 EUR in four monthly payments from 1 December.
pub(crate) fn draft() -> Draft {
    let catalogue = catalogue();
    Draft {
        amount: "2280".to_owned(),
        payments: "4".to_owned(),
        first_due: "2026-12-01".to_owned(),
        method: Some(PaymentMethod::SepaDebit),
        buyer: buyer(),
        ..Draft::default().with_plan(catalogue.plan(INSTALMENTS).unwrap())
    }
}
