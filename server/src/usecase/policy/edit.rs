//! Policies as people read and edit them (X8).

use crate::{
    auth,
    failure::Failure,
    store::{
        StoreError,
        policy::{self, NewPolicy, VERSION_ONCE},
        thread,
    },
    usecase::{
        AfterCommit, Cx, Query,
        policy::in_force::{Policy, built_in, in_force, of_buyer},
    },
};
use orderline_domain::{
    ids::ThreadId,
    people::{
        roles::{Action, Relation},
        side::Side,
    },
    policy::{BUILT_IN_VERSION, DEFAULT_COUNTRIES, PolicyScope, ProposedPolicy, Terms},
};
use orderline_protocol::{
    policy::{PolicyChange, PolicyHistory, PolicyList, PolicyView},
    problem::Code,
    socket::CommandResult,
};
use std::collections::BTreeMap;

/// What holds now: the built-in policies, replaced and joined by the vendor's own; the one for everywhere else last.
pub async fn list(query: &mut Query<'_>) -> Result<PolicyList, Failure> {
    auth::authorise(query.actor, Action::ReadPolicies, Relation::Own)?;
    let mut all = BTreeMap::new();
    let countries = DEFAULT_COUNTRIES.map(|country| PolicyScope::of(Some(country)));
    for scope in countries.into_iter().chain([PolicyScope::Elsewhere]) {
        all.insert(scope, built_in(scope)?);
    }
    for own in policy::latest_of_all(&mut query.tx).await? {
        all.insert(own.scope, own.into());
    }
    Ok(PolicyList {
        policies: all.into_values().map(view).collect(),
    })
}

/// Every version of a policy, newest first.
pub async fn history(query: &mut Query<'_>, scope: PolicyScope) -> Result<PolicyHistory, Failure> {
    auth::authorise(query.actor, Action::ReadPolicies, Relation::Own)?;
    let own = policy::versions(&mut query.tx, scope).await?;
    let mut versions: Vec<PolicyView> = own.into_iter().map(|it| view(it.into())).collect();
    versions.push(view(built_in(scope)?));
    Ok(PolicyHistory { versions })
}

/// What holds for the buyer of a thread that the actor may read.
pub async fn of_thread(query: &mut Query<'_>, thread: ThreadId) -> Result<PolicyView, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadThread, thread).await?;
    let people = thread::participants(&mut query.tx, thread).await?;
    let buyer = people
        .iter()
        .flatten()
        .find(|person| person.side() == Side::Buyer)
        .ok_or(Code::NotFound)?;
    let (policy, _) = of_buyer(&mut query.tx, thread, buyer.user).await?;
    Ok(view(policy))
}

/// Makes the next version of a policy. What was agreed to under the versions before stays as it was. Whoever looked
/// at an older version than the one that holds is told so.
pub async fn edit(
    cx: &mut Cx<'_>,
    scope: PolicyScope,
    from: u32,
    proposed: &ProposedPolicy,
) -> Result<CommandResult, Failure> {
    auth::authorise(cx.actor, Action::EditPolicies, Relation::Own)?;
    let terms = Terms::new(proposed.clone())?;
    let last = policy::latest(&mut cx.tx, scope).await?;
    let last = last.map_or(BUILT_IN_VERSION, |it| it.version);
    if from != last {
        return Err(Code::Conflict.into());
    }
    let new = NewPolicy {
        vendor: cx.actor.vendor,
        scope,
        version: last.saturating_add(1),
        terms: &terms,
        at: cx.now,
        by: cx.actor.user,
        by_role: cx.actor.role,
    };
    policy::insert(&mut cx.tx, &new).await.map_err(raced)?;
    // Whether an order needs acceptance in writing stands on every thread's page.
    cx.news.after.push(AfterCommit::VendorSet(cx.actor.vendor));
    let policy = Box::new(view(in_force(&mut cx.tx, scope).await?));
    Ok(CommandResult::Policy { policy })
}

/// Two edits of the same version at once: one of them comes first.
fn raced(error: StoreError) -> Failure {
    if error.is_constraint(VERSION_ONCE) {
        Code::Conflict.into()
    } else {
        error.into()
    }
}

fn view(policy: Policy) -> PolicyView {
    let ProposedPolicy { rules, wordings } = policy.terms.into();
    PolicyView {
        scope: policy.scope,
        version: policy.version,
        rules,
        wordings: wordings.into_iter().map(Into::into).collect(),
        changed: policy
            .changed
            .map(|(at, by)| PolicyChange { at, by: by.into() }),
    }
}
