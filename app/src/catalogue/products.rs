//! The catalogue: products with all of their payment plans.

use crate::{
    api,
    components::table::{Fetched, Table},
    load::fetched,
    locale::{format, t, t_count},
};
use leptos::prelude::*;
use orderline_domain::catalogue::product::Plan;
use orderline_protocol::http::CatalogueProduct;

const HEADS: &[&str] = &[
    "products.name",
    "products.state",
    "products.plans",
    "products.partner",
];

/// A table of products.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let (load, products, fetch) =
        fetched(|| async { api::catalogue().await.map(|catalogue| catalogue.products) });
    view! {
        <main class="desk">
            <h1>{t("products.title")}</h1>
            <Fetched
                load=load
                retry=move |()| fetch()
                lines=4
                is_empty=Signal::derive(move || products.read().is_empty())
                empty=("products.empty.title", "products.empty.hint")
            >
                <Table label=t("products.title") heads=HEADS>{move || products.get().into_iter().map(row).collect_view()}</Table>
            </Fetched>
        </main>
    }
}

fn row(it: CatalogueProduct) -> impl IntoView {
    let (class, state) = if it.product.active {
        ("pill private", "products.active")
    } else {
        ("pill", "products.inactive")
    };
    view! {
        <tr>
            <th scope="row">{it.product.name}</th>
            <td><span class=class>{t(state)}</span></td>
            <td class="wide">
                <ul>{it.plans.iter().map(|plan| view! { <li>{plan_line(plan)}</li> }).collect_view()}</ul>
            </td>
            <td>{it.product.contracting.contractual_partner}</td>
        </tr>
    }
}

fn plan_line(plan: &Plan) -> String {
    let amount = format::money(&plan.amount);
    t_count(
        "products.plan_amount",
        i64::from(plan.payments),
        &[("label", &plan.label), ("amount", &amount)],
    )
}
