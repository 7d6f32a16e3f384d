//! A record as it comes in, as it is shown, and for whom it is there.

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    store::{
        Tx,
        call::talked,
        customer::{self, Rep, Stored},
    },
    usecase::number_plan,
};
use orderline_domain::{
    customer::{
        assigned,
        record::{Customer, CustomerData},
    },
    field::FieldError,
    ids::{CustomerId, UserId},
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::{self as wire, CustomerView},
    problem::Code,
};

/// The record, if there is one that the actor may do this to: who may see their own alone finds no other.
pub async fn seen(
    tx: &mut Tx,
    (actor, action): (&Actor, Action),
    customer: CustomerId,
) -> Result<Option<Stored>, Failure> {
    auth::authorise(actor, action, Relation::Own)?;
    let found = customer::find(tx, customer).await?;
    Ok(found.filter(|it| {
        let rep = it.rep.as_ref().map(|rep| rep.user);
        auth::may(actor, action, assigned::relation(actor.user, rep))
    }))
}

/// The record, as [`seen`]; any other looks missing.
pub(super) async fn theirs(
    tx: &mut Tx,
    asked: (&Actor, Action),
    customer: CustomerId,
) -> Result<Stored, Failure> {
    Ok(seen(tx, asked, customer).await?.ok_or(Code::NotFound)?)
}

/// Beyond whose customers the actor sees nothing; none: they see everybody's.
pub(super) fn bounds(actor: &Actor) -> Option<UserId> {
    (!auth::may(actor, Action::ReadCustomers, Relation::Foreign)).then_some(actor.user)
}

/// What was typed, after `rule`, with its phone number as the world knows it; or all that is wrong with it at once.
pub(super) fn checked(
    typed: &CustomerData,
    rule: impl FnOnce(&CustomerData) -> Result<Customer, Vec<FieldError>>,
) -> Result<Customer, Vec<FieldError>> {
    let of = |phone| {
        rule(&CustomerData {
            phone,
            ..typed.clone()
        })
    };
    number_plan::understood(typed.country.as_deref(), typed.phone.as_deref(), of)
}

pub(super) async fn view(tx: &mut Tx, it: &Stored) -> Result<CustomerView, Failure> {
    Ok(CustomerView {
        customer: it.customer,
        data: it.record.data().clone(),
        consent_at: it.consent_at,
        version: it.version,
        created_at: it.created_at,
        rep: it.rep.clone().map(rep),
        talked_ms: talked::of_customer(tx, it.customer).await?,
    })
}

pub(super) fn rep(it: Rep) -> wire::Rep {
    wire::Rep {
        user: it.user,
        name: it.name,
    }
}
