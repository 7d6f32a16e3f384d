//! A shop's shelf for tests of offers: products with plans, a complete draft, and what both people do with it.

use crate::support::{Socket, TestApp, shops::Shop, socket::command_id};
use jiff::{ToSpan as _, civil::Date};
use orderline_domain::{
    catalogue::product::Plan,
    customer::{address::Address, buyer::BuyerData},
    ids::{PartnerId, PlanId, ProductId, ThreadId},
    money::{Currency, Money},
    offer::{
        draft::Draft,
        plan::{Interval, PlanKind},
        revision::PaymentMethod,
    },
};
use orderline_protocol::{
    offer::OfferView,
    order::OrderView,
    problem::Problem,
    socket::{Command, CommandResult},
};
use orderline_server::store::seed::{self, NewPlan, NewProduct};

/// What the shop sells.
pub(crate) struct Shelf {
    pub one_time: Plan,
    pub instalments: Plan,
    pub subscription: Plan,
    pub inactive_plan: Plan,
}

impl Shelf {
    /// Fills the shelf of a shop.
    pub(crate) async fn fill(app: &TestApp, shop: &Shop) -> Self {
        let mut shelf = Filler {
            app,
            shop,
            position: 0,
        };
        let product = shelf.product("Coaching Pro", true).await;
        let other = shelf.product("Starter", true).await;
        let inactive = shelf.product("Retired", false).await;
        Self {
            one_time: shelf.plan(product, PlanKind::OneTime, 1, None).await,
            instalments: shelf
                .plan(product, PlanKind::Instalments, 3, Some(Interval::Month))
                .await,
            subscription: shelf
                .plan(other, PlanKind::Subscription, 12, Some(Interval::Month))
                .await,
            inactive_plan: shelf.plan(inactive, PlanKind::OneTime, 1, None).await,
        }
    }
}

struct Filler<'a> {
    app: &'a TestApp,
    shop: &'a Shop,
    position: i32,
}

impl Filler<'_> {
    async fn product(&mut self, name: &str, active: bool) -> ProductId {
        let core = &self.app.server.app;
        let now = core.clock.now();
        let mut conn = self.app.database.connect().await;
        let partner: uuid::Uuid =
            sqlx::query_scalar("SELECT partner_id FROM contractual_partners WHERE vendor_id = $1")
                .bind(self.shop.vendor.as_uuid())
                .fetch_one(&mut conn)
                .await
                .expect("the shop has a partner");
        let product = ProductId::from_uuid(core.entropy.uuid(now));
        let mut tx = core.store.begin_jobs().await.expect("the store answers");
        let new = NewProduct {
            product,
            vendor: self.shop.vendor,
            partner: PartnerId::from_uuid(partner),
            name,
            active,
            currency: Currency::EUR,
            vat_rate: "19".parse().expect("a rate"),
            at: now,
        };
        seed::product(&mut tx, &new).await.expect("a product");
        tx.commit().await.expect("committed");
        product
    }

    async fn plan(
        &mut self,
        product: ProductId,
        kind: PlanKind,
        payments: u16,
        interval: Option<Interval>,
    ) -> Plan {
        let core = &self.app.server.app;
        let plan = PlanId::from_uuid(core.entropy.uuid(core.clock.now()));
        let amount = Money::from_minor(240_000, Currency::EUR).expect("an amount");
        self.position += 1;
        let mut tx = core.store.begin_jobs().await.expect("the store answers");
        let label = kind.name();
        let vendor = self.shop.vendor;
        let position = self.position;
        let new = NewPlan {
            plan,
            vendor,
            product,
            position,
            label,
            kind,
            amount,
            payments,
            interval,
        };
        seed::plan(&mut tx, &new).await.expect("a plan");
        tx.commit().await.expect("committed");
        Plan {
            id: plan,
            product,
            label: label.to_owned(),
            kind,
            amount,
            payments,
            interval,
        }
    }
}

/// The shop's day.
pub(crate) fn today(app: &TestApp) -> Date {
    app.server
        .app
        .clock
        .now()
        .in_tz("Europe/Berlin")
        .expect("a zone")
        .date()
}

/// A draft with nothing missing: this plan from tomorrow on, by transfer.
pub(crate) fn complete(app: &TestApp, plan: &Plan) -> Draft {
    let mut draft = Draft::default().with_plan(plan);
    draft.version = 1;
    draft.first_due = (today(app) + 1.day()).to_string();
    draft.method = Some(PaymentMethod::BankTransfer);
    draft.buyer = buyer();
    draft
}

/// A buyer with a complete address.
pub(crate) fn buyer() -> BuyerData {
    BuyerData {
        name: "Jana Lind".to_owned(),
        company: None,
        email: "jana@example.com".to_owned(),
        phone: Some("+49 341 123456".to_owned()),
        address: Address {
            street: "Karl-Liebknecht-Straße 1".to_owned(),
            line2: None,
            postal_code: "04107".to_owned(),
            city: "Leipzig".to_owned(),
            state: None,
            country: "DE".to_owned(),
        },
    }
}

/// Shows a draft that must be taken.
pub(crate) async fn show(seller: &mut Socket, thread: ThreadId, draft: &Draft) -> OfferView {
    let body = Command::ShowOffer {
        thread,
        draft: draft.clone(),
    };
    match seller.command(command_id(), body).await {
        CommandResult::Offer { offer } => *offer,
        other => panic!("not shown: {other:?}"),
    }
}

/// Confirms what is shown.
pub(crate) async fn confirm(buyer: &mut Socket, offer: &OfferView) -> OfferView {
    let hash = offer
        .shown
        .as_ref()
        .expect("something is shown")
        .hash
        .clone();
    let body = Command::ConfirmOffer {
        offer: offer.offer,
        hash,
    };
    match buyer.command(command_id(), body).await {
        CommandResult::Offer { offer } => *offer,
        other => panic!("not confirmed: {other:?}"),
    }
}

/// "Order now" on what is shown.
pub(crate) async fn place(seller: &mut Socket, offer: &OfferView) -> OrderView {
    match seller.command(command_id(), order_now(offer)).await {
        CommandResult::Order { order } => *order,
        other => panic!("no order: {other:?}"),
    }
}

/// The command behind "Order now".
pub(crate) fn order_now(offer: &OfferView) -> Command {
    let hash = offer
        .shown
        .as_ref()
        .expect("something is shown")
        .hash
        .clone();
    Command::PlaceOrder {
        offer: offer.offer,
        hash,
    }
}

/// Sends a command that must be refused.
pub(crate) async fn refused(socket: &mut Socket, body: Command) -> Problem {
    match socket.command(command_id(), body).await {
        CommandResult::Failed { problem } => problem,
        other => panic!("not refused: {other:?}"),
    }
}
