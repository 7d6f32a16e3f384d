//! Another record is found by the words of the list.

use crate::{
    api,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_protocol::customer::{CustomerRow, CustomerView};
use web_sys::UrlSearchParams;

/// Records that are offered at once; of more, other words find the right one.
const MOST: usize = 8;

/// The field, and a button for each that is found.
#[component]
pub(super) fn Choose(
    held: RwSignal<Option<CustomerView>>,
    other: RwSignal<Option<CustomerView>>,
) -> impl IntoView {
    let form = Form::of("merge-");
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<CustomerRow>>);
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let query = query(&words.read_untracked());
        other.set(None);
        form.send(
            async move { api::customer::list(query, None).await },
            move |list| {
                let here = held.read_untracked().as_ref().map(|it| it.customer);
                let others = list
                    .items
                    .into_iter()
                    .filter(|it| Some(it.customer) != here);
                found.try_set(Some(others.take(MOST).collect()));
            },
        );
    };
    let choose = move |customer| {
        form.send(
            async move { api::customer::read(customer).await },
            move |came| {
                other.try_set(Some(came));
            },
        );
    };
    let button = move |it: CustomerRow| {
        let customer = it.customer;
        let label = t_with("merge.choose", &[("name", &it.name)]);
        let rest = [it.company, it.email]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        view! {
            <li class="row wrap">
                <span class="grow">{it.name} <br/> <span class="meta">{rest}</span></span>
                <button class="btn" type="button" aria-label=label disabled=form.busy() on:click=move |_| choose(customer)>{t("merge.choose.action")}</button>
            </li>
        }
    };
    let none = move || found.read().as_ref().is_some_and(Vec::is_empty);
    view! {
        <form class="form narrow" role="search" novalidate on:submit=search>
            <FormField form=form name="q" kind=FieldKind::Line label=t("customers.search") value=words/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row"><button class="btn" type="submit" disabled=form.busy()>{t("merge.search")}</button></div>
        </form>
        <p class="meta" role="status">{move || none().then(|| t("merge.none"))}</p>
        <ul class="sessions">{move || found.get().unwrap_or_default().into_iter().map(button).collect_view()}</ul>
    }
}

fn query(words: &str) -> String {
    let Ok(params) = UrlSearchParams::new() else {
        return String::new();
    };
    params.set("q", words);
    params.to_string().into()
}
