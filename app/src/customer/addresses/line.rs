//! One address as it is kept.

use super::book::Book;
use crate::locale::{country, t, t_with};
use leptos::prelude::*;
use orderline_domain::customer::{
    address::Address,
    addresses::{AddressData, Used},
};
use orderline_protocol::customer::AddressView;

/// Where it is, what it is for, and what can be done with it.
#[component]
pub(super) fn Line(book: Book, it: AddressView) -> impl IntoView {
    let data = &it.data;
    let uses = [
        used(
            data.billing,
            t("address.billing.yes"),
            t("address.billing.default"),
        ),
        used(
            data.delivery,
            t("address.delivery.yes"),
            t("address.delivery.default"),
        ),
    ];
    let pills = uses
        .into_iter()
        .flatten()
        .map(|words| view! { <span class="pill">{words}</span> })
        .collect_view();
    let lines = lines(&data.address);
    let buttons = book.edits.then(|| view! { <Buttons book=book it=it/> });
    view! {
        <li>
            <p class="address-lines">{lines}</p>
            <p class="row wrap">{pills}</p>
            {buttons}
        </li>
    }
}

#[component]
fn Buttons(book: Book, it: AddressView) -> impl IntoView {
    let street = it.data.address.street.clone();
    let edit = t_with("address.edit.this", &[("street", &street)]);
    let remove = t_with("address.remove.this", &[("street", &street)]);
    let address = it.address;
    let busy = book.form.busy();
    let first = |words: String, is_other: bool, change: fn(&mut AddressData)| {
        let it = it.clone();
        let mut data = it.data.clone();
        change(&mut data);
        is_other.then(|| {
            view! {
                <button class="btn" disabled=busy on:click=move |_| book.put(book.form, &it, data.clone())>{words}</button>
            }
        })
    };
    let bills = first(
        t("address.billing.make"),
        it.data.billing == Used::Yes,
        |data| data.billing = Used::Default,
    );
    let deliveries = first(
        t("address.delivery.make"),
        it.data.delivery == Used::Yes,
        |data| data.delivery = Used::Default,
    );
    let open = it.clone();
    view! {
        <div class="row wrap">
            <button class="btn" aria-label=edit on:click=move |_| book.open.set(Some(open.clone()))>{t("address.edit")}</button>
            {bills}
            {deliveries}
            <button class="btn quiet" aria-label=remove disabled=busy on:click=move |_| book.remove(address)>{t("address.remove")}</button>
        </div>
    }
}

fn used(it: Used, yes: String, default: String) -> Option<String> {
    match it {
        Used::No => None,
        Used::Yes => Some(yes),
        Used::Default => Some(default),
    }
}

/// Line by line, with the country's name.
fn lines(address: &Address) -> String {
    let mut lines = address.lines();
    if let Some(last) = lines.last_mut() {
        *last = country::name(&address.country);
    }
    lines.join("\n")
}
