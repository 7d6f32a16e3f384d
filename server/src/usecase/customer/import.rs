//! Customers come in from a file: looked at first, then all that are right at once.

use super::{add, assign, file, record::bounds};
use crate::{
    auth,
    failure::Failure,
    store::customer::imports::{self, Came, NewImport},
    usecase::{Cx, Query},
};
use orderline_domain::{
    customer::{record::Customer, sheet::MAX_TOLD},
    digest::Digest,
    ids::CustomerId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::{CustomersImported, ImportCustomers, ImportFile, ImportPreview},
    problem::Code,
};
use std::collections::HashSet;

/// What would come of a file, and which of its lines are wrong.
pub async fn look(query: &mut Query<'_>, wish: &ImportFile) -> Result<ImportPreview, Failure> {
    auth::authorise(query.actor, Action::EditCustomers, Relation::Own)?;
    let read = file::read(&wish.csv)?;
    let emails: Vec<String> = read
        .right
        .iter()
        .filter_map(Customer::email_folded)
        .collect();
    let there = imports::known(&mut query.tx, &emails).await?;
    let mut seen = HashSet::new();
    let known = emails
        .into_iter()
        .filter(|it| there.contains(it) || !seen.insert(it.clone()))
        .count();
    let mut wrong = read.wrong;
    let wrong_rows = wrong.len();
    wrong.truncate(MAX_TOLD);
    Ok(ImportPreview {
        new: count(read.right.len() - known),
        known: count(known),
        wrong: count(wrong_rows),
        rows: wrong,
        unknown: read.unknown,
    })
}

/// Takes in the customers of a file that are right and not there yet. Asked again with the same id, what came of it is
/// answered again; another file is not taken by the same id. Whoever sees their own customers alone has them assigned to
/// themselves.
pub async fn import(cx: &mut Cx<'_>, wish: &ImportCustomers) -> Result<CustomersImported, Failure> {
    auth::authorise(cx.actor, Action::EditCustomers, Relation::Own)?;
    cx.tx.take_turn(wish.import).await?;
    let asked = Digest::of(wish.csv.as_bytes());
    match imports::find(&mut cx.tx, wish.import, asked).await? {
        Some((came, true)) => return Ok(answer(came)),
        Some((_, false)) => return Err(Code::CommandReused.into()),
        None => (),
    }
    let read = file::read(&wish.csv)?;
    let mut added = Vec::new();
    for record in &read.right {
        let customer = CustomerId::from_uuid(cx.env.entropy.uuid(cx.now));
        if add::enter(cx, customer, record).await? {
            added.push(customer);
        }
    }
    if let Some(me) = bounds(cx.actor)
        && !added.is_empty()
    {
        assign::give(cx, &added, Some(me)).await?;
    }
    let came = Came {
        added: count(added.len()),
        known: count(read.right.len() - added.len()),
        wrong: count(read.wrong.len()),
    };
    let new = NewImport {
        id: wish.import,
        vendor: cx.actor.vendor,
        at: cx.now,
        by: (cx.actor.user, cx.actor.role),
        asked,
    };
    imports::note(&mut cx.tx, &new, came).await?;
    Ok(answer(came))
}

const fn answer(came: Came) -> CustomersImported {
    CustomersImported {
        added: came.added,
        known: came.known,
        wrong: came.wrong,
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}
