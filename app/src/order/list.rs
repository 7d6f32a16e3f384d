//! The orders, newest first.

use super::words;
use crate::{
    api,
    components::{
        bar::Go,
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        t,
    },
    offer,
    paged::paged,
    route::Route,
};
use leptos::prelude::*;
use orderline_protocol::order::OrderView;

const HEADS: &[&str] = &[
    "orders.number",
    "orders.placed",
    "orders.product",
    "orders.total",
    "orders.state",
    "orders.basis",
    "orders.thread",
];

/// A table of orders.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let list = paged(api::orders);
    let orders = list.items;
    list.fetch.run(());
    view! {
        <main class="desk">
            <h1>{t("orders.title")}</h1>
            <Fetched
                load=list.load
                retry=list.fetch
                lines=6
                is_empty=Signal::derive(move || orders.read().is_empty())
                empty=("orders.empty.title", "orders.empty.hint")
            >
                <Table label=t("orders.title") heads=HEADS acts=true>
                    {move || orders.get().into_iter().map(row).collect_view()}
                </Table>
            </Fetched>
            <ShowMore rest=list.rest/>
        </main>
    }
}

fn row(order: OrderView) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{order.number}</th>
            <td>{format::moment(order.placed_at, Moment::DayTime)}</td>
            <td>{order.product_name}</td>
            <td>{offer::words::payments(&order.schedule)}</td>
            <td>{words::state(&order.state)}</td>
            <td>{words::contract_basis(&order.basis)}</td>
            <td><Go to=Route::Thread(order.thread) class="">{t("orders.thread")}</Go></td>
        </tr>
    }
}
