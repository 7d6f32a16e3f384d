//! The plans that the platform sells to vendors.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::vendor::plans::{self, Kept},
    usecase::{AfterCommit, PlatformCx},
};
use orderline_domain::{ids::VendorPlanId, people::roles::Action, vendor::plan::VendorPlan};
use orderline_protocol::{
    problem::Code,
    vendor::{AddVendorPlan, ChangeVendorPlan, VendorPlanList, VendorPlanView},
};

/// A page of all plans, the newest first.
pub async fn list(cx: &mut PlatformCx<'_>, wanted: &Wanted) -> Result<VendorPlanList, Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlans)?;
    let all = plans::list(&mut cx.tx, wanted).await?;
    Ok(all.page(view))
}

/// Adds a plan. The id is the client's: asked again with the same id and data, the same plan is answered.
pub async fn add(cx: &mut PlatformCx<'_>, wish: &AddVendorPlan) -> Result<VendorPlanView, Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlans)?;
    let plan = VendorPlan::new(&wish.data)?;
    let is_new = plans::add(&mut cx.tx, wish.plan, &plan, cx.now).await?;
    let kept = plans::find(&mut cx.tx, wish.plan)
        .await?
        .ok_or(Code::Conflict)?;
    if !is_new && kept.plan != plan {
        return Err(Code::CommandReused.into());
    }
    Ok(view(kept))
}

/// Changes a plan, for every vendor that has it: what it does not allow any more is off at once.
pub async fn change(
    cx: &mut PlatformCx<'_>,
    id: VendorPlanId,
    wish: &ChangeVendorPlan,
) -> Result<VendorPlanView, Failure> {
    auth::authorise_steward(cx.steward, Action::KeepPlans)?;
    let plan = VendorPlan::new(&wish.data)?;
    let before = plans::find(&mut cx.tx, id).await?.ok_or(Code::NotFound)?;
    if !plans::save(&mut cx.tx, id, wish.version, &plan).await? {
        return Err(Code::Conflict.into());
    }
    if before.plan.allows != plan.allows {
        let shown = plans::shown_anew(&mut cx.tx, id).await?;
        let shown = shown.into_iter().map(AfterCommit::VendorSet);
        cx.news.after.extend(shown);
    }
    let kept = plans::find(&mut cx.tx, id).await?.ok_or(Code::NotFound)?;
    Ok(view(kept))
}

fn view(it: Kept) -> VendorPlanView {
    VendorPlanView {
        plan: it.id,
        name: it.plan.name,
        price: it.plan.price,
        allows: it.plan.allows,
        vendors: it.vendors,
        version: it.version,
    }
}
