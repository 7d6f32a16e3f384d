//! A seller, a rep or an admin changes a record.

use super::record::{checked, theirs, view};
use crate::{failure::Failure, store::customer, usecase::Cx};
use orderline_domain::{ids::CustomerId, people::roles::Action};
use orderline_protocol::{
    customer::{CustomerView, EditCustomer},
    problem::Code,
};

/// Changes a record. Whoever looked at an older version than the one that holds is told so.
pub async fn edit(
    cx: &mut Cx<'_>,
    customer: CustomerId,
    wish: &EditCustomer,
) -> Result<CustomerView, Failure> {
    let asked = (cx.actor, Action::EditCustomers);
    let before = theirs(&mut cx.tx, asked, customer).await?;
    let record = checked(&wish.data, |typed| before.record.edited(typed))?;
    if before.version != wish.version {
        return Err(Code::Conflict.into());
    }
    let consent_at = record.call_consent(before.consent_at, cx.now);
    if !customer::save(&mut cx.tx, &before, &record, consent_at).await? {
        return Err(Code::Conflict.into());
    }
    let saved = customer::find(&mut cx.tx, customer).await?;
    view(&mut cx.tx, &saved.ok_or(Code::NotFound)?).await
}
