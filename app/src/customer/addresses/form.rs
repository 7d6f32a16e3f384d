//! An address while it is typed: its country decides what belongs to it.

use super::book::Book;
use crate::{
    browser,
    components::{
        choice::{Choice, Options, countries},
        field::{FieldKind, written},
        sending::{Form, FormField},
    },
    customer::postal,
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::customer::{
    address::Address,
    addresses::{AddressData, Used},
    postal::{CodeName, Need, StateName},
};
use orderline_protocol::customer::AddressView;

/// What is typed so far. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    it: StoredValue<AddressView>,
    country: RwSignal<String>,
    street: RwSignal<String>,
    line2: RwSignal<String>,
    postal_code: RwSignal<String>,
    city: RwSignal<String>,
    state: RwSignal<String>,
    billing: RwSignal<String>,
    delivery: RwSignal<String>,
    form: Form,
}

impl Typing {
    /// Begins from an address.
    pub(super) fn of(it: AddressView) -> Self {
        let text = |it: &str| RwSignal::new(it.to_owned());
        let (data, address) = (&it.data, &it.data.address);
        Self {
            country: text(&address.country),
            street: text(&address.street),
            line2: text(address.line2.as_deref().unwrap_or_default()),
            postal_code: text(&address.postal_code),
            city: text(&address.city),
            state: text(address.state.as_deref().unwrap_or_default()),
            billing: text(data.billing.name()),
            delivery: text(data.delivery.name()),
            form: Form::of("address-"),
            it: StoredValue::new(it),
        }
    }

    fn data(self) -> AddressData {
        let used = |of: RwSignal<String>| Used::from_name(&of.read_untracked()).unwrap_or_default();
        AddressData {
            billing: used(self.billing),
            delivery: used(self.delivery),
            address: Address {
                street: self.street.get_untracked(),
                line2: written(self.line2),
                postal_code: self.postal_code.get_untracked(),
                city: self.city.get_untracked(),
                state: written(self.state),
                country: self.country.get_untracked(),
            },
        }
    }
}

/// The form.
#[component]
pub(super) fn AddressForm(book: Book, typing: Typing) -> impl IntoView {
    let form = typing.form;
    request_animation_frame(move || browser::focus(&form.id("country")));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        book.put(form, &typing.it.get_value(), typing.data());
    };
    let useless = form.at("use");
    view! {
        <form class="form customer-form" novalidate aria-label=t("address.form") on:submit=submit>
            <div class="customer-fields">
                <Choice form=form name="country" label=t("customer.country") options=countries(t("offer.choose")) value=typing.country/>
                <FormField form=form name="street" kind=FieldKind::Line label=t("offer.buyer.street") value=typing.street/>
                <FormField form=form name="line2" kind=FieldKind::Line label=t("offer.buyer.line2") value=typing.line2/>
                <Places typing=typing/>
                <Choice form=form name="billing" label=t("address.billing") options=uses() value=typing.billing/>
                <Choice form=form name="delivery" label=t("address.delivery") options=uses() value=typing.delivery/>
            </div>
            <p class="error" role="alert">{move || useless.read().as_ref().map(|_| t("address.use.missing"))}</p>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=form.busy()>{t("customer.save")}</button>
                <button class="btn quiet" type="button" on:click=move |_| book.close()>{t("customer.cancel")}</button>
            </div>
        </form>
    }
}

/// What the country asks for, under the names that it has there. What was typed before stays in sight.
#[component]
fn Places(typing: Typing) -> impl IntoView {
    let form = typing.form;
    let asked = Memo::new(move |_| {
        typing.country.track();
        let parts = typing.data().address.parts();
        let code = parts.postal_code != Need::Absent || !typing.postal_code.read().is_empty();
        let state = parts.state != Need::Absent || !typing.state.read().is_empty();
        Asked {
            code: code.then_some(parts.code_name),
            state: state.then_some(parts.state_name),
        }
    });
    move || {
        let Asked { code, state } = asked.get();
        let code = code.map(|name| {
            view! {
                <FormField form=form name="postal_code" kind=FieldKind::Line label=postal::postal_code(name) value=typing.postal_code/>
            }
        });
        let state = state.map(|name| {
            view! { <FormField form=form name="state" kind=FieldKind::Line label=postal::state(name) value=typing.state/> }
        });
        view! {
            {code}
            <FormField form=form name="city" kind=FieldKind::Line label=t("offer.buyer.city") value=typing.city/>
            {state}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Asked {
    code: Option<CodeName>,
    state: Option<StateName>,
}

fn uses() -> Options {
    let words = |it| match it {
        Used::No => t("address.use.no"),
        Used::Yes => t("address.use.yes"),
        Used::Default => t("address.use.default"),
    };
    Used::ALL
        .into_iter()
        .map(|it| (it.name().to_owned(), words(it)))
        .collect()
}
