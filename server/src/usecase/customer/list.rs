//! Customers found by their words, a number, or whom they are assigned to.

use super::record::{bounds, rep};
use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::customer::find::{self, Wish},
    usecase::Query,
};
use orderline_domain::{
    customer::{assigned::AssignedTo, search::Search},
    field::{FieldError, code},
    people::roles::{Action, Relation},
    text,
};
use orderline_protocol::customer::{CustomerList, CustomerRow, Found};

/// A page of the vendor's customers whom the actor sees, the newest first; with a text, of those that it finds.
pub async fn list(
    query: &mut Query<'_>,
    narrowed: &Found,
    wanted: &Wanted,
) -> Result<CustomerList, Failure> {
    auth::authorise(query.actor, Action::ReadCustomers, Relation::Own)?;
    let (search, assigned) = read(narrowed)?;
    let wish = Wish {
        search: search.as_ref(),
        own: bounds(query.actor),
        assigned,
    };
    let found = find::page(&mut query.tx, &wish, wanted).await?;
    Ok(found.page(|it| {
        let data = it.record.data();
        CustomerRow {
            customer: it.customer,
            name: data.name.clone(),
            company: data.company.clone(),
            email: data.email.clone(),
            last_contact: it.last_contact,
            rep: it.rep.map(rep),
        }
    }))
}

/// What a list is narrowed by.
pub(super) fn read(narrowed: &Found) -> Result<(Option<Search>, Option<AssignedTo>), FieldError> {
    let search = text::optional("q", narrowed.q.as_deref(), Search::new)?;
    let rep = narrowed.rep.as_deref().filter(|rep| !rep.is_empty());
    let assigned = rep.map(str::parse).transpose();
    let assigned = assigned.map_err(|_| FieldError::new("rep", code::INVALID))?;
    Ok((search, assigned))
}
