//! The only place that asks the rules who may do what.

use crate::{
    actor::{Actor, Steward},
    failure::Failure,
    store::{Tx, thread},
};
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::{
        assurance::Lacking,
        capacity::may_change_anything,
        roles::{Action, Relation, Role, allowed},
    },
    vendor::state::Shut,
};
use orderline_protocol::problem::Code;

/// Whether the actor may do this, and has shown enough of who they are for it. A foreign thing does not exist for whoever
/// may not see it; one's own thing may be seen but not treated so.
pub(crate) fn authorise(actor: &Actor, action: Action, relation: Relation) -> Result<(), Failure> {
    if allowed(actor.role, action, relation) {
        return Ok(actor.assurance.is_enough_to(action).map_err(asked_for)?);
    }
    Err(match relation {
        Relation::Foreign => Code::NotFound.into(),
        Relation::Own => Code::NotAllowed.into(),
    })
}

/// The gate of a vendor that does not work: whoever would change something there, whatever it is, is told so. The runners
/// ask it before any use case begins.
pub(crate) fn require_open(role: Role, shut: Option<Shut>) -> Result<(), Code> {
    may_change_anything(role, shut).map_err(refused_by)
}

/// What somebody is told who would change something at a vendor that does not work.
pub(crate) const fn refused_by(shut: Shut) -> Code {
    match shut {
        Shut::Suspended => Code::VendorSuspended,
        Shut::Closed => Code::VendorClosed,
    }
}

/// Whether one of the platform's people may do this to what is the platform's. What another of its roles is for does not
/// exist for them.
pub(crate) fn authorise_steward(steward: &Steward, action: Action) -> Result<(), Failure> {
    if !allowed(steward.role, action, Relation::Own) {
        return Err(Code::NotFound.into());
    }
    Ok(steward.assurance.is_enough_to(action).map_err(asked_for)?)
}

/// What somebody is told who has not shown enough of who they are.
pub(crate) const fn asked_for(lacking: Lacking) -> Code {
    match lacking {
        Lacking::Person => Code::ProofNeeded,
        Lacking::SecondFactor => Code::SecondFactorNeeded,
        Lacking::Freshness => Code::FreshProofNeeded,
    }
}

/// Whether the actor has shown enough of who they are to give this role to somebody.
pub(crate) fn authorise_giving(actor: &Actor, role: Role) -> Result<(), Failure> {
    Ok(actor.assurance.is_enough_to_give(role).map_err(asked_for)?)
}

/// The same, for giving one of the platform's roles.
pub(crate) fn authorise_giving_at_platform(steward: &Steward, role: Role) -> Result<(), Failure> {
    Ok(steward
        .assurance
        .is_enough_to_give(role)
        .map_err(asked_for)?)
}

/// Whether the actor may do this, where a refusal is no failure.
pub(crate) fn may(actor: &Actor, action: Action, relation: Relation) -> bool {
    allowed(actor.role, action, relation)
}

/// How the actor stands to something that these people share.
pub(crate) fn relation(actor: &Actor, people: &[UserId]) -> Relation {
    if people.contains(&actor.user) {
        Relation::Own
    } else {
        Relation::Foreign
    }
}

/// Whether the actor may do this to something that these people share. What may not even be seen looks missing;
/// what may be seen but not treated so says that.
pub(crate) fn authorise_people(
    actor: &Actor,
    action: Action,
    people: &[UserId],
) -> Result<(), Failure> {
    let relation = relation(actor, people);
    if !allowed(actor.role, action, relation) && allowed(actor.role, Action::ReadThread, relation) {
        return Err(Code::NotAllowed.into());
    }
    authorise(actor, action, relation)
}

/// A session that a link opened reaches its own thread alone; any other looks missing.
pub(crate) fn within(actor: &Actor, thread: ThreadId) -> Result<(), Failure> {
    match actor.only_thread {
        Some(only) if only != thread => Err(Code::NotFound.into()),
        _ => Ok(()),
    }
}

/// Whether the actor may do this in this thread; answers who takes part. A thread that is missing and one that
/// may not be seen look the same.
pub(crate) async fn authorise_in_thread(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    thread: ThreadId,
) -> Result<Vec<UserId>, Failure> {
    within(actor, thread)?;
    let standing = thread::standings(tx, &[thread]).await?.pop();
    let people = standing.ok_or(Code::NotFound)?.people;
    authorise_people(actor, action, &people)?;
    Ok(people)
}
