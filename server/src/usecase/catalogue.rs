//! The products that can be offered, with all of their plans (CC8).

use super::{Actor, Failure};
use crate::{app::App, auth, store::products};
use orderline_domain::roles::{Action, Relation};
use orderline_protocol::http::Catalogue;

/// The vendor's whole catalogue; inactive products too, marked so.
pub async fn catalogue(app: &App, actor: &Actor) -> Result<Catalogue, Failure> {
    auth::authorise(actor, Action::ReadCatalogue, Relation::Own)?;
    let mut tx = app.store.begin(actor.vendor).await?;
    Ok(Catalogue {
        products: products::all(&mut tx).await?,
    })
}
