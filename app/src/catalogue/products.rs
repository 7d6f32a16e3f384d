//! The catalogue: products with all of their payment plans. Whoever keeps it adds products, changes them, and switches
//! them on and off.

use super::{
    form::{ProductForm, new_id},
    state::{Desk, NEW_ID, Opened, Shelf, change_id, switch_id},
};
use crate::{
    api,
    ask::link::ProductLink,
    components::table::{Fetched, Table},
    load::{Load, fetched},
    locale::{format, problem_text, t, t_count, t_with},
    people::session::Session,
    steps::ShopSteps,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    catalogue::product::{Plan, one_time},
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::{catalogue::SwitchProduct, http::CatalogueProduct};

const HEADS: &[&str] = &[
    "products.name",
    "products.state",
    "products.plans",
    "products.partner",
    "products.acts",
];

/// A table of products; above it, for whoever keeps them, the way to a new one and the form.
#[component]
pub fn ProductsPage() -> impl IntoView {
    let role = Session::here_now().role();
    let keeps = allowed(role, Action::EditCatalogue, Relation::Own);
    let (load, shelf, fetch) = fetched(move || Shelf::fetch(keeps));
    let desk = Desk::of(shelf, load);
    // What is still missing is asked anew with each product more.
    let count = Memo::new(move |_| shelf.with(|shelf| shelf.products().len()));
    let rows = move || {
        let products = shelf.with(|shelf| shelf.products().to_vec());
        products
            .into_iter()
            .map(|it| row(it, keeps.then_some(desk)))
            .collect_view()
    };
    view! {
        <main class="desk">
            <div class="row">
                <h1 class="grow">{t("products.title")}</h1>
                {keeps.then(|| view! { <New desk=desk/> })}
            </div>
            {move || { count.get(); view! { <ShopSteps/> } }}
            {keeps.then(|| view! { <Keeping desk=desk/> })}
            <Fetched
                load=load
                retry=move |()| fetch()
                lines=4
                is_empty=Signal::derive(move || shelf.with(|shelf| shelf.products().is_empty()))
                empty=("products.empty.title", "products.empty.hint")
            >
                <Table label=t("products.title") heads=HEADS acts=true>{rows}</Table>
            </Fetched>
        </main>
    }
}

/// The way to a new product.
#[component]
fn New(desk: Desk) -> impl IntoView {
    let ready = move || desk.load.with(|load| *load == Load::Ready);
    view! {
        <button
            id=NEW_ID
            class="btn primary"
            disabled=move || !ready()
            on:click=move |_| desk.open(Opened::New(new_id()))
        >
            {t("products.new")}
        </button>
    }
}

/// What was done, what could not be, and the open form.
#[component]
fn Keeping(desk: Desk) -> impl IntoView {
    view! {
        <p class="meta" role="status">{move || desk.said.get()}</p>
        <p class="error" role="alert">{move || desk.failed.with(|it| it.as_ref().map(problem_text))}</p>
        {move || desk.opened.get().map(|what| view! { <ProductForm what=what desk=desk/> })}
    }
}

fn row(it: CatalogueProduct, desk: Option<Desk>) -> impl IntoView {
    let (class, state) = if it.product.active {
        ("pill private", "products.active")
    } else {
        ("pill", "products.inactive")
    };
    let link = it
        .product
        .active
        .then(|| view! { <ProductLink product=it.product.id name=it.product.name.clone()/> });
    let acts = desk.map(|desk| {
        let it = it.clone();
        view! { " " <Acts it=it desk=desk/> }
    });
    view! {
        <tr>
            <th scope="row">{it.product.name}</th>
            <td><span class=class>{t(state)}</span></td>
            <td class="wide">
                <ul>{it.plans.iter().map(|plan| view! { <li>{plan_line(plan)}</li> }).collect_view()}</ul>
            </td>
            <td>{it.product.contracting.contractual_partner}</td>
            <td>{link}{acts}</td>
        </tr>
    }
}

/// What can be done with a product. One that has no price of its own is only switched.
#[component]
fn Acts(it: CatalogueProduct, desk: Desk) -> impl IntoView {
    let product = it.product.id;
    let name = it.product.name.clone();
    let label = if it.product.active {
        "products.switch_off"
    } else {
        "products.switch_on"
    };
    let change = one_time(&it.plans).map(|_| {
        let (it, name) = (it.clone(), name.clone());
        view! {
            <button
                id=change_id(product)
                class="btn"
                on:click=move |_| desk.open(Opened::Changed(Box::new(it.clone())))
            >
                {t("products.change")}
                <span class="hidden">" " {name}</span>
            </button>
        }
    });
    view! {
        {change}
        " "
        <button
            id=switch_id(product)
            class="btn"
            disabled=move || desk.busy.get()
            on:click=move |_| switch(desk, &it)
        >
            {t(label)}
            <span class="hidden">" " {name}</span>
        </button>
    }
}

/// Switches a product on or off, and shows what holds then.
fn switch(desk: Desk, it: &CatalogueProduct) {
    let (product, name) = (it.product.id, it.product.name.clone());
    let wish = SwitchProduct {
        version: it.version,
        active: !it.product.active,
    };
    desk.busy.set(true);
    desk.said.set(None);
    desk.failed.set(None);
    spawn_local(async move {
        match api::products::switch(product, &wish).await {
            Ok(saved) => {
                let values = [("product", name.as_str())];
                let said = if saved.product.active {
                    t_with("products.switched_on", &values)
                } else {
                    t_with("products.switched_off", &values)
                };
                desk.said.try_set(Some(said));
            }
            Err(failure) => {
                desk.failed.try_set(Some(failure));
            }
        }
        desk.busy.try_set(false);
        desk.refresh(switch_id(product)).await;
    });
}

fn plan_line(plan: &Plan) -> String {
    let amount = format::money(&plan.amount);
    t_count(
        "products.plan_amount",
        i64::from(plan.payments),
        &[("label", &plan.label), ("amount", &amount)],
    )
}
