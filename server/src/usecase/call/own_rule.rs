//! A seller's own rule on who may call, beside the vendor's (CU3).

use crate::{
    auth,
    failure::Failure,
    store::call::{
        own_rule::{self as store, OwnRule},
        settings::{self, Settings},
    },
    usecase::{AfterCommit, Cx, Query},
};
use orderline_domain::{
    people::roles::{Action, Relation},
    vendor::function::Off,
};
use orderline_protocol::{
    calling::{OwnCalling, SetOwnCalling},
    problem::Code,
};

/// What the actor has set, with what holds for the whole vendor.
pub async fn read(query: &mut Query<'_>) -> Result<OwnCalling, Failure> {
    auth::authorise(query.actor, Action::EditOwnCallingRule, Relation::Own)?;
    let vendor = settings::settings(&mut query.tx).await?;
    let own = store::find(&mut query.tx, query.actor.user).await?;
    Ok(view(&own, &vendor.ok_or(Code::NotFound)?))
}

/// Sets the actor's rule. Whoever looks at a thread of theirs hears of it.
pub async fn set(cx: &mut Cx<'_>, wish: &SetOwnCalling) -> Result<OwnCalling, Failure> {
    auth::authorise(cx.actor, Action::EditOwnCallingRule, Relation::Own)?;
    let vendor = settings::settings(&mut cx.tx).await?;
    let vendor = vendor.ok_or(Code::NotFound)?;
    let new = store::NewRule {
        vendor: cx.actor.vendor,
        seller: cx.actor.user,
        rule: wish.rule.checked(vendor.currency)?,
        from: wish.version,
        at: cx.now,
    };
    if !store::save(&mut cx.tx, &new).await? {
        return Err(Code::Conflict.into());
    }
    let own = store::find(&mut cx.tx, cx.actor.user).await?;
    let changed = AfterCommit::VendorSet(cx.actor.vendor);
    cx.news.after.push(changed);
    Ok(view(&own, &vendor))
}

fn view(own: &OwnRule, vendor: &Settings) -> OwnCalling {
    OwnCalling {
        on_plan: vendor.vendor.off != Some(Off::NotOnPlan),
        vendor_rule: vendor.vendor.rule,
        currency: vendor.currency,
        rule: own.rule,
        version: own.version,
        changed_at: own.changed_at,
    }
}
