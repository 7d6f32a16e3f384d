//! The products that can be offered, with all of their plans (CC8).

use super::{Actor, Failure};
use crate::{
    app::App,
    auth,
    store::{catalogue::products, offer},
};
use orderline_domain::people::roles::{Action, Relation, Role};
use orderline_protocol::{http::Catalogue, problem::Code};

/// The vendor's catalogue. Staff see inactive products too, marked so; buyers what can be sold.
pub async fn catalogue(app: &App, actor: &Actor) -> Result<Catalogue, Failure> {
    auth::authorise(actor, Action::ReadCatalogue, Relation::Own)?;
    let mut tx = app.store.begin(actor.scope()).await?;
    let mut products = products::all(&mut tx).await?;
    if actor.role == Role::Buyer {
        products.retain(|it| it.product.active);
    }
    let time_zone = offer::time_zone(&mut tx, actor.vendor)
        .await?
        .ok_or(Code::NotFound)?;
    Ok(Catalogue {
        time_zone,
        products,
    })
}
