//! One customer, and their threads.

use super::record::view;
use crate::{auth, failure::Failure, page::Wanted, store::customer, usecase::Query};
use orderline_domain::{
    ids::CustomerId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::{CustomerThread, CustomerThreads, CustomerView},
    problem::Code,
};

/// A record.
pub async fn read(query: &mut Query<'_>, customer: CustomerId) -> Result<CustomerView, Failure> {
    auth::authorise(query.actor, Action::ReadCustomers, Relation::Own)?;
    let found = customer::find(&mut query.tx, customer).await?;
    Ok(view(&found.ok_or(Code::NotFound)?))
}

/// A page of a customer's threads that the actor may read, the newest first.
pub async fn threads(
    query: &mut Query<'_>,
    customer: CustomerId,
    wanted: &Wanted,
) -> Result<CustomerThreads, Failure> {
    auth::authorise(query.actor, Action::ReadCustomers, Relation::Own)?;
    customer::person(&mut query.tx, customer)
        .await?
        .ok_or(Code::NotFound)?;
    let all = auth::may(query.actor, Action::ReadThread, Relation::Foreign);
    let of = (!all).then_some(query.actor.user);
    let listed = customer::threads(&mut query.tx, customer, of, wanted).await?;
    Ok(listed.page(|it| CustomerThread {
        thread: it.thread,
        title: it.title,
        last_at: it.last_at,
        order_number: it.order_number.map(|number| number.to_string()),
    }))
}
