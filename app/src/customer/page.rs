//! One customer: the record, their threads, and the way to another one (P4, P5).

use super::{
    addresses::card::AddressesCard,
    assign::card::RepCard,
    merge::{card::MergeCard, gone::Gone},
    open_thread::OpenThreadCard,
    record::Record,
    threads::CustomerThreads,
};
use crate::{
    api,
    components::{bar::Go, table::Fetched},
    load::fetched,
    locale::t,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::CustomerId,
    people::roles::{Action, Relation, allowed},
};

/// Everything that the vendor's people know of a customer.
#[component]
pub fn CustomerPage(customer: CustomerId) -> impl IntoView {
    let role = Session::here_now().role();
    let opens = allowed(role, Action::OpenThread, Relation::Own);
    let reads = allowed(role, Action::ReadThread, Relation::Own);
    let assigns = allowed(role, Action::AssignCustomers, Relation::Own);
    let (load, held, fetch) =
        fetched(move || async move { api::customer::read(customer).await.map(Some) });
    let since = RwSignal::new(0_u32);
    let merged = Callback::new(move |()| {
        since.try_update(|it| *it += 1);
    });
    let name = move || {
        let held = held.read();
        held.as_ref()
            .map_or_else(|| t("customers.title"), |it| it.data.name.clone())
    };
    let all = Route::Customers {
        query: String::new(),
    };
    view! {
        <main class="desk">
            <p class="crumbs"><Go to=all class="">{t("customers.title")}</Go></p>
            <h1>{name}</h1>
            <Fetched load=load retry=move |()| fetch() lines=6>
                {move || {
                    // What hangs on a record is another since a merge.
                    since.track();
                    let country = held.read_untracked().as_ref().and_then(|it| it.data.country.clone());
                    view! {
                        <Record held=held/>
                        <AddressesCard customer=customer country=country/>
                        {assigns.then(|| view! { <RepCard held=held/> })}
                        {opens.then(|| view! { <OpenThreadCard customer=customer/> })}
                        {reads.then(|| view! { <CustomerThreads customer=customer/> })}
                        <Gone customer=customer/>
                        <MergeCard held=held done=merged/>
                    }
                }}
            </Fetched>
        </main>
    }
}
