//! The catalogue on its page: what is for sale, which form is open, and what is typed into it.

use crate::{
    api::{self, Failure},
    browser,
    load::Load,
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::{
    catalogue::{
        product::{Contracting, Partner, one_time},
        proposal::{ChosenPartner, ProposedProduct},
    },
    ids::{PartnerId, ProductId},
};
use orderline_protocol::http::{Catalogue, CatalogueProduct};

/// Products, and for whoever keeps them the partners that they can have.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    pub catalogue: Option<Catalogue>,
    pub partners: Vec<Partner>,
}

impl Shelf {
    /// Fetches it; partners only for whoever `keeps` it.
    pub async fn fetch(keeps: bool) -> Result<Self, Failure> {
        let catalogue = Some(api::catalogue().await?);
        let partners = if keeps {
            api::products::partners().await?
        } else {
            Vec::new()
        };
        Ok(Self {
            catalogue,
            partners,
        })
    }

    /// In the order of the catalogue.
    pub fn products(&self) -> &[CatalogueProduct] {
        self.catalogue
            .as_ref()
            .map_or(&[], |catalogue| &catalogue.products)
    }
}

/// What the open form is about.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A product that has this id from the first try on.
    New(ProductId),
    Changed(Box<CatalogueProduct>),
}

/// The page of whoever keeps the catalogue. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Desk {
    pub shelf: RwSignal<Shelf>,
    pub load: RwSignal<Load>,
    pub opened: RwSignal<Option<Opened>>,
    /// What was done last.
    pub said: RwSignal<Option<String>>,
    /// Why what was asked for in the list was not done.
    pub failed: RwSignal<Option<Failure>>,
    pub busy: RwSignal<bool>,
}

impl Desk {
    pub fn of(shelf: RwSignal<Shelf>, load: RwSignal<Load>) -> Self {
        Self {
            shelf,
            load,
            opened: RwSignal::new(None),
            said: RwSignal::new(None),
            failed: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Opens a form; what was said before is over.
    pub fn open(self, what: Opened) {
        self.said.set(None);
        self.failed.set(None);
        self.opened.set(Some(what));
    }

    /// A product as it was fetched last.
    pub fn now(self, product: ProductId) -> Option<CatalogueProduct> {
        self.shelf.try_with_untracked(|shelf| {
            let mut products = shelf.products().iter();
            products.find(|it| it.product.id == product).cloned()
        })?
    }

    /// Fetches everything again, then gives the focus back to the element with this id, which may be drawn anew. What
    /// cannot be fetched stays as it was.
    pub async fn refresh(self, focus: String) {
        match Shelf::fetch(true).await {
            Ok(came) => {
                self.shelf.try_set(came);
                self.load.try_set(Load::Ready);
            }
            Err(failure) => {
                self.failed.try_set(Some(failure));
            }
        }
        request_animation_frame(move || browser::focus(&focus));
    }
}

/// The button that opens the form for a new product.
pub const NEW_ID: &str = "product-new";

/// The id of the button that changes a product.
pub fn change_id(product: ProductId) -> String {
    format!("change-{product}")
}

/// The id of the button that switches a product on or off.
pub fn switch_id(product: ProductId) -> String {
    format!("switch-{product}")
}

/// The choice of a partner that is not there yet.
pub const ANOTHER: &str = "another";

/// What is typed so far. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Typed {
    pub name: RwSignal<String>,
    pub price: RwSignal<String>,
    /// What its payment is called.
    pub label: RwSignal<String>,
    pub vat_rate: RwSignal<String>,
    /// A partner's id, or [`ANOTHER`].
    pub partner: RwSignal<String>,
    pub partner_name: RwSignal<String>,
    pub terms_of: RwSignal<String>,
    pub terms_version: RwSignal<String>,
}

impl Typed {
    /// Begins from what holds, or for a new product from the first partner.
    pub fn of(what: &Opened, partners: &[Partner]) -> Self {
        let (name, price, label, vat_rate, partner) = match what {
            Opened::New(_) => {
                let first = partners.first().map(|it| it.id);
                (
                    String::new(),
                    String::new(),
                    t("products.one_payment"),
                    String::new(),
                    first,
                )
            }
            Opened::Changed(it) => {
                let plan = one_time(&it.plans);
                let price = plan.map(|plan| plan.amount.amount().to_string());
                let product = &it.product;
                (
                    product.name.clone(),
                    price.unwrap_or_default(),
                    plan.map(|plan| plan.label.clone()).unwrap_or_default(),
                    product.vat_rate.to_string(),
                    Some(it.partner),
                )
            }
        };
        let partner = partner.map_or_else(|| ANOTHER.to_owned(), |it| it.to_string());
        Self {
            name: RwSignal::new(name),
            price: RwSignal::new(price),
            label: RwSignal::new(label),
            vat_rate: RwSignal::new(vat_rate),
            partner: RwSignal::new(partner),
            partner_name: RwSignal::default(),
            terms_of: RwSignal::default(),
            terms_version: RwSignal::default(),
        }
    }

    /// What would be saved, as it is typed.
    pub fn proposed(self) -> ProposedProduct {
        let known = self.partner.with_untracked(|it| it.parse::<PartnerId>());
        let partner = known.map_or_else(
            |_| {
                ChosenPartner::New(Contracting {
                    contractual_partner: self.partner_name.get_untracked(),
                    terms_of: self.terms_of.get_untracked(),
                    terms_version: self.terms_version.get_untracked(),
                })
            },
            ChosenPartner::Known,
        );
        ProposedProduct {
            name: self.name.get_untracked(),
            price: self.price.get_untracked(),
            label: self.label.get_untracked(),
            vat_rate: self.vat_rate.get_untracked(),
            partner,
        }
    }
}
