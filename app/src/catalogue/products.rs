//! The catalogue: products with all of their payment plans.

use crate::{
    api,
    components::states::{Empty, Failed, Skeleton},
    load::{Load, fetched},
    locale::{format, t, t_count},
};
use leptos::prelude::*;
use orderline_domain::catalogue::product::Plan;
use orderline_protocol::http::CatalogueProduct;

/// A table of products.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let (load, products, fetch) =
        fetched(|| async { api::catalogue().await.map(|catalogue| catalogue.products) });
    view! {
        <main class="desk">
            <h1>{t("products.title")}</h1>
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="table" lines=4/> }.into_any(),
                Load::Failed(failure) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                Load::Ready if products.read().is_empty() => {
                    view! { <Empty title=t("products.empty.title") hint=t("products.empty.hint")/> }.into_any()
                }
                Load::Ready => view! { <Table products=products.get()/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Table(products: Vec<CatalogueProduct>) -> impl IntoView {
    let row = |it: CatalogueProduct| {
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
    };
    view! {
        <div class="card scroll" tabindex="0" role="region" aria-label=t("products.title")>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">{t("products.name")}</th>
                        <th scope="col">{t("products.state")}</th>
                        <th scope="col">{t("products.plans")}</th>
                        <th scope="col">{t("products.partner")}</th>
                    </tr>
                </thead>
                <tbody>{products.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
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
