//! What a vendor can do, switched one by one, and the plan that allows it.

use super::plan::ChangePlan;
use crate::{
    api::vendor::{self, Which},
    components::sending::Form,
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::vendor::function::{Function, Off};
use orderline_protocol::vendor::{SwitchFunction, VendorRecord};

/// What the function is called.
pub fn function_name(function: Function) -> String {
    t(match function {
        Function::Calls => "function.calls",
        Function::ManualPrice => "function.manual_price",
        Function::PhoneSales => "function.phone_sales",
    })
}

/// The functions with their switches. What the plan does not allow says so and cannot be switched on.
#[component]
pub fn FunctionsCard(which: Which, held: RwSignal<Option<VendorRecord>>) -> impl IntoView {
    let form = Form::of("function-");
    let line = move |it: &VendorRecord, function: Function| {
        let check = it.functions.check(function);
        let is_on = it.functions.on.has(function);
        let version = it.version;
        let name = function_name(function);
        let switch = move |on: bool| {
            let body = SwitchFunction {
                function,
                on,
                version,
            };
            form.send(
                async move { vendor::switch(which, &body).await },
                move |it| {
                    held.try_set(Some(it));
                },
            );
        };
        let (class, state) = match check {
            Ok(()) => ("pill private", "function.on"),
            Err(Off::SwitchedOff) => ("pill", "function.off"),
            Err(Off::NotOnPlan) => ("pill warn", "function.not_on_plan"),
        };
        let of = [("name", name.as_str())];
        let (words, label) = if is_on {
            (
                t("function.switch_off"),
                t_with("function.switch_off.of", &of),
            )
        } else {
            (
                t("function.switch_on"),
                t_with("function.switch_on.of", &of),
            )
        };
        // What the plan does not allow can still be switched off, never on.
        let fixed = !is_on && check == Err(Off::NotOnPlan);
        view! {
            <li class="row wrap">
                <span class="grow"><b>{name}</b><small class="meta">{hint(function)}</small></span>
                <span class=class>{t(state)}</span>
                <button
                    class="btn"
                    aria-label=label
                    disabled=move || fixed || form.busy().get()
                    on:click=move |_| switch(!is_on)
                >
                    {words}
                </button>
            </li>
        }
    };
    view! {
        <section class="card panel vendor-card" aria-labelledby="vendor-functions">
            <h2 id="vendor-functions">{t("vendor.functions")}</h2>
            {move || {
                held.get()
                    .map(|it| {
                        let of = match which {
                            Which::Own => None,
                            Which::Of(vendor) => Some(vendor),
                        };
                        view! {
                            <p>{t_with("vendor.plan.is", &[("name", &it.plan.name)])}</p>
                            {of.map(|vendor| view! { <ChangePlan vendor=vendor now=it.plan.plan version=it.version held=held/> })}
                            <ul class="functions">{Function::ALL.map(|function| line(&it, function)).collect_view()}</ul>
                        }
                    })
            }}
            <p class="error" role="alert">{move || form.above()}</p>
        </section>
    }
}

fn hint(function: Function) -> String {
    t(match function {
        Function::Calls => "function.calls.hint",
        Function::ManualPrice => "function.manual_price.hint",
        Function::PhoneSales => "function.phone_sales.hint",
    })
}
