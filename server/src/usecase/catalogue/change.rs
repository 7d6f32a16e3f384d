//! An admin changes a product. What was shown or ordered before holds its own copy; a draft is computed anew.

use super::checked::{checked, partner_of};
use crate::{auth, failure::Failure, store::catalogue::products, usecase::Cx};
use orderline_domain::{
    ids::ProductId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{catalogue::ChangeProduct, http::CatalogueProduct, problem::Code};

/// Changes name, price, tax and partner, for whoever looked at the version that holds. Asked for what the product says
/// already, it answers that, so a change may be sent twice. A product without a plan that is paid at once has no price
/// to be changed here.
pub async fn change_product(
    cx: &mut Cx<'_>,
    product: ProductId,
    wish: &ChangeProduct,
) -> Result<CatalogueProduct, Failure> {
    auth::authorise(cx.actor, Action::EditCatalogue, Relation::Own)?;
    let read = products::find(&mut cx.tx, product)
        .await?
        .ok_or(Code::NotFound)?;
    let checked = checked(&wish.proposed, read.product.currency)?;
    let partner = partner_of(cx, &checked).await?;
    if checked.is_said_by(&read, partner) {
        return Ok(read.into());
    }
    if read.version != wish.version
        || read.one_time().is_none()
        || !products::change(&mut cx.tx, &read, &checked, partner).await?
    {
        return Err(Code::Conflict.into());
    }
    let changed = products::find(&mut cx.tx, product).await?;
    Ok(changed.ok_or(Code::NotFound)?.into())
}
