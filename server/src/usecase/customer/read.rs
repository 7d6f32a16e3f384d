//! One customer, their threads, and who assigned them to whom.

use super::record::{theirs, view};
use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::customer::{self, groups, moves},
    usecase::Query,
};
use orderline_domain::{
    ids::CustomerId,
    people::roles::{Action, Relation},
};
use orderline_protocol::customer::{
    CustomerGroups, CustomerMove, CustomerMoves, CustomerThread, CustomerThreads, CustomerView,
};

/// A record.
pub async fn read(query: &mut Query<'_>, customer: CustomerId) -> Result<CustomerView, Failure> {
    let asked = (query.actor, Action::ReadCustomers);
    let found = theirs(&mut query.tx, asked, customer).await?;
    view(&mut query.tx, &found).await
}

/// A page of a customer's threads that the actor may read, the newest first.
pub async fn threads(
    query: &mut Query<'_>,
    customer: CustomerId,
    wanted: &Wanted,
) -> Result<CustomerThreads, Failure> {
    let asked = (query.actor, Action::ReadCustomers);
    let found = theirs(&mut query.tx, asked, customer).await?;
    let all = auth::may(query.actor, Action::ReadThread, Relation::Foreign);
    let of = (!all).then_some(query.actor.user);
    let listed = customer::threads(&mut query.tx, found.customer, of, wanted).await?;
    Ok(listed.page(|it| CustomerThread {
        thread: it.thread,
        title: it.title,
        last_at: it.last_at,
        order_number: it.order_number.map(|number| number.to_string()),
    }))
}

/// A page of who assigned a customer to whom, the newest first.
pub async fn moves(
    query: &mut Query<'_>,
    customer: CustomerId,
    wanted: &Wanted,
) -> Result<CustomerMoves, Failure> {
    let asked = (query.actor, Action::AssignCustomers);
    let found = theirs(&mut query.tx, asked, customer).await?;
    let lines = moves::of_customer(&mut query.tx, found.customer, wanted).await?;
    Ok(lines.page(|it| CustomerMove {
        at: it.at,
        by: it.by.into(),
        from: it.from,
        to: it.to,
    }))
}

/// The vendor's own words for customers of one kind.
pub async fn groups(query: &mut Query<'_>) -> Result<CustomerGroups, Failure> {
    auth::authorise(query.actor, Action::ReadCustomers, Relation::Own)?;
    let groups = groups::all(&mut query.tx).await?;
    Ok(CustomerGroups { groups })
}
