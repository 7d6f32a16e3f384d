//! Products that an admin adds, changes and switches on and off, through HTTP on real Postgres: once, guarded, refused
//! at their fields, and sold.

use crate::{
    offer_support::{complete, confirm, order_now, place, refused, show},
    support::{Browser, Socket, TestApp, client::problem},
};
use orderline_domain::{
    catalogue::{
        product::Contracting,
        proposal::{ChosenPartner, ProposedProduct},
    },
    ids::{PartnerId, ProductId},
    offer::plan::PlanKind,
};
use orderline_protocol::{
    catalogue::{AddProduct, ChangeProduct, PartnerList, SwitchProduct},
    http::{Catalogue, CatalogueProduct, OrderList},
    problem::{Code, Problem},
    socket::Command,
};
use reqwest::{Method, Response};
use serde::Serialize;

/// What the payment of a new product is called.
const LABEL: &str = "One payment";

fn fresh() -> ProductId {
    ProductId::from_uuid(crate::support::fresh_uuid())
}

async fn put(browser: &Browser, path: &str, body: &impl Serialize) -> Response {
    let request = browser.request(Method::PUT, path).json(body);
    request.send().await.expect("an answer")
}

async fn taken(response: Response) -> CatalogueProduct {
    let status = response.status();
    let text = response.text().await.expect("a body");
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).expect("a product")
}

/// The partner that every shop of the tests begins with.
async fn partner(admin: &Browser) -> PartnerId {
    let list: PartnerList = admin.read("/api/partners").await;
    list.items[0].id
}

async fn proposed(admin: &Browser) -> ProposedProduct {
    ProposedProduct {
        name: " Coaching Pro ".to_owned(),
        price: "2400,50".to_owned(),
        label: LABEL.to_owned(),
        vat_rate: "19".to_owned(),
        partner: ChosenPartner::Known(partner(admin).await),
    }
}

async fn add(admin: &Browser, product: ProductId, proposed: &ProposedProduct) -> Response {
    let wish = AddProduct {
        product,
        proposed: proposed.clone(),
    };
    admin.post("/api/products", &wish).await
}

async fn change(admin: &Browser, of: &CatalogueProduct, proposed: &ProposedProduct) -> Response {
    let wish = ChangeProduct {
        version: of.version,
        proposed: proposed.clone(),
    };
    put(admin, &format!("/api/products/{}", of.product.id), &wish).await
}

async fn switch(admin: &Browser, of: &CatalogueProduct, active: bool) -> Response {
    let wish = SwitchProduct {
        version: of.version,
        active,
    };
    let path = format!("/api/products/{}/active", of.product.id);
    put(admin, &path, &wish).await
}

async fn catalogue(browser: &Browser) -> Vec<CatalogueProduct> {
    let catalogue: Catalogue = browser.read("/api/catalogue").await;
    catalogue.products
}

fn fields(problem: &Problem) -> Vec<(&str, &str)> {
    let fields = problem.fields.iter();
    fields
        .map(|it| (it.field.as_str(), it.code.as_str()))
        .collect()
}

/// An admin adds a product with one plan; sent twice it is one; its seller reads it.
#[tokio::test]
async fn an_admin_adds_a_product_once() {
    let app = TestApp::start().await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let proposed = proposed(&admin).await;
    let id = fresh();
    let added = taken(add(&admin, id, &proposed).await).await;
    assert_eq!((added.product.id, added.version), (id, 1));
    assert!(added.product.active);
    assert_eq!(added.product.vat_rate.to_string(), "19");
    let [plan] = added.plans.as_slice() else {
        panic!("one plan")
    };
    assert_eq!((plan.kind, plan.payments), (PlanKind::OneTime, 1));
    assert_eq!(plan.amount.to_string(), "2400.50 EUR");
    assert_eq!(plan.label, LABEL);

    assert_eq!(taken(add(&admin, id, &proposed).await).await, added);
    let other = ProposedProduct {
        price: "1".to_owned(),
        ..proposed.clone()
    };
    let reused = problem(add(&admin, id, &other).await).await;
    assert_eq!(reused.code, Code::CommandReused);
    assert_eq!(catalogue(&admin).await, std::slice::from_ref(&added));

    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    assert_eq!(catalogue(&seller).await, [added]);
    // The same id in another shop is another product.
    let theirs = app.sign_in(&app.shops.other.email("admin")).await;
    assert!(catalogue(&theirs).await.is_empty());
    let own = ProposedProduct {
        partner: ChosenPartner::Known(partner(&theirs).await),
        ..other
    };
    let twin = taken(add(&theirs, id, &own).await).await;
    assert_eq!(twin.plans[0].amount.to_string(), "1.00 EUR");
    app.stop().await;
}

/// A partner is chosen among the vendor's or written down with the product, once, whatever products name it.
#[tokio::test]
async fn a_partner_is_chosen_or_written_down_once() {
    let app = TestApp::start().await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let contracting = Contracting {
        contractual_partner: "Nordlicht Akademie GmbH".to_owned(),
        terms_of: "Nordlicht Akademie GmbH".to_owned(),
        terms_version: "2026-11".to_owned(),
    };
    let with_new = ProposedProduct {
        partner: ChosenPartner::New(contracting.clone()),
        ..proposed(&admin).await
    };
    let first = taken(add(&admin, fresh(), &with_new).await).await;
    assert_eq!(first.product.contracting, contracting);
    let second = taken(add(&admin, fresh(), &with_new).await).await;
    assert_eq!(second.partner, first.partner);
    let list: PartnerList = admin.read("/api/partners").await;
    assert_eq!(list.items.len(), 2);

    // Another vendor's partner is none of this one's.
    let theirs = app.sign_in(&app.shops.other.email("admin")).await;
    let foreign = ProposedProduct {
        partner: ChosenPartner::Known(first.partner),
        ..with_new
    };
    let refused = problem(add(&theirs, fresh(), &foreign).await).await;
    assert_eq!(fields(&refused), [("partner", "unknown")]);
    app.stop().await;
}

/// A change holds for whoever looked at the version that holds; sent twice it is one; off and on likewise.
#[tokio::test]
async fn a_product_is_changed_by_whoever_saw_its_last_version() {
    let app = TestApp::start().await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let before = taken(add(&admin, fresh(), &proposed(&admin).await).await).await;
    let next = ProposedProduct {
        name: "Coaching Plus".to_owned(),
        price: "2500".to_owned(),
        label: LABEL.to_owned(),
        vat_rate: "7,5".to_owned(),
        ..proposed(&admin).await
    };
    let after = taken(change(&admin, &before, &next).await).await;
    assert_eq!(after.version, 2);
    assert_eq!(after.product.name, "Coaching Plus");
    assert_eq!(after.product.vat_rate.to_string(), "7.5");
    assert_eq!(after.plans[0].id, before.plans[0].id);
    assert_eq!(after.plans[0].amount.to_string(), "2500.00 EUR");
    assert_eq!(taken(change(&admin, &before, &next).await).await, after);

    let stale = change(&admin, &before, &proposed(&admin).await).await;
    assert_eq!(problem(stale).await.code, Code::Conflict);
    let stale = switch(&admin, &before, false).await;
    assert_eq!(problem(stale).await.code, Code::Conflict);
    let off = taken(switch(&admin, &after, false).await).await;
    assert_eq!((off.version, off.product.active), (3, false));
    assert_eq!(taken(switch(&admin, &after, false).await).await, off);
    assert_eq!(catalogue(&admin).await, std::slice::from_ref(&off));
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    assert!(catalogue(&buyer).await.is_empty());
    let on = taken(switch(&admin, &off, true).await).await;
    assert_eq!((on.version, on.product.active), (4, true));

    // Of two who change the same version at once one comes first.
    let wishes = ["2600", "2700"].map(|price| ProposedProduct {
        price: price.to_owned(),
        ..next.clone()
    });
    let (one, two) = tokio::join!(
        change(&admin, &on, &wishes[0]),
        change(&admin, &on, &wishes[1])
    );
    let mut statuses = [one.status().as_u16(), two.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    app.stop().await;
}

/// What is wrong is said at its field under a stable code, and nothing is written.
#[tokio::test]
async fn a_wrong_product_is_refused_at_its_fields() {
    let app = TestApp::start().await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let good = proposed(&admin).await;
    let contracting = Contracting {
        contractual_partner: String::new(),
        terms_of: " ".to_owned(),
        terms_version: "x".repeat(61),
    };
    let cases: [(ProposedProduct, &[(&str, &str)]); 5] = [
        (
            ProposedProduct {
                name: "  ".to_owned(),
                price: "two".to_owned(),
                label: LABEL.to_owned(),
                vat_rate: "101".to_owned(),
                ..good.clone()
            },
            &[
                ("name", "required"),
                ("price", "invalid"),
                ("vat_rate", "out_of_range"),
            ],
        ),
        (
            ProposedProduct {
                name: "x".repeat(201),
                price: "0".to_owned(),
                label: LABEL.to_owned(),
                vat_rate: String::new(),
                ..good.clone()
            },
            &[
                ("name", "too_long"),
                ("price", "not_positive"),
                ("vat_rate", "required"),
            ],
        ),
        (
            ProposedProduct {
                price: "1.005".to_owned(),
                ..good.clone()
            },
            &[("price", "too_many_decimals")],
        ),
        (
            ProposedProduct {
                price: "1000000001".to_owned(),
                ..good.clone()
            },
            &[("price", "too_large")],
        ),
        (
            ProposedProduct {
                partner: ChosenPartner::New(contracting),
                ..good.clone()
            },
            &[
                ("partner.contractual_partner", "required"),
                ("partner.terms_of", "required"),
                ("partner.terms_version", "too_long"),
            ],
        ),
    ];
    let there = taken(add(&admin, fresh(), &good).await).await;
    for (wrong, said) in cases {
        let refused = problem(add(&admin, fresh(), &wrong).await).await;
        assert_eq!(refused.code, Code::Invalid);
        assert_eq!(fields(&refused), said);
        let refused = problem(change(&admin, &there, &wrong).await).await;
        assert_eq!(fields(&refused), said);
    }
    assert_eq!(catalogue(&admin).await, [there]);
    app.stop().await;
}

/// The vendor's admin alone keeps the catalogue; another vendor's product is not found.
#[tokio::test]
async fn only_the_vendors_admin_keeps_its_catalogue() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    let proposed = proposed(&admin).await;
    let there = taken(add(&admin, fresh(), &proposed).await).await;
    for person in ["seller", "buyer", "compliance", "support"] {
        let browser = app.sign_in(&shop.email(person)).await;
        for answer in [
            browser.get("/api/partners").await,
            add(&browser, fresh(), &proposed).await,
            change(&browser, &there, &proposed).await,
            switch(&browser, &there, false).await,
        ] {
            assert_eq!(problem(answer).await.code, Code::NotAllowed, "{person}");
        }
    }
    let theirs = app.sign_in(&app.shops.other.email("admin")).await;
    for answer in [
        change(&theirs, &there, &proposed).await,
        switch(&theirs, &there, false).await,
    ] {
        assert_eq!(problem(answer).await.code, Code::NotFound);
    }
    assert_eq!(catalogue(&admin).await, [there]);
    app.stop().await;
}

/// A product that was added here is offered and ordered. Changed in between, the draft keeps the price that
/// was agreed on and follows in name, tax and partner; what was shown stays as it was, and so does the order.
#[tokio::test]
async fn an_added_product_is_offered_and_ordered() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let admin = app.sign_in(&shop.email("admin")).await;
    let added = taken(add(&admin, fresh(), &proposed(&admin).await).await).await;
    let desk = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&desk, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[(thread, 0)]).await;

    let draft = complete(&app, &added.plans[0]);
    let first = show(&mut seller, thread, &draft).await;
    let next = ProposedProduct {
        name: "Coaching Plus".to_owned(),
        price: "9999".to_owned(),
        label: LABEL.to_owned(),
        vat_rate: "7".to_owned(),
        ..proposed(&admin).await
    };
    let changed = taken(change(&admin, &added, &next).await).await;
    // What the buyer sees is what they were shown, whatever the product is by now; it can be confirmed.
    let confirmed = confirm(&mut buyer, &first).await;
    let shown = confirmed.shown.expect("shown");
    assert_eq!(shown, first.shown.expect("shown"));
    assert_eq!(shown.content.product_name, "Coaching Pro");

    // Shown anew, the same draft says what the product says now, at the price that stands in the draft.
    let second = show(&mut seller, thread, &draft).await;
    let content = &second.shown.as_ref().expect("shown").content;
    assert_eq!(content.product_name, "Coaching Plus");
    assert_eq!(content.vat_rate.to_string(), "7");
    assert_eq!(content.schedule.total.to_string(), "2400.50 EUR");
    confirm(&mut buyer, &second).await;

    // Off, it is neither ordered nor shown; on again it is.
    let off = taken(switch(&admin, &changed, false).await).await;
    let inactive = refused(&mut seller, order_now(&second)).await;
    assert_eq!(inactive.code, Code::ProductInactive);
    let again = Command::ShowOffer {
        thread,
        draft: draft.clone(),
    };
    assert_eq!(
        refused(&mut seller, again).await.code,
        Code::ProductInactive
    );
    let on = taken(switch(&admin, &off, true).await).await;
    let order = place(&mut seller, &second).await;
    assert_eq!(order.total.to_string(), "2400.50 EUR");
    let last = ProposedProduct {
        name: "Another name".to_owned(),
        ..next
    };
    taken(change(&admin, &on, &last).await).await;
    let orders: OrderList = desk.read("/api/orders").await;
    assert_eq!(orders.items[0].product_name, "Coaching Plus");
    assert_eq!(orders.items[0].total, order.total);
    app.stop().await;
}
