//! The demo shop's catalogue.

use crate::{
    app::App,
    failure::Failure,
    store::{
        Tx,
        catalogue::partners,
        seed::{self, NewPlan, NewProduct},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    catalogue::product::Contracting,
    ids::{PartnerId, PlanId, ProductId, VendorId},
    money::{Currency, Money},
    offer::plan::{Interval, PlanKind},
    percent::Percent,
};

struct Item {
    name: &'static str,
    active: bool,
    plans: &'static [Terms],
}

struct Terms {
    label: &'static str,
    kind: PlanKind,
    /// Gross, in cents.
    cents: i64,
    payments: u16,
    interval: Option<Interval>,
}

const CATALOGUE: [Item; 3] = [
    Item {
        name: "Coaching Pro",
        active: true,
        plans: &[
            Terms {
                label: "One payment",
                kind: PlanKind::OneTime,
                cents: 240_000,
                payments: 1,
                interval: None,
            },
            Terms {
                label: "3 monthly instalments",
                kind: PlanKind::Instalments,
                cents: 240_000,
                payments: 3,
                interval: Some(Interval::Month),
            },
            Terms {
                label: "6 monthly instalments",
                kind: PlanKind::Instalments,
                cents: 252_000,
                payments: 6,
                interval: Some(Interval::Month),
            },
            Terms {
                label: "Subscription, monthly",
                kind: PlanKind::Subscription,
                cents: 22_900,
                payments: 12,
                interval: Some(Interval::Month),
            },
        ],
    },
    Item {
        name: "Starter course",
        active: true,
        plans: &[
            Terms {
                label: "One payment",
                kind: PlanKind::OneTime,
                cents: 49_000,
                payments: 1,
                interval: None,
            },
            Terms {
                label: "2 monthly instalments",
                kind: PlanKind::Instalments,
                cents: 49_000,
                payments: 2,
                interval: Some(Interval::Month),
            },
        ],
    },
    Item {
        name: "Summer academy 2025",
        active: false,
        plans: &[Terms {
            label: "One payment",
            kind: PlanKind::OneTime,
            cents: 89_000,
            payments: 1,
            interval: None,
        }],
    },
];

/// Writes the catalogue of the demo shop.
pub(super) async fn write(
    app: &App,
    tx: &mut Tx,
    vendor: VendorId,
    now: Timestamp,
) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let partner = PartnerId::from_uuid(app.entropy.uuid(now));
    let contracting = Contracting {
        contractual_partner: "Orderline Platform Ltd.".to_owned(),
        terms_of: "Orderline Platform GmbH".to_owned(),
        terms_version: "2026-05".to_owned(),
    };
    let partner = partners::keep(tx, vendor, partner, &contracting).await?;
    let vat_rate: Percent = "19".parse().map_err(|error| wrong(&error))?;
    for item in &CATALOGUE {
        let product = ProductId::from_uuid(app.entropy.uuid(now));
        let new = NewProduct {
            product,
            vendor,
            partner,
            name: item.name,
            active: item.active,
            currency: Currency::EUR,
            vat_rate,
            at: now,
        };
        seed::product(tx, &new).await?;
        for (position, plan) in (0..).zip(item.plans) {
            let amount =
                Money::from_minor(plan.cents, Currency::EUR).map_err(|error| wrong(&error))?;
            let new = NewPlan {
                plan: PlanId::from_uuid(app.entropy.uuid(now)),
                vendor,
                product,
                position,
                label: plan.label,
                kind: plan.kind,
                amount,
                payments: plan.payments,
                interval: plan.interval,
            };
            seed::plan(tx, &new).await?;
        }
    }
    Ok(())
}
