//! Customers are assigned to reps, many at once (OX1, OX2).

use super::{list, record::rep};
use crate::{
    auth,
    failure::Failure,
    store::{
        customer::{
            find::{self, Wish},
            moves::{self, Moved, NewMove},
        },
        people::persons,
    },
    usecase::{Cx, Query},
};
use orderline_domain::{
    customer::assigned::{MAX_MOVED, MAX_TICKED, may_hold},
    digest::{Digest, canonical},
    field::{FieldError, code},
    ids::{CustomerId, CustomerMoveId, UserId},
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    customer::{CustomersMoved, Found, MoveCustomers, RepView, Reps, Which},
    problem::Code,
};

/// Assigns customers to somebody who sells for the vendor, or to nobody. Asked again with the same id, what came of it is
/// answered again; something else is not asked for by the same id.
pub async fn assign(cx: &mut Cx<'_>, wish: &MoveCustomers) -> Result<CustomersMoved, Failure> {
    auth::authorise(cx.actor, Action::AssignCustomers, Relation::Own)?;
    cx.tx.take_turn(wish.move_id).await?;
    let asked = hash(wish)?;
    match moves::find(&mut cx.tx, wish.move_id, asked).await? {
        Some((made, true)) => return Ok(answer(made)),
        Some((_, false)) => return Err(Code::CommandReused.into()),
        None => (),
    }
    if let Some(rep) = wish.rep {
        persons::known(&mut cx.tx, rep)
            .await?
            .filter(may_hold)
            .ok_or_else(|| FieldError::new("rep", code::UNKNOWN))?;
    }
    let (customers, is_more) = match &wish.which {
        Which::These(ticked) if ticked.len() > MAX_TICKED => {
            return Err(FieldError::range("which", 1, MAX_TICKED).into());
        }
        Which::These(ticked) => (ticked.clone(), false),
        Which::Found(narrowed) => found(cx, narrowed, wish.rep).await?,
    };
    let new = NewMove {
        is_more,
        ..new(cx, (wish.move_id, asked), wish.rep)
    };
    Ok(answer(moves::make(&mut cx.tx, &new, &customers).await?))
}

/// Those of whom a list finds that are still to be moved, as many as one move reaches, and whether there are more.
async fn found(
    cx: &mut Cx<'_>,
    narrowed: &Found,
    to: Option<UserId>,
) -> Result<(Vec<CustomerId>, bool), Failure> {
    let (search, assigned) = list::read(narrowed)?;
    let wish = Wish {
        search: search.as_ref(),
        own: None,
        assigned,
    };
    let mut customers = find::not_with(&mut cx.tx, &wish, to, MAX_MOVED + 1).await?;
    let most = usize::try_from(MAX_MOVED).unwrap_or(usize::MAX);
    let is_more = customers.len() > most;
    customers.truncate(most);
    Ok((customers, is_more))
}

/// Gives customers to somebody as a part of something else.
pub(super) async fn give(
    cx: &mut Cx<'_>,
    customers: &[CustomerId],
    to: Option<UserId>,
) -> Result<(), Failure> {
    let id = CustomerMoveId::from_uuid(cx.env.entropy.uuid(cx.now));
    let new = new(cx, (id, Digest::of(id.as_uuid().as_bytes())), to);
    moves::make(&mut cx.tx, &new, customers).await?;
    Ok(())
}

/// What was asked for, to tell a repeated wish from another one.
fn hash(wish: &MoveCustomers) -> Result<Digest, Failure> {
    canonical(wish)
        .map(|bytes| Digest::of(&bytes))
        .map_err(|error| Failure::Internal(error.to_string()))
}

const fn new(cx: &Cx<'_>, (id, asked): (CustomerMoveId, Digest), to: Option<UserId>) -> NewMove {
    NewMove {
        id,
        vendor: cx.actor.vendor,
        at: cx.now,
        by: (cx.actor.user, cx.actor.role),
        to,
        asked,
        is_more: false,
    }
}

const fn answer(made: Moved) -> CustomersMoved {
    CustomersMoved {
        moved: made.count,
        is_more: made.is_more,
    }
}

/// Everybody to whom customers can be assigned, and everybody who still has some.
pub async fn reps(query: &mut Query<'_>) -> Result<Reps, Failure> {
    auth::authorise(query.actor, Action::AssignCustomers, Relation::Own)?;
    let holders = moves::holders(&mut query.tx).await?;
    let reps = holders.into_iter().map(|it| RepView {
        rep: rep(it.rep),
        customers: it.customers,
        is_active: it.is_active,
    });
    Ok(Reps {
        reps: reps.collect(),
    })
}
