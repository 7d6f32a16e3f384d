//! The addresses in a customer's record: read, added, changed, taken away.

use super::record::theirs;
use crate::{
    actor::Actor,
    failure::Failure,
    store::{
        Tx,
        customer::{self, Stored, addresses},
    },
    usecase::{Cx, Query},
};
use orderline_domain::{
    customer::addresses::{Addresses, Refused},
    ids::{AddressId, CustomerId},
    people::roles::Action,
};
use orderline_protocol::{
    customer::{AddressView, CustomerAddresses, PutAddress},
    problem::Code,
};

/// All of a record, in the order in which they came.
pub async fn read(
    query: &mut Query<'_>,
    customer: CustomerId,
) -> Result<CustomerAddresses, Failure> {
    let asked = (query.actor, Action::ReadCustomers);
    let found = theirs(&mut query.tx, asked, customer).await?;
    let all = addresses::of(&mut query.tx, found.customer).await?;
    Ok(view(&all))
}

/// Adds an address, or changes the one that is there under this id. Answers all of the record.
pub async fn put(
    cx: &mut Cx<'_>,
    (customer, address): (CustomerId, AddressId),
    wish: &PutAddress,
) -> Result<CustomerAddresses, Failure> {
    let (record, before) = held(&mut cx.tx, cx.actor, customer).await?;
    let after = before
        .put(address, &wish.data, wish.version)
        .map_err(|why| match why {
            Refused::Changed => Failure::from(Code::Conflict),
            Refused::Wrong(errors) => errors.into(),
        })?;
    kept(cx, record.customer, &after).await
}

/// Takes an address away; one that is gone already is none.
pub async fn remove(
    cx: &mut Cx<'_>,
    (customer, address): (CustomerId, AddressId),
) -> Result<CustomerAddresses, Failure> {
    let (record, before) = held(&mut cx.tx, cx.actor, customer).await?;
    kept(cx, record.customer, &before.without(address)).await
}

/// The record and its addresses, which nobody else changes until this is done.
async fn held(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
) -> Result<(Stored, Addresses), Failure> {
    let record = theirs(tx, (actor, Action::EditCustomers), customer).await?;
    customer::lock(tx, &[record.customer]).await?;
    let all = addresses::of(tx, record.customer).await?;
    Ok((record, all))
}

async fn kept(
    cx: &mut Cx<'_>,
    customer: CustomerId,
    after: &Addresses,
) -> Result<CustomerAddresses, Failure> {
    addresses::write(&mut cx.tx, (cx.actor.vendor, customer), after).await?;
    Ok(view(after))
}

fn view(all: &Addresses) -> CustomerAddresses {
    let views = all.all().iter().map(|it| AddressView {
        address: it.id,
        data: it.data.clone(),
        version: it.version,
    });
    CustomerAddresses {
        addresses: views.collect(),
    }
}
