//! Who buys and where; the address is mandatory whatever is sold (CC5), and may be in any country (CC7).

use super::{
    field::{ChoiceField, Form, Kind, TextField},
    known::KnownAddresses,
};
use crate::{
    customer::postal,
    locale::{country, t},
    people::phone::{self, Heard},
};
use leptos::prelude::*;
use orderline_domain::{
    customer::postal::{Need, Parts},
    phone::shape,
};

/// The buyer's data, with a mark that says whether they are complete.
#[component]
pub fn BuyerFields(form: Form) -> impl IntoView {
    let countries = StoredValue::new(
        country::all()
            .into_iter()
            .map(|(code, name)| (code.to_owned(), name, true))
            .collect::<Vec<_>>(),
    );
    let choose_country = move |code: String| {
        form.edit(|mut draft| {
            draft.buyer.address.country = code;
            draft
        });
    };
    let label = |key: &'static str| Signal::derive(move || t(key));
    let phone_note = phone_note(form);
    let parts = Memo::new(move |_| form.state.with(|state| state.draft.buyer.parts()));
    // What the country does not ask for stays in sight where it was typed before: it is part of the address.
    let typed = Memo::new(move |_| {
        form.state.with(|state| {
            let address = &state.draft.buyer.address;
            (!address.postal_code.is_empty(), address.state.is_some())
        })
    });
    view! {
        <fieldset class="offer-buyer">
            <legend>
                <h3>{t("offer.buyer")}</h3>
                <span class="pill" class:private=move || form.is_fine("buyer.")>
                    {move || t(if form.is_fine("buyer.") { "offer.buyer.complete" } else { "offer.buyer.incomplete" })}
                </span>
            </legend>
            <KnownAddresses form=form/>
            <div class="offer-grid">
                <TextField form=form field="buyer.name" label=label("offer.buyer.name")
                    get=|draft| draft.buyer.name.clone() set=|draft, text| draft.buyer.name = text/>
                <TextField form=form field="buyer.company" label=label("offer.buyer.company") optional=true
                    get=|draft| draft.buyer.company.clone().unwrap_or_default()
                    set=|draft, text| draft.buyer.company = some(text)/>
                <TextField form=form field="buyer.email" label=label("offer.buyer.email") kind=Kind::EMAIL
                    get=|draft| draft.buyer.email.clone() set=|draft, text| draft.buyer.email = text/>
                <TextField form=form field="buyer.phone" label=label("offer.buyer.phone") kind=Kind::PHONE optional=true
                    note=phone_note
                    get=|draft| draft.buyer.phone.clone().unwrap_or_default()
                    set=|draft, text| draft.buyer.phone = some(text)/>
                <ChoiceField form=form field="buyer.address.country" label=label("offer.buyer.country")
                    options=Signal::derive(move || countries.get_value())
                    get=|draft| draft.buyer.address.country.clone()
                    choose=choose_country/>
                <TextField form=form field="buyer.address.street" label=label("offer.buyer.street")
                    get=|draft| draft.buyer.address.street.clone()
                    set=|draft, text| draft.buyer.address.street = text/>
                <TextField form=form field="buyer.address.line2" label=label("offer.buyer.line2") optional=true
                    get=|draft| draft.buyer.address.line2.clone().unwrap_or_default()
                    set=|draft, text| draft.buyer.address.line2 = some(text)/>
                <TextField form=form field="buyer.address.postal_code"
                    label=Signal::derive(move || postal::postal_code(parts.get().code_name))
                    optional=may_be_empty(parts, |it| it.postal_code)
                    absent=Signal::derive(move || parts.get().postal_code == Need::Absent && !typed.get().0)
                    get=|draft| draft.buyer.address.postal_code.clone()
                    set=|draft, text| draft.buyer.address.postal_code = text/>
                <TextField form=form field="buyer.address.city" label=label("offer.buyer.city")
                    optional=may_be_empty(parts, |it| it.city)
                    get=|draft| draft.buyer.address.city.clone()
                    set=|draft, text| draft.buyer.address.city = text/>
                <TextField form=form field="buyer.address.state"
                    label=Signal::derive(move || postal::state(parts.get().state_name))
                    optional=may_be_empty(parts, |it| it.state)
                    absent=Signal::derive(move || parts.get().state == Need::Absent && !typed.get().1)
                    get=|draft| draft.buyer.address.state.clone().unwrap_or_default()
                    set=|draft, text| draft.buyer.address.state = some(text)/>
            </div>
        </fieldset>
    }
}

/// Whether the address is complete without this part.
fn may_be_empty(parts: Memo<Parts>, part: fn(&Parts) -> Need) -> Signal<bool> {
    Signal::derive(move || parts.with(part) != Need::Required)
}

/// The phone number as it is understood at this address; one that no country knows is kept as it is typed.
fn phone_note(form: Form) -> Signal<Option<String>> {
    let typed = Memo::new(move |_| {
        form.state
            .with(|state| state.draft.buyer.phone.clone().unwrap_or_default())
    });
    let country = Memo::new(move |_| form.state.with(|state| state.draft.buyer.country()));
    let heard = phone::follow(typed.into(), country.into());
    Signal::derive(move || match &*heard.read() {
        it @ Heard::Understood(_) => it.words(),
        // What is no number at all the form says itself.
        Heard::Refused(_) if typed.with(|it| shape(it).is_ok()) => {
            Some(t("offer.buyer.phone.unknown"))
        }
        Heard::Nothing | Heard::Refused(_) | Heard::Failed(_) => None,
    })
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
