//! A customer's record while it is typed.

use super::choice::{Choice, Options};
use crate::{
    api::Failure,
    browser,
    components::field::{Field, FieldKind, written},
    locale::{country, format, t, text_above, text_at},
    people::phone::{self, Heard},
};
use leptos::prelude::*;
use orderline_domain::{
    customer::record::{CustomerData, Kind},
    language::Language,
};

/// The fields, in their order, as the server names them.
const FIELDS: [&str; 7] = [
    "name", "company", "email", "phone", "country", "language", "notes",
];

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
    notes: RwSignal<String>,
    may_be_called: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<Failure>>,
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
            notes: optional(data.notes.as_ref()),
            may_be_called: RwSignal::new(data.may_be_called),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
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
            notes: written(self.notes),
            may_be_called: self.may_be_called.get_untracked(),
        }
    }

    /// It was not saved: whoever types goes on at the first field that is wrong.
    pub fn fail(self, why: Failure) {
        let wrong = FIELDS
            .into_iter()
            .find(|field| text_at(&why, field).is_some());
        if self.failure.try_set(Some(why)).is_some() {
            return;
        }
        self.busy.try_set(false);
        if let Some(field) = wrong {
            browser::focus(&id_of(field));
        }
    }

    fn at(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.failure.with(|why| text_at(why.as_ref()?, field)))
    }
}

fn id_of(field: &str) -> String {
    format!("customer-{field}")
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
        if typing.busy.get_untracked() {
            return;
        }
        typing.busy.set(true);
        typing.failure.set(None);
        save.run(typing.data(&heard.read_untracked()));
    };
    let kinds = vec![
        (Kind::Person.name().to_owned(), t("customer.kind.person")),
        (Kind::Company.name().to_owned(), t("customer.kind.company")),
    ];
    let above = move || typing.failure.with(|why| text_above(why.as_ref()?));
    view! {
        <form class="form customer-form" novalidate on:submit=submit>
            <div class="customer-fields">
                <Choice id="customer-kind" label=t("customer.kind") options=kinds value=typing.kind error=Signal::stored(None::<String>)/>
                <Field id=id_of("name") kind=FieldKind::Line label=t("customer.name") value=typing.name error=typing.at("name")/>
                <Field
                    id=id_of("company")
                    kind=FieldKind::Line
                    label=t("customer.company")
                    value=typing.company
                    error=typing.at("company")
                />
                {if is_there {
                    view! { <FixedEmail typing=typing/> }.into_any()
                } else {
                    view! {
                        <Field
                            id=id_of("email")
                            kind=FieldKind::Contact
                            label=t("customer.email")
                            value=typing.email
                            error=typing.at("email")
                        />
                    }
                        .into_any()
                }}
                <Choice
                    id="customer-country"
                    label=t("customer.country")
                    options=countries()
                    value=typing.country
                    error=typing.at("country")
                />
                <div class="field">
                    <Field
                        id=id_of("phone")
                        kind=FieldKind::Phone
                        label=t("customer.phone")
                        value=typing.phone
                        error=typing.at("phone")
                    />
                    <p class="meta" role="status">{move || heard.read().words()}</p>
                </div>
                <Choice
                    id="customer-language"
                    label=t("customer.language")
                    options=languages(&typing.language.read_untracked())
                    value=typing.language
                    error=typing.at("language")
                />
            </div>
            <Field id=id_of("notes") kind=FieldKind::Note label=t("customer.notes") value=typing.notes error=typing.at("notes")/>
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
            <p class="error" role="alert">{above}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=typing.busy>{t("customer.save")}</button>
                <button class="btn quiet" type="button" on:click=move |_| cancel.run(())>{t("customer.cancel")}</button>
            </div>
        </form>
    }
}

/// The address of a record that is there.
#[component]
fn FixedEmail(typing: Typing) -> impl IntoView {
    let wrong = typing.at("email");
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

/// Every country by name, after the one that is not known.
fn countries() -> Options {
    let all = country::all();
    let named = all.into_iter().map(|(code, name)| (code.to_owned(), name));
    std::iter::once((String::new(), t("customer.country.unknown")))
        .chain(named)
        .collect()
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
