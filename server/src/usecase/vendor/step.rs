//! The platform suspends a vendor, restores it, or closes it.

use super::{log::note, read::as_it_is};
use crate::{
    auth,
    failure::Failure,
    store::{people::members, vendor::state},
    usecase::{AfterCommit, Cx, call::shut},
};
use orderline_domain::{
    people::roles::{Action, Relation},
    text::VendorReason,
    vendor::{
        change::VendorChange,
        state::{Since, VendorState},
    },
};
use orderline_protocol::{
    problem::Code,
    vendor::{StepVendor, VendorRecord},
};

/// Takes a step. Where the vendor does not work after it, its calls end, and who works for it is signed out
/// everywhere: what is left to them they find when they sign in.
pub async fn step(cx: &mut Cx<'_>, wish: &StepVendor) -> Result<VendorRecord, Failure> {
    auth::authorise(cx.actor, Action::StepVendors, Relation::Own)?;
    let reason = VendorReason::new(&wish.reason).map_err(|bad| bad.at("reason"))?;
    let held = state::lock(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    if held.version != wish.version {
        return Err(Code::Conflict.into());
    }
    let since = Since {
        at: cx.now,
        reason: reason.clone(),
    };
    let next = held.state.clone().step(wish.step, since);
    let next = next.map_err(|_| Code::Conflict)?;
    if !state::save(&mut cx.tx, &held, &next).await? {
        return Err(Code::Conflict.into());
    }
    if next != VendorState::Open {
        shut::end_calls(cx).await?;
        let ended = members::end_all_sessions(&mut cx.tx).await?;
        cx.news.after.push(AfterCommit::SessionsOver(ended));
    }
    let change = VendorChange::Stepped {
        step: wish.step,
        reason,
    };
    note(cx, &change).await?;
    let shown = AfterCommit::VendorSet(cx.actor.vendor);
    cx.news.after.push(shown);
    as_it_is(&mut cx.tx).await
}
