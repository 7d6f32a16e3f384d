//! A customer's record while it is typed.

use crate::{
    api,
    components::{
        choice::{Choice, Options, countries},
        field::{FieldKind, written},
        sending::{Form, FormField},
    },
    locale::{format, t},
    people::phone::{self, Heard},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    customer::record::{CustomerData, Kind},
    language::Language,
};

/// The list of groups in use.
const GROUPS_ID: &str = "customer-groups";

/// What is typed so far, and what came of saving it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Typing {
    kind: RwSignal<String>,
    name: RwSignal<String>,
    company: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    country: RwSignal<String>,
    language: RwSignal<String>,
    vat_id: RwSignal<String>,
    tax_number: RwSignal<String>,
    group: RwSignal<String>,
    notes: RwSignal<String>,
    may_be_called: RwSignal<bool>,
    /// On its way to the server.
    pub form: Form,
}

impl Typing {
    /// Begins from a record.
    pub fn of(data: &CustomerData) -> Self {
        let optional = |text: Option<&String>| RwSignal::new(text.cloned().unwrap_or_default());
        Self {
            kind: RwSignal::new(data.kind.name().to_owned()),
            name: RwSignal::new(data.name.clone()),
            company: optional(data.company.as_ref()),
            email: optional(data.email.as_ref()),
            phone: optional(data.phone.as_ref()),
            country: optional(data.country.as_ref()),
            language: RwSignal::new(data.language.clone()),
            vat_id: optional(data.vat_id.as_ref()),
            tax_number: optional(data.tax_number.as_ref()),
            group: optional(data.group.as_ref()),
            notes: optional(data.notes.as_ref()),
            may_be_called: RwSignal::new(data.may_be_called),
            form: Form::of("customer-"),
        }
    }

    /// What would be saved, with the phone number as it was shown.
    fn data(self, heard: &Heard) -> CustomerData {
        CustomerData {
            kind: Kind::from_name(&self.kind.read_untracked()).unwrap_or_default(),
            name: self.name.get_untracked(),
            company: written(self.company),
            email: written(self.email),
            phone: heard.number().or_else(|| written(self.phone)),
            language: self.language.get_untracked(),
            country: written(self.country),
            vat_id: written(self.vat_id),
            tax_number: written(self.tax_number),
            group: written(self.group),
            notes: written(self.notes),
            may_be_called: self.may_be_called.get_untracked(),
        }
    }
}

/// The form. An address that is there already says who the customer is, and stays.
#[component]
pub fn CustomerForm(
    typing: Typing,
    /// Whether there is a record already.
    #[prop(optional)]
    is_there: bool,
    #[prop(into)] save: Callback<CustomerData>,
    #[prop(into)] cancel: Callback<()>,
) -> impl IntoView {
    let heard = phone::follow(typing.phone.into(), typing.country.into());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.run(typing.data(&heard.read_untracked()));
    };
    let kinds = vec![
        (Kind::Person.name().to_owned(), t("customer.kind.person")),
        (Kind::Company.name().to_owned(), t("customer.kind.company")),
    ];
    let form = typing.form;
    view! {
        <form class="form customer-form" novalidate on:submit=submit>
            <div class="customer-fields">
                <Choice form=form name="kind" label=t("customer.kind") options=kinds value=typing.kind/>
                <FormField form=form name="name" kind=FieldKind::Line label=t("customer.name") value=typing.name/>
                <FormField form=form name="company" kind=FieldKind::Line label=t("customer.company") value=typing.company/>
                {if is_there {
                    view! { <FixedEmail typing=typing/> }.into_any()
                } else {
                    view! {
                        <FormField form=form name="email" kind=FieldKind::Contact label=t("customer.email") value=typing.email/>
                    }
                        .into_any()
                }}
                <Choice form=form name="country" label=t("customer.country") options=countries(t("customer.country.unknown")) value=typing.country/>
                <div class="field">
                    <FormField form=form name="phone" kind=FieldKind::Phone label=t("customer.phone") value=typing.phone/>
                    <p class="meta" role="status">{move || heard.read().words()}</p>
                </div>
                <Choice form=form name="language" label=t("customer.language") options=languages(&typing.language.read_untracked()) value=typing.language/>
                <FormField form=form name="vat_id" kind=FieldKind::Line label=t("customer.vat_id") value=typing.vat_id/>
                <FormField form=form name="tax_number" kind=FieldKind::Line label=t("customer.tax_number") value=typing.tax_number/>
                <FormField form=form name="group" kind=FieldKind::Line label=t("customer.group") value=typing.group list=GROUPS_ID/>
                <Groups/>
            </div>
            <FormField form=form name="notes" kind=FieldKind::Note label=t("customer.notes") value=typing.notes/>
            <div class="choice">
                <input
                    type="checkbox"
                    id="customer-may-be-called"
                    aria-describedby="customer-may-be-called-hint"
                    prop:checked=typing.may_be_called
                    on:change=move |event| typing.may_be_called.set(event_target_checked(&event))
                />
                <label for="customer-may-be-called">{t("customer.may_be_called")}</label>
                <p class="meta" id="customer-may-be-called-hint">{t("customer.may_be_called.hint")}</p>
            </div>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=form.busy()>{t("customer.save")}</button>
                <button class="btn quiet" type="button" on:click=move |_| cancel.run(())>{t("customer.cancel")}</button>
            </div>
        </form>
    }
}

/// The groups that customers are in already.
#[component]
fn Groups() -> impl IntoView {
    let groups = RwSignal::new(Vec::<String>::new());
    spawn_local(async move {
        // Without them a group is typed.
        if let Ok(came) = api::customer::groups().await {
            groups.try_set(came.groups);
        }
    });
    let option = |group: String| view! { <option value=group></option> };
    view! { <datalist id=GROUPS_ID>{move || groups.get().into_iter().map(option).collect_view()}</datalist> }
}

/// The address of a record that is there.
#[component]
fn FixedEmail(typing: Typing) -> impl IntoView {
    let wrong = typing.form.at("email");
    view! {
        <div class="field">
            <label for="customer-email">{t("customer.email")}</label>
            <input
                id="customer-email"
                type="email"
                readonly
                aria-describedby="customer-email-hint customer-email-error"
                aria-invalid=move || wrong.read().is_some().then_some("true")
                prop:value=typing.email
            />
            <p class="meta" id="customer-email-hint">{t("customer.email.fixed")}</p>
            <p class="error" id="customer-email-error" role="status">{move || wrong.get()}</p>
        </div>
    }
}

/// Every language that we have words in, and the one that stands there.
fn languages(now: &str) -> Options {
    let known = Language::ALL.map(Language::tag);
    let other = (!known.contains(&now)).then_some(now);
    known
        .into_iter()
        .chain(other)
        .map(|tag| (tag.to_owned(), format::language_name(tag)))
        .collect()
}
