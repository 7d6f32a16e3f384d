//! An admin adds a product.

use super::checked::{checked, partner_of};
use crate::{
    auth,
    failure::Failure,
    store::catalogue::products::{self, NewProduct},
    usecase::Cx,
};
use orderline_domain::{
    catalogue::proposal::MAX_PRODUCTS,
    ids::PlanId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{catalogue::AddProduct, http::CatalogueProduct, problem::Code};

/// Adds a product with one plan, for sale at once. The id is the client's: asked again for the same product, that is
/// answered; another one under its id is refused.
pub async fn add_product(cx: &mut Cx<'_>, wish: &AddProduct) -> Result<CatalogueProduct, Failure> {
    auth::authorise(cx.actor, Action::EditCatalogue, Relation::Own)?;
    let vendor = cx.actor.vendor;
    let currency = products::currency(&mut cx.tx, vendor)
        .await?
        .ok_or(Code::NotFound)?;
    let checked = checked(&wish.proposed, currency)?;
    let partner = partner_of(cx, &checked).await?;
    let new = NewProduct {
        product: wish.product,
        vendor,
        partner,
        checked: &checked,
        plan: PlanId::from_uuid(cx.env.entropy.uuid(cx.now)),
        at: cx.now,
    };
    let is_new = products::add(&mut cx.tx, &new).await?;
    if is_new && products::count(&mut cx.tx).await? > i64::from(MAX_PRODUCTS) {
        return Err(Code::TooMany.into());
    }
    let offered = products::find(&mut cx.tx, wish.product)
        .await?
        .ok_or(Code::NotFound)?;
    if !checked.is_said_by(&offered, partner) {
        return Err(Code::CommandReused.into());
    }
    Ok(offered.into())
}
