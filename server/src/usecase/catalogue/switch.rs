//! An admin puts a product up for sale, or takes it off (CC6).

use crate::{auth, failure::Failure, store::catalogue::products, usecase::Cx};
use orderline_domain::{
    ids::ProductId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{catalogue::SwitchProduct, http::CatalogueProduct, problem::Code};

/// Switches a product on or off, for whoever looked at the version that holds. Asked for what it is already, it answers
/// that.
pub async fn switch_product(
    cx: &mut Cx<'_>,
    product: ProductId,
    wish: SwitchProduct,
) -> Result<CatalogueProduct, Failure> {
    auth::authorise(cx.actor, Action::EditCatalogue, Relation::Own)?;
    let read = products::find(&mut cx.tx, product)
        .await?
        .ok_or(Code::NotFound)?;
    if read.product.active == wish.active {
        return Ok(read.into());
    }
    if read.version != wish.version || !products::switch(&mut cx.tx, &read, wish.active).await? {
        return Err(Code::Conflict.into());
    }
    let switched = products::find(&mut cx.tx, product).await?;
    Ok(switched.ok_or(Code::NotFound)?.into())
}
