//! The orders, newest first.

use super::words;
use crate::{
    api,
    components::{
        bar::Go,
        more::ShowMore,
        states::{Empty, Failed, Skeleton},
    },
    load::Load,
    locale::{
        format::{self, Moment},
        t,
    },
    offer,
    paged::paged,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::order::OrderState;
use orderline_protocol::view::OrderView;

/// A table of orders.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let list = paged(api::orders);
    let (load, orders, fetch) = (list.load, list.items, list.fetch);
    fetch.run(());
    view! {
        <main class="desk">
            <h1>{t("orders.title")}</h1>
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="table" lines=6/> }.into_any(),
                Load::Failed(failure) => view! { <Failed failure=failure retry=move |()| fetch.run(())/> }.into_any(),
                Load::Ready if orders.read().is_empty() => {
                    view! { <Empty title=t("orders.empty.title") hint=t("orders.empty.hint")/> }.into_any()
                }
                Load::Ready => view! { <Table orders=orders.get()/> }.into_any(),
            }}
            <ShowMore rest=list.rest/>
        </main>
    }
}

#[component]
fn Table(orders: Vec<OrderView>) -> impl IntoView {
    let row = |order: OrderView| {
        view! {
            <tr>
                <th scope="row">{order.number.clone()}</th>
                <td>{format::moment(order.placed_at, Moment::DayTime)}</td>
                <td>{order.product_name.clone()}</td>
                <td>{offer::words::payments(&order.schedule)}</td>
                <td>{state_name(&order.state)}</td>
                <td>{words::contract_basis(&order.basis)}</td>
                <td><Go to=Route::Thread(order.thread) class="">{t("orders.thread")}</Go></td>
            </tr>
        }
    };
    view! {
        <div class="card scroll" tabindex="0" role="region" aria-label=t("orders.title")>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">{t("orders.number")}</th>
                        <th scope="col">{t("orders.placed")}</th>
                        <th scope="col">{t("orders.product")}</th>
                        <th scope="col">{t("orders.total")}</th>
                        <th scope="col">{t("orders.state")}</th>
                        <th scope="col">{t("orders.basis")}</th>
                        <th scope="col"><span class="hidden">{t("orders.thread")}</span></th>
                    </tr>
                </thead>
                <tbody>{orders.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// What an order's state is called.
pub fn state_name(state: &OrderState) -> String {
    t(match state {
        OrderState::AwaitingWrittenConfirmation => "order.state.awaiting_written_confirmation",
        OrderState::Placed => "order.state.placed",
        OrderState::Active => "order.state.active",
        OrderState::Completed { .. } => "order.state.completed",
        OrderState::Cancelled { .. } => "order.state.cancelled",
    })
}
