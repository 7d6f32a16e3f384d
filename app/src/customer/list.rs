//! The vendor's customers, found by name, company, e-mail, phone or order number (P4, OX2).

use super::{
    assign::{
        bar::{MoveBar, Shown},
        filter::RepFilter,
        ticks::{TickBox, Ticks},
    },
    files::export::ExportButton,
    form::{CustomerForm, Typing},
};
use crate::{
    api, browser,
    components::{
        bar::Go,
        filter::Filter,
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        language, t, t_with,
    },
    paged::paged,
    people::session::Session,
    route::Route,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    customer::record::CustomerData,
    ids::CustomerId,
    language::Language,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::customer::{AddCustomer, CustomerRow};

/// The filter's field as it stands in the address.
const FIELDS: [(&str, &str, &str); 1] = [("q", "search", "customers.search")];
const HEADS: &[&str] = &[
    "customers.name",
    "customer.company",
    "customer.email",
    "customers.last_contact",
];
/// For who may assign customers.
const HEADS_WITH_REP: &[&str] = &[
    "customers.name",
    "customer.company",
    "customer.email",
    "rep.title",
    "customers.last_contact",
];
/// The button that opens the form, where the focus goes back to.
const NEW_ID: &str = "new-customer";

/// The list with its search, and the form for another one.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let session = Session::here_now();
    let query = Memo::new(move |_| match session.route().get() {
        Route::Customers { query } => query,
        _ => String::new(),
    });
    let list = paged(move |after| api::customer::list(query.get_untracked(), after));
    let rows = list.items;
    let edits = allowed(session.role(), Action::EditCustomers, Relation::Own);
    let exports = allowed(session.role(), Action::ExportCustomers, Relation::Own);
    let adding = RwSignal::new(false);
    let assigns = allowed(session.role(), Action::AssignCustomers, Relation::Own);
    let (reps, ticks) = (RwSignal::new(Vec::new()), Ticks::new());
    let count = move || {
        spawn_local(async move {
            if let Ok(came) = api::customer::reps().await {
                reps.try_set(came.reps);
            }
        });
    };
    if assigns {
        count();
    }
    Effect::new(move |_| {
        query.track();
        ticks.clear();
        list.fetch.run(());
    });
    let shown = Shown {
        rows,
        rest: list.rest,
        query,
    };
    let moved = Callback::new(move |()| {
        list.fetch.run(());
        count();
    });
    let heads = if assigns { HEADS_WITH_REP } else { HEADS };
    view! {
        <main class="desk">
            <div class="row wrap spread">
                <h1>{t("customers.title")}</h1>
                {exports.then(|| view! { <ExportButton query=query/> })}
                {edits.then(|| view! { <Go to=Route::ImportCustomers class="btn">{t("import.title")}</Go> })}
                {edits
                    .then(|| {
                        view! {
                            <button
                                id=NEW_ID
                                class="btn primary"
                                aria-expanded=move || adding.get().to_string()
                                on:click=move |_| adding.update(|open| *open = !*open)
                            >
                                {t("customers.new")}
                            </button>
                        }
                    })}
            </div>
            <Show when=move || adding.get()>
                <NewCustomer adding=adding/>
            </Show>
            <Filter fields=&FIELDS query=query to=page_of>
                {assigns.then(|| view! { <RepFilter reps=reps query=query to=page_of/> })}
            </Filter>
            {assigns.then(|| view! { <MoveBar shown=shown ticks=ticks reps=reps done=moved/> })}
            <Fetched
                load=list.load
                retry=list.fetch
                lines=6
                is_empty=Signal::derive(move || rows.read().is_empty())
                empty=("customers.empty.title", "customers.empty.hint")
            >
                <Table label=t("customers.title") heads=heads>
                    {move || rows.get().into_iter().map(|it| line(it, assigns.then_some(ticks))).collect_view()}
                </Table>
            </Fetched>
            <ShowMore rest=list.rest/>
        </main>
    }
}

const fn page_of(query: String) -> Route {
    Route::Customers { query }
}

/// A customer; with a box where they can be ticked.
fn line(it: CustomerRow, ticks: Option<Ticks>) -> impl IntoView {
    let last = it
        .last_contact
        .map(|at| format::moment(at, Moment::DayTime));
    let (customer, label) = (it.customer, t_with("rep.tick.of", &[("name", &it.name)]));
    let tick = move |ticks| view! { <TickBox ticks=ticks customer=customer label=label/> };
    let rep = it.rep.map(|rep| rep.name);
    let rep = ticks.map(|_| view! { <td>{rep}</td> });
    view! {
        <tr>
            <th scope="row">{ticks.map(tick)}<Go to=Route::Customer(it.customer) class="">{it.name}</Go></th>
            <td>{it.company}</td>
            <td>{it.email}</td>
            {rep}
            <td>{last}</td>
        </tr>
    }
}

/// The form for a customer whom nobody has noted yet.
#[component]
fn NewCustomer(adding: RwSignal<bool>) -> impl IntoView {
    let session = Session::here_now();
    // The same however often it is sent.
    let customer = CustomerId::from_uuid(browser::random_uuid());
    let typing = Typing::of(&CustomerData {
        language: Language::for_reader(&Language::ALL, &language())
            .tag()
            .to_owned(),
        ..CustomerData::default()
    });
    request_animation_frame(|| browser::focus("customer-name"));
    let save = move |data: CustomerData| {
        typing.form.send(
            async move { api::customer::add(&AddCustomer { customer, data }).await },
            move |added| session.go(Route::Customer(added.customer)),
        );
    };
    let cancel = move |()| {
        adding.set(false);
        browser::focus(NEW_ID);
    };
    view! {
        <section class="card panel" aria-labelledby="customer-new">
            <h2 id="customer-new">{t("customers.new")}</h2>
            <CustomerForm typing=typing save=save cancel=cancel/>
        </section>
    }
}
