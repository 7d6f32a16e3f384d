//! A plan while it is typed: a new one, or one that is changed.

use crate::{
    api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
    vendor::functions::function_name,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::VendorPlanId,
    vendor::{
        function::{Function, Functions},
        plan::ProposedVendorPlan,
    },
};
use orderline_protocol::vendor::{AddVendorPlan, ChangeVendorPlan, VendorPlanView};

/// What is typed so far. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Typing {
    plan: VendorPlanId,
    /// That of the plan that is changed; none: it is a new one.
    version: Option<i64>,
    /// What the plan that is changed is called.
    called: StoredValue<String>,
    name: RwSignal<String>,
    price: RwSignal<String>,
    currency: RwSignal<String>,
    allows: RwSignal<Functions>,
}

impl Typing {
    /// Begins a new plan.
    pub fn new(plan: VendorPlanId) -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            plan,
            version: None,
            called: StoredValue::default(),
            name: text(),
            price: text(),
            currency: text(),
            allows: RwSignal::new(Functions::all()),
        }
    }

    /// Begins from a plan that there is.
    pub fn of(it: &VendorPlanView) -> Self {
        Self {
            plan: it.plan,
            version: Some(it.version),
            called: StoredValue::new(it.name.clone()),
            name: RwSignal::new(it.name.clone()),
            price: RwSignal::new(it.price.amount().to_string()),
            currency: RwSignal::new(it.price.currency().code().to_owned()),
            allows: RwSignal::new(it.allows.clone()),
        }
    }

    async fn send(self) -> Result<VendorPlanView, api::Failure> {
        let data = ProposedVendorPlan {
            name: self.name.get_untracked(),
            price: self.price.get_untracked(),
            currency: self.currency.get_untracked(),
            allows: self.allows.get_untracked(),
        };
        let plan = self.plan;
        if let Some(version) = self.version {
            api::vendor::change_plan(plan, &ChangeVendorPlan { data, version }).await
        } else {
            api::vendor::add_plan(&AddVendorPlan { plan, data }).await
        }
    }
}

/// The form; it gets the keyboard.
#[component]
pub fn PlanForm(typing: Typing, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let form = Form::of("plan-");
    request_animation_frame(|| browser::focus("plan-name"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send(typing.send(), move |_| done.run(()));
    };
    let title = match typing.version {
        Some(_) => t_with("plans.change.of", &[("name", &typing.called.get_value())]),
        None => t("plans.new"),
    };
    let tick = move |function: Function| {
        let id = format!("plan-{}", function.name());
        let set = move |on: bool| {
            typing.allows.update(|all| {
                let kept = Function::ALL.into_iter();
                *all = kept
                    .filter(|it| if *it == function { on } else { all.has(*it) })
                    .collect();
            });
        };
        view! {
            <div class="choice">
                <input
                    type="checkbox"
                    id=id.clone()
                    prop:checked=move || typing.allows.read().has(function)
                    on:change=move |event| set(event_target_checked(&event))
                />
                <label for=id>{function_name(function)}</label>
            </div>
        }
    };
    view! {
        <form class="card panel form" novalidate on:submit=submit>
            <h2>{title}</h2>
            <FormField form=form name="name" kind=FieldKind::Line label=t("plans.name") value=typing.name/>
            <FormField form=form name="price" kind=FieldKind::Number label=t("plans.price") value=typing.price/>
            <FormField form=form name="currency" kind=FieldKind::Line label=t("vendors.currency.field") value=typing.currency/>
            <fieldset class="choices which-one">
                <legend>{t("plans.allows")}</legend>
                {Function::ALL.map(tick).collect_view()}
            </fieldset>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=form.busy()>{t("vendor.save")}</button>
                <button class="btn quiet" type="button" on:click=move |_| done.run(())>{t("vendor.cancel")}</button>
            </div>
        </form>
    }
}
