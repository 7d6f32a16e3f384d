//! What can be sold: products and their payment plans. A phone offer starts from them and never changes them.

use crate::{
    field::{FieldError, code},
    ids::{PartnerId, PlanId, ProductId},
    money::{Currency, Money},
    offer::plan::{Interval, PlanKind},
    percent::Percent,
};
use serde::{Deserialize, Serialize};

/// With whom the buyer contracts, and whose terms apply: two legal entities, kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contracting {
    /// The buyer's contractual partner.
    pub contractual_partner: String,
    /// The company whose general terms alone apply.
    pub terms_of: String,
    /// The version of those terms: "2026-05".
    pub terms_version: String,
}

/// One of those that a vendor's buyers contract with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    pub id: PartnerId,
    pub contracting: Contracting,
}

/// One product of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    /// An inactive product cannot be sold by phone.
    pub active: bool,
    pub currency: Currency,
    /// The tax inside its gross prices.
    pub vat_rate: Percent,
    pub contracting: Contracting,
}

impl Product {
    /// Whether it can be sold by phone.
    pub fn sellable(&self) -> Result<(), FieldError> {
        if self.active {
            Ok(())
        } else {
            Err(FieldError::new("product", code::INACTIVE))
        }
    }
}

/// One of a product's payment plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: PlanId,
    pub product: ProductId,
    pub label: String,
    pub kind: PlanKind,
    /// Gross price of one unit, as in [`crate::offer::schedule::ProposedTerms::amount`].
    pub amount: Money,
    pub payments: u16,
    pub interval: Option<Interval>,
}

/// A product with all of its plans, in the order in which they are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub product: Product,
    /// Whose texts its contracting is.
    pub partner: PartnerId,
    /// Grows with every change; a change names the one that it was made from.
    pub version: i64,
    pub plans: Vec<Plan>,
}

impl Offered {
    /// The plan whose amount is the product's price: the first that is paid at once.
    pub fn one_time(&self) -> Option<&Plan> {
        one_time(&self.plans)
    }

    /// The plan whose amount stands beside the product's name: the one that is paid at once, else the first.
    pub fn price(&self) -> Option<&Plan> {
        self.one_time().or_else(|| self.plans.first())
    }
}

/// Of a product's plans the first that is paid at once.
pub fn one_time(plans: &[Plan]) -> Option<&Plan> {
    plans.iter().find(|plan| plan.kind == PlanKind::OneTime)
}

impl From<Offered> for Catalogue {
    fn from(offered: Offered) -> Self {
        Self {
            products: vec![offered.product],
            plans: offered.plans,
        }
    }
}

/// The products and plans that an offer can be made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub products: Vec<Product>,
    pub plans: Vec<Plan>,
}

impl Catalogue {
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.iter().find(|it| it.id == id)
    }

    pub fn plan(&self, id: PlanId) -> Option<&Plan> {
        self.plans.iter().find(|it| it.id == id)
    }

    /// All plans of one product, in the catalogue's order.
    pub fn plans_of(&self, product: ProductId) -> impl Iterator<Item = &Plan> {
        self.plans.iter().filter(move |it| it.product == product)
    }
}
