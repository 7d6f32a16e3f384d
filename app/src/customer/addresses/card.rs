//! All addresses of one customer.

use super::{
    book::{ADD_ID, Book},
    form::{AddressForm, Typing},
    line::Line,
};
use crate::{
    api, browser,
    components::{sending::Form, table::Fetched},
    load::fetched,
    locale::t,
    people::session::Session,
};
use leptos::prelude::*;
use orderline_domain::{
    customer::addresses::{AddressData, MAX_ADDRESSES, Used},
    ids::{AddressId, CustomerId},
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::customer::AddressView;

/// The addresses, and the form for one of them.
#[component]
pub fn AddressesCard(customer: CustomerId, country: Option<String>) -> impl IntoView {
    let (load, all, fetch) =
        fetched(move || async move { Ok(api::customer::addresses(customer).await?.addresses) });
    let book = Book {
        customer,
        all,
        open: RwSignal::new(None),
        form: Form::of("addresses-"),
        edits: allowed(
            Session::here_now().role(),
            Action::EditCustomers,
            Relation::Own,
        ),
    };
    let home = StoredValue::new(country.unwrap_or_default());
    let add = move || {
        let blank = blank(home.get_value(), all.read_untracked().is_empty());
        book.open.set(Some(blank));
    };
    let is_full = Memo::new(move |_| all.read().len() >= MAX_ADDRESSES);
    view! {
        <section class="card panel addresses" aria-labelledby="addresses">
            <div class="row wrap spread">
                <h2 id="addresses">{t("address.title")}</h2>
                {book
                    .edits
                    .then(|| {
                        view! {
                            <button id=ADD_ID class="btn" disabled=is_full on:click=move |_| add()>
                                {t("address.add")}
                            </button>
                        }
                    })}
            </div>
            <Fetched load=load retry=move |()| fetch() lines=2>
                <p class="meta" hidden=move || !all.read().is_empty()>{t("address.none")}</p>
                <ul class="address-list">
                    {move || all.get().into_iter().map(|it| view! { <Line book=book it=it/> }).collect_view()}
                </ul>
            </Fetched>
            <p class="error" role="alert">{move || book.form.above()}</p>
            {move || book.open.get().map(|it| view! { <AddressForm book=book typing=Typing::of(it)/> })}
        </section>
    }
}

/// One that is not there yet: the first is for everything.
fn blank(country: String, is_first: bool) -> AddressView {
    let mut data = AddressData::default();
    data.address.country = country;
    data.billing = if is_first { Used::Default } else { Used::Yes };
    data.delivery = data.billing;
    AddressView {
        // The same however often it is sent.
        address: AddressId::from_uuid(browser::random_uuid()),
        data,
        version: 0,
    }
}
