//! Contact stays here (CU9): the one gate for every text that somebody else reads. An event cannot be written without
//! having passed it; texts outside of events are held against it by name.

use crate::{
    failure::Failure,
    store::{Tx, call::settings as calling},
};
use orderline_domain::{
    field::FieldError,
    thread::{
        EventBody,
        contact::{self, ContactPolicy, Passed},
    },
};
use orderline_protocol::problem::{Code, FieldProblem, Problem};

/// The event, if what it says may be said under the vendor's policy. One without contact in it costs nothing.
pub async fn passed<'a>(tx: &mut Tx, body: &'a EventBody) -> Result<Passed<'a>, Failure> {
    if let Ok(passed) = Passed::look(body) {
        return Ok(passed);
    }
    let policy = policy(tx).await?;
    Passed::under(policy, body).map_err(|found| blocked(&found))
}

/// Refuses a text of this field with contact that leads away, where the vendor blocks it.
pub async fn check(tx: &mut Tx, field: &'static str, text: &str) -> Result<(), Failure> {
    let found = contact::complaints(field, text);
    if found.is_empty() || policy(tx).await? != ContactPolicy::Block {
        return Ok(());
    }
    Err(blocked(&found))
}

/// What is told of a text that is blocked.
pub fn blocked(found: &[FieldError]) -> Failure {
    Problem {
        fields: found.iter().map(FieldProblem::from).collect(),
        ..Code::ContactBlocked.into()
    }
    .into()
}

async fn policy(tx: &mut Tx) -> Result<ContactPolicy, Failure> {
    let settings = calling::settings(tx).await?;
    Ok(settings.map_or(ContactPolicy::Off, |it| it.contact))
}
