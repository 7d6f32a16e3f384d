//! Views and HTTP bodies, and the pieces that frames are made of.

use super::Family;
use jiff::Timestamp;
use orderline_domain::{
    call::{
        CallEndReason,
        mode::RecordWhen,
        rules::{Whose, WhyNot},
    },
    catalogue::product::{Catalogue as Products, Contracting, Plan, Product},
    customer::{address::Address, buyer::BuyerData},
    digest::Digest,
    follow_up::call_request::CallRequestState,
    ids::{
        CallId, CallRequestId, CommandId, CustomerId, OfferId, OrderId, PartnerId, PlanId,
        ProductId, RecordingId, ThreadId, UserId, VendorId,
    },
    money::{Currency, Money},
    offer::{
        draft::Draft,
        plan::{Interval, PlanKind},
        revision::{PaymentMethod, RevisionContent},
    },
    order::{ContractBasis, OrderState},
    people::{capacity::Capacity, proof::Proof, roles::Role},
    text::{CallNote, MessageText},
    thread::{EventBody, contact::ContactPolicy, join_link::Channel},
    vendor::function::Function,
};
use orderline_protocol::{
    call::{CallPhase, CallView, IceServer, ModeView, RecordingNotice},
    calling::{CallRequestView, CallSwitch, CallingView},
    http::{
        CallTicket, Catalogue, CatalogueProduct, DemoPerson, EventPage, IceHelp, Me, OpenThread,
        OrderList, ReadIn, SignIn, Site, ThreadList,
    },
    offer::{ConfirmedView, OfferView, RevisionView},
    order::OrderView,
    page::PageCursor,
    person::Person,
    problem::{Code, FieldProblem, Problem},
    thread::{EventView, StateView, ThreadSnapshot, ThreadSummary},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(crate) const fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) const THREAD: ThreadId = ThreadId::from_uuid(uuid(1));
pub(crate) const SELLER: UserId = UserId::from_uuid(uuid(2));
pub(crate) const BUYER: UserId = UserId::from_uuid(uuid(3));
pub(crate) const CUSTOMER: CustomerId = CustomerId::from_uuid(uuid(13));
pub(crate) const CALL: CallId = CallId::from_uuid(uuid(4));
pub(crate) const OFFER: OfferId = OfferId::from_uuid(uuid(5));
pub(crate) const COMMAND: CommandId = CommandId::from_uuid(uuid(6));
pub(crate) const REQUEST: CallRequestId = CallRequestId::from_uuid(uuid(12));
pub(crate) const ORDER: OrderId = OrderId::from_uuid(uuid(7));
pub(crate) const RECORDING: RecordingId = RecordingId::from_uuid(uuid(8));
pub(crate) const VENDOR: VendorId = VendorId::from_uuid(uuid(9));
pub(crate) const PRODUCT: ProductId = ProductId::from_uuid(uuid(10));
const PLAN: PlanId = PlanId::from_uuid(uuid(11));
pub(crate) const PARTNER: PartnerId = PartnerId::from_uuid(uuid(13));

pub(crate) fn at() -> Timestamp {
    "2026-11-22T13:58:00.25Z".parse().unwrap()
}

pub(crate) fn person(user: UserId, name: &str, role: Role) -> Person {
    let name = name.to_owned();
    Person { user, name, role }
}

pub(crate) fn seller() -> Person {
    person(SELLER, "Mara König", Role::Seller)
}

pub(crate) fn buyer() -> Person {
    person(BUYER, "Jana Lind", Role::Buyer)
}

pub(crate) fn event() -> EventView {
    EventView {
        seq: 7,
        at: at(),
        author: Some(SELLER),
        command: Some(COMMAND),
        body: EventBody::MessageSent {
            text: MessageText::new("Good morning").unwrap(),
        },
    }
}

pub(crate) fn problem() -> Problem {
    Problem {
        retry_after_ms: Some(1500),
        reference: Some("0190".to_owned()),
        ..Problem::invalid(vec![FieldProblem {
            field: "text".to_owned(),
            code: "too_long".to_owned(),
            params: BTreeMap::from([("max".to_owned(), "4000".to_owned())]),
        }])
    }
}

pub(crate) fn call() -> Box<CallView> {
    Box::new(CallView {
        call: CALL,
        thread: THREAD,
        phase: CallPhase::Ended,
        version: 5,
        caller: seller(),
        callee: buyer(),
        ringing_since: at(),
        rings_until: at(),
        started_at: Some(at()),
        ended_at: Some(at()),
        duration_ms: Some(61_000),
        end_reason: Some(CallEndReason::HungUpByBuyer),
        mode: ModeView::Recorded {
            since: at(),
            recording: RECORDING,
        },
        notice: RecordingNotice {
            policy: "DE".to_owned(),
            version: 1,
            language: "en".to_owned(),
            wording: "This call is recorded.".to_owned(),
            wording_hash: Digest::of(b"This call is recorded.").to_string(),
            kept_days: 1095,
            when: RecordWhen::ContractTalk,
            may_refuse: true,
            contractual_partner: "Orderline Platform Ltd.".to_owned(),
        },
        recording_since: Some(at()),
        sellers: None,
    })
}

pub(crate) fn calling() -> CallingView {
    CallingView {
        version: 9,
        request: Some(CallRequestView {
            request: REQUEST,
            by: buyer(),
            asked_at: at(),
            wish: Some(at()),
            note: Some(CallNote::new("The payment dates").unwrap()),
            state: CallRequestState::Planned {
                at: at(),
                answered_at: at(),
            },
        }),
        why_not: Some(WhyNot::BelowValue),
        whose: Whose::Seller,
        least: Some(Money::parse("500", Currency::EUR).unwrap()),
        closed: false,
        off: [Function::ManualPrice].into_iter().collect(),
        contact: ContactPolicy::Warn,
        switches: vec![CallSwitch {
            paid: true,
            on: false,
        }],
        talked_ms: 462_900,
        unsummarised: vec![CALL],
    }
}

fn product() -> Product {
    Product {
        id: PRODUCT,
        name: "Coaching Pro".to_owned(),
        active: true,
        currency: Currency::EUR,
        vat_rate: "19".parse().unwrap(),
        contracting: Contracting {
            contractual_partner: "Orderline Platform Ltd.".to_owned(),
            terms_of: "Orderline Platform GmbH".to_owned(),
            terms_version: "2026-05".to_owned(),
        },
    }
}

fn plan() -> Plan {
    Plan {
        id: PLAN,
        product: PRODUCT,
        label: "4 monthly instalments".to_owned(),
        kind: PlanKind::Instalments,
        amount: Money::parse("2280", Currency::EUR).unwrap(),
        payments: 4,
        interval: Some(Interval::Month),
    }
}

pub(crate) fn draft() -> Draft {
    Draft {
        version: 3,
        product: Some(PRODUCT),
        plan: Some(PLAN),
        amount: "2280.00".to_owned(),
        quantity: "1".to_owned(),
        payments: "4".to_owned(),
        interval: Some(Interval::Month),
        first_due: "2026-12-01".to_owned(),
        method: Some(PaymentMethod::Invoice),
        buyer: BuyerData {
            name: "Jana Lind".to_owned(),
            company: Some("Lind & Partner".to_owned()),
            email: "jana@lind.example".to_owned(),
            phone: Some("+493411234567".to_owned()),
            address: Address {
                street: "Karl-Heine-Straße 5".to_owned(),
                line2: Some("Hinterhaus".to_owned()),
                postal_code: "04229".to_owned(),
                city: "Leipzig".to_owned(),
                state: None,
                country: "DE".to_owned(),
            },
        },
    }
}

pub(crate) fn content() -> RevisionContent {
    let catalogue = Products {
        products: vec![product()],
        plans: vec![plan()],
    };
    let today = "2026-11-22".parse().unwrap();
    draft().computed(&catalogue, today).unwrap()
}

pub(crate) fn offer() -> Box<OfferView> {
    let content = content();
    let hash = content.hash().unwrap().to_string();
    Box::new(OfferView {
        in_writing: false,
        own_country: None,
        offer: OFFER,
        version: 9,
        draft: draft(),
        editor: Some(seller()),
        shown: Some(RevisionView {
            number: 2,
            hash: hash.clone(),
            at: at(),
            content,
        }),
        confirmed: Some(ConfirmedView {
            number: 2,
            hash,
            at: at(),
            by: BUYER,
            proof: Proof::LinkToOwnContact {
                channel: Channel::Mail,
            },
        }),
    })
}

pub(crate) fn state() -> Box<StateView> {
    Box::new(StateView {
        thread: THREAD,
        version: 9,
        call: Some(*call()),
        offer: Some(*offer()),
        order: Some(*order()),
        calling: calling(),
    })
}

pub(crate) fn order() -> Box<OrderView> {
    let content = content();
    Box::new(OrderView {
        order: ORDER,
        version: 9,
        number: "2026-1001".to_owned(),
        thread: THREAD,
        state: OrderState::Placed,
        basis: ContractBasis::Recording {
            recording: RECORDING,
        },
        product: PRODUCT,
        plan: PLAN,
        product_name: "Coaching Pro".to_owned(),
        proof: Proof::Password,
        placed_at: at(),
        total: content.schedule.total,
        schedule: content.schedule,
        acceptance: None,
    })
}

/// A family of one.
pub(crate) fn one<T>(name: &'static str, value: T) -> Family<T> {
    Family {
        name,
        values: vec![("sample", value)],
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let codes = Code::ALL.map(|code| {
        let name = serde_json::to_value(code).unwrap();
        assert_eq!(Problem::from(code).status, code.status());
        name.as_str().unwrap().to_owned()
    });
    one(
        "mode_view",
        vec![ModeView::Private, ModeView::Asked { since: at() }],
    )
    .check(files);
    one("problem_codes", codes.to_vec()).check(files);
    one("problem", problem()).check(files);
    let naming = Problem::naming(Code::ColleagueCalls, "name", "Mara König");
    one("problem_naming", naming).check(files);
    threads(files);
    session(files);
    one(
        "site",
        Site {
            demo: true,
            people: vec![DemoPerson {
                person: "seller".to_owned(),
                name: "Mara König".to_owned(),
                url: "http://seller.localhost:8080/demo/seller".to_owned(),
            }],
        },
    )
    .check(files);
    one(
        "catalogue",
        Catalogue {
            time_zone: "Europe/Berlin".to_owned(),
            currency: Currency::EUR,
            products: vec![CatalogueProduct {
                product: product(),
                partner: PARTNER,
                version: 3,
                plans: vec![plan()],
            }],
        },
    )
    .check(files);
    one(
        "call_ticket",
        CallTicket {
            url: "wss://shop.example/call".to_owned(),
            ticket: "ticket".to_owned(),
            expires_at: at(),
        },
    )
    .check(files);
    one(
        "ice_help",
        IceHelp {
            ice_servers: vec![IceServer {
                urls: vec![
                    "turn:shop.example:3478?transport=udp".to_owned(),
                    "turns:shop.example:443?transport=tcp".to_owned(),
                ],
                username: Some("1800000600:0123456789abcdef".to_owned()),
                credential: Some("c2VjcmV0".to_owned()),
            }],
            relay_only: false,
        },
    )
    .check(files);
    one(
        "order_list",
        OrderList {
            next: Some(PageCursor("2711.0190".to_owned())),
            items: vec![*order()],
        },
    )
    .check(files);
}

fn session(files: &mut BTreeSet<String>) {
    one(
        "me",
        Me {
            person: seller(),
            vendor: Some(VENDOR),
            vendor_name: "Nordlicht Akademie".to_owned(),
            demo: true,
            only_thread: None,
            proof: Proof::Password,
            needs_second_factor: false,
            language: "de".to_owned(),
            capacities: [Role::Seller, Role::Compliance]
                .map(|role| Capacity {
                    vendor: Some(VENDOR),
                    vendor_name: "Nordlicht Akademie".to_owned(),
                    role,
                    shut: None,
                    reason: None,
                    visit: None,
                })
                .to_vec(),
        },
    )
    .check(files);
    one(
        "read_in",
        ReadIn {
            language: "pt-BR".to_owned(),
            chosen: true,
        },
    )
    .check(files);
    one(
        "sign_in",
        SignIn {
            email: "mara@nordlicht.example".to_owned(),
            password: "secret".to_owned(),
        },
    )
    .check(files);
}

fn threads(files: &mut BTreeSet<String>) {
    one(
        "thread_list",
        ThreadList {
            next: None,
            items: vec![ThreadSummary {
                thread: THREAD,
                title: "A question".to_owned(),
                people: vec![seller(), buyer()],
                last: Some(event()),
                seq: 7,
                version: 9,
                unread: 2,
                call: None,
                order_number: Some("2026-1001".to_owned()),
                calling: calling(),
            }],
        },
    )
    .check(files);
    one(
        "thread_snapshot",
        ThreadSnapshot {
            thread: THREAD,
            title: "A question".to_owned(),
            people: vec![seller(), buyer()],
            seq: 7,
            version: 9,
            events: vec![event()],
            earlier: true,
            call: Some(*call()),
            offer: Some(*offer()),
            order: Some(*order()),
            calling: calling(),
        },
    )
    .check(files);
    one(
        "open_thread",
        OpenThread {
            thread: THREAD,
            customer: CUSTOMER,
            title: "A question".to_owned(),
        },
    )
    .check(files);
    one(
        "event_page",
        EventPage {
            events: vec![event()],
            earlier: true,
        },
    )
    .check(files);
}
