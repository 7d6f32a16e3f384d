//! Two records side by side.

use crate::{
    components::table::Table,
    locale::{country, t},
};
use leptos::prelude::*;
use orderline_domain::customer::record::CustomerData;

const HEADS: &[&str] = &["merge.field", "merge.this", "merge.other"];

/// What each of them says; what neither says is left out.
#[component]
pub(super) fn Compare(one: CustomerData, two: CustomerData) -> impl IntoView {
    let pairs = lines(one).into_iter().zip(lines(two));
    let row = |((label, one), (_, two)): (Line, Line)| {
        (one.is_some() || two.is_some()).then(|| {
            view! { <tr><th scope="row">{label}</th><td class="wide">{one}</td><td class="wide">{two}</td></tr> }
        })
    };
    let rows = pairs.map(row).collect_view();
    view! { <Table label=t("merge.both") heads=HEADS>{rows}</Table> }
}

/// What a field is called, and what stands in it.
pub(super) type Line = (String, Option<String>);

/// A record, line by line.
pub(super) fn lines(data: CustomerData) -> [Line; 9] {
    let country = data.country.as_deref().map(country::name);
    [
        (t("customer.name"), Some(data.name)),
        (t("customer.company"), data.company),
        (t("customer.email"), data.email),
        (t("customer.phone"), data.phone),
        (t("customer.country"), country),
        (t("customer.vat_id"), data.vat_id),
        (t("customer.tax_number"), data.tax_number),
        (t("customer.group"), data.group),
        (t("customer.notes"), data.notes),
    ]
}
