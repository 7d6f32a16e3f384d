//! A vendor's record while it is typed.

use crate::{
    components::{
        choice::{Choice, countries},
        field::{FieldKind, written},
        sending::{Form, FormField},
    },
    locale::{format, t},
};
use leptos::prelude::*;
use orderline_domain::{
    language::Language,
    vendor::{ProposedVendor, profile::ProfileData},
};
use orderline_protocol::vendor::{EditVendor, VendorRecord};

/// What is typed so far, and what came of saving it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Typing {
    name: RwSignal<String>,
    legal_name: RwSignal<String>,
    address: RwSignal<String>,
    register_number: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    country: RwSignal<String>,
    currency: RwSignal<String>,
    time_zone: RwSignal<String>,
    languages: RwSignal<Vec<String>>,
    colour: RwSignal<String>,
    is_currency_fixed: bool,
    version: i64,
    /// On its way to the server.
    pub form: Form,
}

impl Typing {
    /// Begins from a record.
    pub fn of(it: &VendorRecord) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let optional = |it: Option<&String>| RwSignal::new(it.cloned().unwrap_or_default());
        let (data, profile) = (&it.data, &it.profile);
        Self {
            name: text(&data.name),
            legal_name: optional(profile.legal_name.as_ref()),
            address: optional(profile.address.as_ref()),
            register_number: optional(profile.register_number.as_ref()),
            email: optional(profile.email.as_ref()),
            phone: optional(profile.phone.as_ref()),
            country: text(&data.country),
            currency: text(&data.currency),
            time_zone: text(&data.time_zone),
            languages: RwSignal::new(profile.languages.clone()),
            colour: optional(profile.colour.as_ref()),
            is_currency_fixed: it.is_currency_fixed,
            version: it.version,
            form: Form::of("vendor-"),
        }
    }

    /// What would be saved.
    pub fn edit(self) -> EditVendor {
        EditVendor {
            data: ProposedVendor {
                name: self.name.get_untracked(),
                currency: self.currency.get_untracked(),
                country: self.country.get_untracked(),
                time_zone: self.time_zone.get_untracked(),
            },
            profile: ProfileData {
                legal_name: written(self.legal_name),
                address: written(self.address),
                register_number: written(self.register_number),
                email: written(self.email),
                phone: written(self.phone),
                languages: self.languages.get_untracked(),
                colour: written(self.colour),
            },
            version: self.version,
        }
    }
}

/// The form.
#[component]
pub fn RecordForm(
    typing: Typing,
    #[prop(into)] save: Callback<EditVendor>,
    #[prop(into)] cancel: Callback<()>,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.run(typing.edit());
    };
    let form = typing.form;
    view! {
        <form class="form vendor-form" novalidate on:submit=submit>
            <div class="vendor-fields">
                <FormField form=form name="name" kind=FieldKind::Line label=t("vendor.name") value=typing.name/>
                <FormField form=form name="legal_name" kind=FieldKind::Line label=t("vendor.legal_name") value=typing.legal_name/>
                <FormField form=form name="register_number" kind=FieldKind::Line label=t("vendor.register_number") value=typing.register_number/>
                <Choice form=form name="country" label=t("vendor.country") options=countries(t("field.choose")) value=typing.country/>
                <FormField form=form name="email" kind=FieldKind::Contact label=t("vendor.email") value=typing.email/>
                <FormField form=form name="phone" kind=FieldKind::Phone label=t("vendor.phone") value=typing.phone/>
                <div class="field">
                    <FormField form=form name="currency" kind=FieldKind::Line label=t("vendors.currency.field") value=typing.currency/>
                    {typing.is_currency_fixed.then(|| view! { <p class="meta">{t("vendor.currency.fixed")}</p> })}
                </div>
                <FormField form=form name="time_zone" kind=FieldKind::Line label=t("vendors.time_zone.field") value=typing.time_zone/>
                <div class="field">
                    <FormField form=form name="colour" kind=FieldKind::Line label=t("vendor.colour.field") value=typing.colour/>
                    <Swatch colour=typing.colour/>
                </div>
            </div>
            <FormField form=form name="address" kind=FieldKind::Note label=t("vendor.address") value=typing.address/>
            <Languages typing=typing/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=form.busy()>{t("vendor.save")}</button>
                <button class="btn quiet" type="button" on:click=move |_| cancel.run(())>{t("vendor.cancel")}</button>
            </div>
        </form>
    }
}

/// The colour itself, beside its digits.
#[component]
pub fn Swatch(#[prop(into)] colour: Signal<String>) -> impl IntoView {
    view! { <span class="swatch" aria-hidden="true" style:background-color=move || colour.get()></span> }
}

#[component]
fn Languages(typing: Typing) -> impl IntoView {
    let wrong = typing.form.at("languages");
    let tick = move |language: Language| {
        let tag = language.tag();
        let id = format!("vendor-language-{tag}");
        let is_on = move || typing.languages.read().iter().any(|it| it == tag);
        let set = move |on: bool| {
            typing.languages.update(|all| {
                all.retain(|it| it != tag);
                if on {
                    all.push(tag.to_owned());
                }
            });
        };
        view! {
            <div class="choice">
                <input
                    type="checkbox"
                    id=id.clone()
                    prop:checked=is_on
                    on:change=move |event| set(event_target_checked(&event))
                />
                <label for=id>{format::language_name(tag)}</label>
            </div>
        }
    };
    view! {
        <fieldset class="choices which-one" id=typing.form.id("languages") tabindex="-1" aria-describedby="vendor-languages-error">
            <legend>{t("vendor.languages")}</legend>
            {Language::ALL.map(tick).collect_view()}
            <p class="error" id="vendor-languages-error" role="status">{move || wrong.get()}</p>
        </fieldset>
    }
}
