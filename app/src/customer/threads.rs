//! The threads with a customer in which one takes part.

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
    paged::paged,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::CustomerThread;

const HEADS: &[&str] = &[
    "customer.threads.title",
    "customer.threads.last",
    "customer.threads.order",
];

/// A table of threads, the newest first.
#[component]
pub fn CustomerThreads(customer: CustomerId) -> impl IntoView {
    let list = paged(move |after| api::customer::threads(customer, after));
    let threads = list.items;
    list.fetch.run(());
    view! {
        <div class="customer-threads">
            <h2 id="customer-threads">{t("customer.threads")}</h2>
            <Fetched
                load=list.load
                retry=list.fetch
                lines=2
                is_empty=Signal::derive(move || threads.read().is_empty())
                empty=("customer.threads.none", "customer.threads.none.hint")
            >
                <Table label=t("customer.threads") heads=HEADS>
                    {move || threads.get().into_iter().map(line).collect_view()}
                </Table>
            </Fetched>
            <ShowMore rest=list.rest/>
        </div>
    }
}

fn line(it: CustomerThread) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><Go to=Route::Thread(it.thread) class="">{it.title}</Go></th>
            <td>{format::moment(it.last_at, Moment::DayTime)}</td>
            <td>{it.order_number}</td>
        </tr>
    }
}
