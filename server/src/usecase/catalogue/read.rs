//! The products that can be offered, with all of their plans (CC8), and the partners that they can have.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        catalogue::{partners, products},
        offer,
    },
    usecase::Query,
};
use orderline_domain::people::{
    roles::{Action, Relation},
    side::Side,
};
use orderline_protocol::{catalogue::PartnerList, http::Catalogue, problem::Code};

/// The vendor's catalogue. Staff see inactive products too, marked so; buyers what can be sold.
pub async fn catalogue(query: &mut Query<'_>) -> Result<Catalogue, Failure> {
    auth::authorise(query.actor, Action::ReadCatalogue, Relation::Own)?;
    let mut products = products::all(&mut query.tx).await?;
    if Side::of(query.actor.role) == Side::Buyer {
        products.retain(|it| it.product.active);
    }
    let time_zone = offer::time_zone(&mut query.tx, query.actor.vendor)
        .await?
        .ok_or(Code::NotFound)?;
    let currency = products::currency(&mut query.tx, query.actor.vendor)
        .await?
        .ok_or(Code::NotFound)?;
    Ok(Catalogue {
        time_zone,
        currency,
        products: products.into_iter().map(Into::into).collect(),
    })
}

/// A page of the partners that a product can have.
pub async fn partners(query: &mut Query<'_>, wanted: &Wanted) -> Result<PartnerList, Failure> {
    auth::authorise(query.actor, Action::EditCatalogue, Relation::Own)?;
    Ok(partners::page(&mut query.tx, wanted).await?.page(|it| it))
}
