//! The plans that the platform sells to vendors: the list, a new one, and changing one.

use super::plan_form::{PlanForm, Typing};
use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{format, t, t_with},
    paged::{Paged, paged},
    vendor::functions::function_name,
};
use leptos::prelude::*;
use orderline_domain::ids::VendorPlanId;
use orderline_protocol::vendor::VendorPlanView;

const HEADS: &[&str] = &[
    "plans.name",
    "plans.price",
    "plans.allows",
    "plans.vendors",
    "vendors.do",
];

/// The page.
#[component]
pub fn PlansPage() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::vendor::plans);
    fetch.run(());
    let typing = RwSignal::new(None::<Typing>);
    let done = move |()| {
        typing.set(None);
        fetch.run(());
    };
    let row = move |it: VendorPlanView| {
        let label = t_with("plans.change.of", &[("name", &it.name)]);
        let allows: Vec<String> = it.allows.iter().map(function_name).collect();
        let allows = if allows.is_empty() {
            t("plans.nothing")
        } else {
            allows.join(", ")
        };
        let (name, price, vendors) = (
            it.name.clone(),
            format::money(&it.price),
            it.vendors.to_string(),
        );
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>{price}</td>
                <td class="wide">{allows}</td>
                <td>{vendors}</td>
                <td>
                    <button class="btn" aria-label=label on:click=move |_| typing.set(Some(Typing::of(&it)))>{t("plans.change")}</button>
                </td>
            </tr>
        }
    };
    view! {
        <main class="desk">
            <div class="row wrap">
                <h1 class="grow">{t("plans.title")}</h1>
                <button class="btn primary" on:click=move |_| typing.set(Some(Typing::new(fresh())))>{t("plans.new")}</button>
            </div>
            <p class="meta">{t("plans.hint")}</p>
            {move || typing.get().map(|typing| view! { <PlanForm typing=typing done=done/> })}
            <Fetched
                load=load
                retry=move |()| fetch.run(())
                lines=3
                is_empty=Signal::derive(move || items.read().is_empty())
                empty=("plans.none", "plans.none.hint")
            >
                <Table label=t("plans.title") heads=HEADS acts=true>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
        </main>
    }
}

fn fresh() -> VendorPlanId {
    VendorPlanId::from_uuid(crate::browser::random_uuid())
}
