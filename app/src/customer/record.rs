//! What is noted of a customer, and changing it in place.

use super::form::{CustomerForm, Typing};
use crate::{
    api, browser,
    locale::{
        country,
        format::{self, Moment},
        t, t_with,
    },
    people::session::Session,
};
use leptos::prelude::*;
use orderline_domain::{
    customer::record::{CustomerData, Kind},
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::customer::{CustomerView, EditCustomer};

/// The button that opens the form, where the focus goes back to.
const EDIT_ID: &str = "edit-customer";

/// The record, or its form.
#[component]
pub fn Record(held: RwSignal<Option<CustomerView>>) -> impl IntoView {
    let edits = allowed(
        Session::here_now().role(),
        Action::EditCustomers,
        Relation::Own,
    );
    let editing = RwSignal::new(false);
    view! {
        <section class="card panel customer-record" aria-labelledby="customer-record">
            <div class="row wrap spread">
                <h2 id="customer-record">{t("customer.record")}</h2>
                {edits
                    .then(|| {
                        view! {
                            <button
                                id=EDIT_ID
                                class="btn"
                                aria-expanded=move || editing.get().to_string()
                                on:click=move |_| editing.update(|open| *open = !*open)
                            >
                                {t("customer.edit")}
                            </button>
                        }
                    })}
            </div>
            {move || {
                held.get()
                    .map(|it| {
                        if editing.get() {
                            view! { <Edit it=it held=held editing=editing/> }.into_any()
                        } else {
                            view! { <Data it=it/> }.into_any()
                        }
                    })
            }}
        </section>
    }
}

/// What is known, line by line; what is not is left out.
#[component]
fn Data(it: CustomerView) -> impl IntoView {
    let CustomerData {
        kind,
        name,
        company,
        email,
        phone,
        language,
        country,
        vat_id,
        tax_number,
        group,
        notes,
        ..
    } = it.data;
    let rep = it.rep.map_or_else(|| t("rep.nobody"), |rep| rep.name);
    let talked = i64::try_from(it.talked_ms).unwrap_or(i64::MAX);
    let talked = (talked > 0).then(|| format::duration(talked));
    let kind = t(match kind {
        Kind::Person => "customer.kind.person",
        Kind::Company => "customer.kind.company",
    });
    let consent = match it.consent_at {
        Some(at) => {
            let at = format::moment(at, Moment::DayTime);
            t_with("customer.may_be_called.since", &[("at", &at)])
        }
        None => t("customer.may_be_called.no"),
    };
    let lines = [
        (t("customer.kind"), Some(kind)),
        (t("customer.name"), Some(name)),
        (t("customer.company"), company),
        (t("customer.email"), email),
        (t("customer.phone"), phone),
        (
            t("customer.country"),
            country.map(|code| country::name(&code)),
        ),
        (
            t("customer.language"),
            Some(format::language_name(&language)),
        ),
        (t("customer.may_be_called"), Some(consent)),
        (t("rep.title"), Some(rep)),
        (t("customer.talked"), talked),
        (t("customer.vat_id"), vat_id),
        (t("customer.tax_number"), tax_number),
        (t("customer.group"), group),
        (t("customer.notes"), notes),
    ];
    let line = |(label, text): (String, Option<String>)| {
        text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> })
    };
    view! { <dl class="customer-data">{lines.into_iter().map(line).collect_view()}</dl> }
}

#[component]
fn Edit(
    it: CustomerView,
    held: RwSignal<Option<CustomerView>>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let typing = Typing::of(&it.data);
    let (customer, version) = (it.customer, it.version);
    request_animation_frame(|| browser::focus("customer-name"));
    let close = move || {
        editing.try_set(false);
        browser::focus(EDIT_ID);
    };
    let save = move |data: CustomerData| {
        typing.form.send(
            async move { api::customer::edit(customer, &EditCustomer { data, version }).await },
            move |saved| {
                held.try_set(Some(saved));
                close();
            },
        );
    };
    view! { <CustomerForm typing=typing is_there=true save=save cancel=move |()| close()/> }
}
