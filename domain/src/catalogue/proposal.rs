//! A product as somebody proposes it, and as it is sold once it is checked: one price, paid at once. The typed texts are
//! read here alone, so that every client and the server agree on them.

use super::product::{Contracting, Offered, Plan};
use crate::{
    field::{FieldError, code},
    ids::{PartnerId, PlanId, ProductId},
    money::{Currency, Money},
    offer::plan::PlanKind,
    percent::{NotAPercent, Percent},
    text,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Products of one vendor.
pub const MAX_PRODUCTS: u16 = 500;
/// Longest name of a product, in characters.
pub const MAX_PRODUCT_NAME_CHARS: usize = 200;
/// Longest name of a contractual partner, and of the company whose terms apply, in characters.
pub const MAX_PARTNER_NAME_CHARS: usize = 200;
/// Longest version of general terms, in characters.
pub const MAX_TERMS_VERSION_CHARS: usize = 60;
/// Largest price, in major units: so many of it as one offer may hold are still an amount.
pub const MAX_PRICE_MAJOR_UNITS: i64 = 1_000_000_000;
/// Longest name of a payment plan, in characters.
pub const MAX_PLAN_LABEL_CHARS: usize = 200;

/// With whom the buyers of a product are to contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenPartner {
    /// One of the vendor's.
    Known(PartnerId),
    /// One that is written down with the product.
    New(Contracting),
}

/// A product as somebody types it, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedProduct {
    pub name: String,
    /// Gross, for one unit that is paid at once.
    pub price: String,
    /// What buyers read that this payment is called.
    pub label: String,
    /// Per cent of tax inside the price.
    pub vat_rate: String,
    pub partner: ChosenPartner,
}

/// A product as it can be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedProduct {
    name: String,
    price: Money,
    label: String,
    vat_rate: Percent,
    partner: ChosenPartner,
}

impl CheckedProduct {
    /// Checks; all complaints at once, in the order of the form.
    pub fn new(proposed: ProposedProduct, currency: Currency) -> Result<Self, Vec<FieldError>> {
        let name = text::name(&proposed.name, MAX_PRODUCT_NAME_CHARS).map_err(|bad| bad.at("name"));
        let price = read_price(&proposed.price, currency);
        let label =
            text::name(&proposed.label, MAX_PLAN_LABEL_CHARS).map_err(|bad| bad.at("label"));
        let vat_rate = read_rate(&proposed.vat_rate);
        let partner = checked_partner(proposed.partner);
        match (name, price, label, vat_rate, partner) {
            (Ok(name), Ok(price), Ok(label), Ok(vat_rate), Ok(partner)) => Ok(Self {
                name,
                price,
                label,
                vat_rate,
                partner,
            }),
            (name, price, label, vat_rate, partner) => {
                let first = [name.err(), price.err(), label.err(), vat_rate.err()];
                let last = partner.err().unwrap_or_default();
                Err(first.into_iter().flatten().chain(last).collect())
            }
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gross, for one unit that is paid at once.
    pub const fn price(&self) -> Money {
        self.price
    }

    /// What its payment is called.
    pub fn label(&self) -> &str {
        &self.label
    }

    pub const fn vat_rate(&self) -> Percent {
        self.vat_rate
    }

    pub const fn partner(&self) -> &ChosenPartner {
        &self.partner
    }

    /// The one plan that it is sold by at first.
    pub fn plan(&self, id: PlanId, product: ProductId) -> Plan {
        Plan {
            id,
            product,
            label: self.label.clone(),
            kind: PlanKind::OneTime,
            amount: self.price,
            payments: 1,
            interval: None,
        }
    }

    /// Whether a product says all of this already, with this partner.
    pub fn is_said_by(&self, offered: &Offered, partner: PartnerId) -> bool {
        let same_plan = offered
            .one_time()
            .is_some_and(|plan| plan.amount == self.price && plan.label == self.label);
        same_plan
            && offered.partner == partner
            && offered.product.name == self.name
            && offered.product.vat_rate == self.vat_rate
    }
}

fn read_price(typed: &str, currency: Currency) -> Result<Money, FieldError> {
    if typed.trim().is_empty() {
        return Err(FieldError::new("price", code::REQUIRED));
    }
    let price = Money::parse(typed, currency).map_err(|error| error.at("price"))?;
    if !price.is_positive() {
        return Err(FieldError::new("price", code::NOT_POSITIVE));
    }
    if price.amount() > Decimal::from(MAX_PRICE_MAJOR_UNITS) {
        return Err(FieldError::new("price", code::TOO_LARGE));
    }
    Ok(price)
}

fn read_rate(typed: &str) -> Result<Percent, FieldError> {
    if typed.trim().is_empty() {
        return Err(FieldError::new("vat_rate", code::REQUIRED));
    }
    Percent::parse(typed).map_err(|bad| match bad {
        NotAPercent::NotANumber => FieldError::new("vat_rate", code::INVALID),
        NotAPercent::OutOfRange => FieldError::range("vat_rate", 0, 100),
        NotAPercent::TooManyDecimals => FieldError::new("vat_rate", code::TOO_MANY_DECIMALS),
    })
}

fn checked_partner(chosen: ChosenPartner) -> Result<ChosenPartner, Vec<FieldError>> {
    let typed = match chosen {
        ChosenPartner::Known(_) => return Ok(chosen),
        ChosenPartner::New(typed) => typed,
    };
    let name = text::name(&typed.contractual_partner, MAX_PARTNER_NAME_CHARS)
        .map_err(|bad| bad.at("partner.contractual_partner"));
    let terms_of = text::name(&typed.terms_of, MAX_PARTNER_NAME_CHARS)
        .map_err(|bad| bad.at("partner.terms_of"));
    let version = text::name(&typed.terms_version, MAX_TERMS_VERSION_CHARS)
        .map_err(|bad| bad.at("partner.terms_version"));
    match (name, terms_of, version) {
        (Ok(contractual_partner), Ok(terms_of), Ok(terms_version)) => {
            Ok(ChosenPartner::New(Contracting {
                contractual_partner,
                terms_of,
                terms_version,
            }))
        }
        (name, terms_of, version) => Err([name.err(), terms_of.err(), version.err()]
            .into_iter()
            .flatten()
            .collect()),
    }
}
