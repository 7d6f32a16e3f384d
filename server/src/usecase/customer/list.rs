//! Customers found by how their name, company or e-mail begins.

use crate::{auth, failure::Failure, page::Wanted, store::customer, usecase::Query};
use orderline_domain::{
    people::roles::{Action, Relation},
    text,
};
use orderline_protocol::customer::{CustomerList, CustomerRow};

/// Longest text that is looked for, in characters.
const MAX_SEARCH_CHARS: usize = 100;

/// A page of the vendor's customers, the newest first; with a text, of those that it finds.
pub async fn list(
    query: &mut Query<'_>,
    search: Option<&str>,
    wanted: &Wanted,
) -> Result<CustomerList, Failure> {
    auth::authorise(query.actor, Action::ReadCustomers, Relation::Own)?;
    let begins = text::optional("q", search, |typed| text::line(typed, MAX_SEARCH_CHARS))?;
    let found = customer::page(&mut query.tx, begins.as_deref(), wanted).await?;
    Ok(found.page(|it| {
        let data = it.record.data();
        CustomerRow {
            customer: it.customer,
            name: data.name.clone(),
            company: data.company.clone(),
            email: data.email.clone(),
            last_contact: it.last_contact,
        }
    }))
}
