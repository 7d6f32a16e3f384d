//! Whoever sells or an admin adds a customer, who need not have an account.

use super::{
    assign,
    record::{bounds, checked, seen, view},
};
use crate::{
    auth,
    failure::Failure,
    store::{
        customer,
        people::persons::{self, Named},
    },
    usecase::Cx,
};
use orderline_domain::{
    customer::record::Customer,
    field::{FieldError, code},
    ids::{CustomerId, UserId},
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::{AddCustomer, CustomerView},
    problem::Code,
};

/// Adds a record, and ties it to the person who has its address on the platform, or to a new one. The answer is the same
/// whoever that is: the vendor does not learn who has an account. Asked again with the same id, the same record is
/// answered. Whoever sees their own customers alone has it assigned to themselves at once.
pub async fn add(cx: &mut Cx<'_>, wish: &AddCustomer) -> Result<CustomerView, Failure> {
    auth::authorise(cx.actor, Action::EditCustomers, Relation::Own)?;
    let record = checked(&wish.data, Customer::new)?;
    // Sent twice at once, the second waits for the first and answers its record.
    cx.tx.take_turn(wish.customer).await?;
    let asked = (cx.actor, Action::EditCustomers);
    if let Some(there) = seen(&mut cx.tx, asked, wish.customer).await? {
        return view(&mut cx.tx, &there).await;
    }
    if !enter(cx, wish.customer, &record).await? {
        return Err(FieldError::new("email", code::TAKEN).into());
    }
    if let Some(me) = bounds(cx.actor) {
        assign::give(cx, &[wish.customer], Some(me)).await?;
    }
    let added = customer::find(&mut cx.tx, wish.customer).await?;
    view(&mut cx.tx, &added.ok_or(Code::NotFound)?).await
}

/// Writes a record, tied to its person. `false`: the vendor has one of this person.
pub(super) async fn enter(
    cx: &mut Cx<'_>,
    customer: CustomerId,
    record: &Customer,
) -> Result<bool, Failure> {
    let fresh = UserId::from_uuid(cx.env.entropy.uuid(cx.now));
    let address = record.email_folded();
    let named = Named {
        email: address.as_deref(),
        name: &record.data().name,
        language: &record.data().language,
    };
    let person = persons::named(&mut cx.tx, fresh, named, cx.now).await?;
    let new = customer::New {
        vendor: cx.actor.vendor,
        customer,
        person,
        record,
        consent_at: record.call_consent(None, cx.now),
        at: cx.now,
    };
    Ok(customer::insert(&mut cx.tx, &new).await?)
}
