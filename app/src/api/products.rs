//! What an admin writes into the catalogue.

use super::{Failure, all, post, put};
use orderline_domain::{catalogue::product::Partner, ids::ProductId};
use orderline_protocol::{
    catalogue::{AddProduct, ChangeProduct, SwitchProduct},
    http::CatalogueProduct,
};

/// `POST /api/products`.
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn add(wish: &AddProduct) -> Result<CatalogueProduct, Failure> {
    post("/api/products", wish).await
}

/// `PUT /api/products/{product}`.
///
/// # Errors
/// [`Failure`].
pub async fn change(product: ProductId, wish: &ChangeProduct) -> Result<CatalogueProduct, Failure> {
    put(&format!("/api/products/{product}"), wish).await
}

/// `PUT /api/products/{product}/active`.
///
/// # Errors
/// [`Failure`].
pub async fn switch(product: ProductId, wish: &SwitchProduct) -> Result<CatalogueProduct, Failure> {
    put(&format!("/api/products/{product}/active"), wish).await
}

/// `GET /api/partners`.
///
/// # Errors
/// [`Failure`].
pub async fn partners() -> Result<Vec<Partner>, Failure> {
    all("/api/partners").await
}
