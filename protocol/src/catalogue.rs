//! What an admin writes into the catalogue; [`crate::http::Catalogue`] is how everybody reads it.

use crate::page::Page;
use orderline_domain::{
    catalogue::{product::Partner, proposal::ProposedProduct},
    ids::ProductId,
};
use serde::{Deserialize, Serialize};

/// `POST /api/products` (admins): a product with one plan, for sale at once. Answers a
/// [`CatalogueProduct`](crate::http::CatalogueProduct); the same again where the same was asked for before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddProduct {
    /// Made by the page.
    pub product: ProductId,
    pub proposed: ProposedProduct,
}

/// `PUT /api/products/{product}` (admins): what the product is from now on. Answers a
/// [`CatalogueProduct`](crate::http::CatalogueProduct); a conflict when `version` is not the one that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeProduct {
    pub version: i64,
    /// The price is read in the product's currency.
    pub proposed: ProposedProduct,
}

/// `PUT /api/products/{product}/active` (admins): whether it is for sale. Answers and conflicts as a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchProduct {
    pub version: i64,
    pub active: bool,
}

/// `GET /api/partners` (admins): with whom buyers can contract.
pub type PartnerList = Page<Partner>;
