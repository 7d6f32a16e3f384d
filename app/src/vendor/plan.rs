//! The platform gives a vendor another plan.

use crate::{
    api::vendor,
    components::{choice::Choice, sending::Form},
    load::{Load, fetched},
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::ids::{VendorId, VendorPlanId};
use orderline_protocol::vendor::{ChoosePlan, VendorRecord};

/// The plans that there are, and the way to another one.
#[component]
pub fn ChangePlan(
    vendor: VendorId,
    now: VendorPlanId,
    version: i64,
    held: RwSignal<Option<VendorRecord>>,
) -> impl IntoView {
    let (load, plans, _) = fetched(vendor::all_plans);
    let chosen = RwSignal::new(now.to_string());
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(plan) = chosen.read_untracked().parse() else {
            return;
        };
        let body = ChoosePlan { plan, version };
        form.send(
            async move { vendor::choose_plan(vendor, &body).await },
            move |it| {
                held.try_set(Some(it));
            },
        );
    };
    view! {
        <Show when=move || load.get() == Load::Ready>
            <form class="row wrap vendor-plan" novalidate on:submit=submit>
                <Choice form=form name="plan" label=t("vendor.plan") options=plans.read().iter().map(|it| (it.plan.to_string(), it.name.clone())).collect() value=chosen/>
                <button class="btn" type="submit" disabled=move || form.busy().get() || *chosen.read() == now.to_string()>
                    {t("vendor.plan.change")}
                </button>
                <p class="error" role="alert">{move || form.above()}</p>
            </form>
        </Show>
    }
}
