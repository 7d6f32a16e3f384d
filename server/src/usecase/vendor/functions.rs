//! What a vendor can do: asked before it is done, switched by its admin or the platform, and the plan that allows it.

use super::{log::note, read::as_it_is};
use crate::{
    auth,
    failure::Failure,
    store::{
        Tx,
        vendor::{
            functions::{self, Chosen},
            state,
        },
    },
    usecase::{AfterCommit, Cx},
};
use orderline_domain::{
    field::{FieldError, code},
    people::roles::{Action, Relation},
    vendor::{
        change::VendorChange,
        function::{Function, Off},
    },
};
use orderline_protocol::{
    problem::Code,
    vendor::{ChoosePlan, SwitchFunction, VendorRecord},
};

/// Refuses what the transaction's vendor cannot do.
pub async fn require(tx: &mut Tx, function: Function) -> Result<(), Failure> {
    let switches = functions::switches(tx).await?.ok_or(Code::NotFound)?;
    switches
        .check(function)
        .map_err(|off| refused_by(function, off).into())
}

/// The code of what cannot be done, stable for clients.
const fn refused_by(function: Function, off: Off) -> Code {
    match (function, off) {
        (Function::Calls, Off::NotOnPlan) => Code::CallsNotOnPlan,
        (Function::Calls, Off::SwitchedOff) => Code::CallsOff,
        (Function::ManualPrice, _) => Code::ManualPriceOff,
        (Function::PhoneSales, _) => Code::PhoneSalesOff,
    }
}

/// Switches a function on or off. Whoever looks at a thread hears of it.
pub async fn switch(cx: &mut Cx<'_>, wish: &SwitchFunction) -> Result<VendorRecord, Failure> {
    auth::authorise(cx.actor, Action::EditVendor, Relation::Own)?;
    require_version(cx, wish.version).await?;
    let switches = functions::switches(&mut cx.tx).await?;
    let switches = switches.ok_or(Code::NotFound)?;
    let next = switches.switch(wish.function, wish.on);
    let next = next.map_err(|_| Code::NotOnPlan)?;
    if !functions::save(&mut cx.tx, wish.version, &next.on).await? {
        return Err(Code::Conflict.into());
    }
    let change = VendorChange::Switched {
        function: wish.function,
        on: wish.on,
    };
    note(cx, &change).await?;
    shown_anew(cx).await
}

/// The platform gives the vendor another plan. What was switched on stays so, and counts as far as the plan allows it.
pub async fn choose_plan(cx: &mut Cx<'_>, wish: &ChoosePlan) -> Result<VendorRecord, Failure> {
    auth::authorise(cx.actor, Action::KeepPlans, Relation::Own)?;
    require_version(cx, wish.version).await?;
    let vendor = cx.actor.vendor;
    match functions::choose_plan(&mut cx.tx, vendor, wish.version, wish.plan).await? {
        Chosen::Done => {}
        Chosen::Older => return Err(Code::Conflict.into()),
        Chosen::NoPlan => return Err(FieldError::new("plan", code::UNKNOWN).into()),
    }
    let name = as_it_is(&mut cx.tx).await?.plan.name;
    note(cx, &VendorChange::PlanChosen { name }).await?;
    shown_anew(cx).await
}

async fn require_version(cx: &mut Cx<'_>, wanted: i64) -> Result<(), Failure> {
    let held = state::lock(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    if held.version == wanted {
        Ok(())
    } else {
        Err(Code::Conflict.into())
    }
}

async fn shown_anew(cx: &mut Cx<'_>) -> Result<VendorRecord, Failure> {
    let shown = AfterCommit::VendorSet(cx.actor.vendor);
    cx.news.after.push(shown);
    as_it_is(&mut cx.tx).await
}
