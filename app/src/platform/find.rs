//! Somebody of the platform's looks for one exact thing in all vendors, says why, and looks in where it was found.

use crate::{
    acting, api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
        states::Empty,
        table::Table,
    },
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::{SearchId, VisitId},
    people::{capacity::ActAs, roles::Entry},
};
use orderline_protocol::visit::{BeginVisit, Find, Finding};

const HEADS: &[&str] = &["find.vendor", "find.thread", "find.order", "find.when"];

/// The page.
#[component]
pub fn FindPage() -> impl IntoView {
    let (what, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new();
    let found = RwSignal::new(None::<(SearchId, Vec<Finding>)>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let search = SearchId::from_uuid(browser::random_uuid());
        let body = Find {
            search,
            what: what.get_untracked(),
            reason: reason.get_untracked(),
        };
        form.send(async move { api::visit::find(&body).await }, move |it| {
            found.try_set(Some((search, it.items)));
        });
    };
    view! {
        <main class="desk">
            <h1>{t("find.title")}</h1>
            <p class="meta">{t("find.hint")}</p>
            <form class="card panel form" novalidate on:submit=submit>
                <FormField form=form name="what" kind=FieldKind::Line label=t("find.what") value=what/>
                <FormField form=form name="reason" kind=FieldKind::Note label=t("find.reason") value=reason/>
                <p class="error" role="alert">{move || form.above()}</p>
                <button class="btn primary" type="submit" disabled=form.busy()>{t("find.action")}</button>
            </form>
            <div role="status">
                {move || found.get().map(|(search, items)| view! { <Results search=search items=items/> })}
            </div>
        </main>
    }
}

/// Where it is.
#[component]
fn Results(search: SearchId, items: Vec<Finding>) -> impl IntoView {
    if items.is_empty() {
        return view! { <Empty title=t("find.none") hint=t("find.none.hint")/> }.into_any();
    }
    let form = Form::of("open-");
    let row = move |it: Finding| view! { <Result search=search it=it form=form/> };
    view! {
        <p class="error" role="alert">{move || form.above()}</p>
        <Table label=t("find.results") heads=HEADS>{items.into_iter().map(row).collect_view()}</Table>
    }
    .into_any()
}

#[component]
fn Result(search: SearchId, it: Finding, form: Form) -> impl IntoView {
    let Finding { vendor, thread, .. } = it;
    let label = t_with(
        "find.open.of",
        &[("title", &it.title), ("vendor", &it.vendor_name)],
    );
    let visit = VisitId::from_uuid(browser::random_uuid());
    let open = move |_| {
        let body = BeginVisit {
            visit,
            search,
            vendor,
        };
        form.send(
            async move { api::visit::begin(&body).await },
            move |begun| {
                let there = ActAs {
                    vendor: Some(vendor),
                    role: begun.role,
                };
                let page = Route::Thread(thread).href(Entry::Office.root());
                browser::leave_for(&acting::with(&page, &there.to_string()));
            },
        );
    };
    view! {
        <tr>
            <th scope="row">
                <p>{it.vendor_name}</p>
                // Beside the name, so that it is in sight on a narrow screen.
                <button class="btn" aria-label=label disabled=form.busy() on:click=open>{t("find.open")}</button>
            </th>
            <td class="wide">{it.title}</td>
            <td>{it.order_number.map(|number| number.to_string())}</td>
            <td>{format::moment(it.at, Moment::DayTime)}</td>
        </tr>
    }
}
