//! Who buys and where; the address is mandatory whatever is sold (CC5), and may be in any country (CC7).

use super::field::{ChoiceField, Form, Kind, TextField};
use crate::{
    locale::{country, t},
    people::phone::{self, Heard},
};
use leptos::prelude::*;
use orderline_domain::phone::shape;

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
    view! {
        <fieldset class="offer-buyer">
            <legend>
                <h3>{t("offer.buyer")}</h3>
                <span class="pill" class:private=move || form.is_fine("buyer.")>
                    {move || t(if form.is_fine("buyer.") { "offer.buyer.complete" } else { "offer.buyer.incomplete" })}
                </span>
            </legend>
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
                <TextField form=form field="buyer.address.street" label=label("offer.buyer.street")
                    get=|draft| draft.buyer.address.street.clone()
                    set=|draft, text| draft.buyer.address.street = text/>
                <TextField form=form field="buyer.address.line2" label=label("offer.buyer.line2") optional=true
                    get=|draft| draft.buyer.address.line2.clone().unwrap_or_default()
                    set=|draft, text| draft.buyer.address.line2 = some(text)/>
                <TextField form=form field="buyer.address.postal_code" label=label("offer.buyer.postal_code")
                    get=|draft| draft.buyer.address.postal_code.clone()
                    set=|draft, text| draft.buyer.address.postal_code = text/>
                <TextField form=form field="buyer.address.city" label=label("offer.buyer.city")
                    get=|draft| draft.buyer.address.city.clone()
                    set=|draft, text| draft.buyer.address.city = text/>
                <ChoiceField form=form field="buyer.address.country" label=label("offer.buyer.country")
                    options=Signal::derive(move || countries.get_value())
                    get=|draft| draft.buyer.address.country.clone()
                    choose=choose_country/>
            </div>
        </fieldset>
    }
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
