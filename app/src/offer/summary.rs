//! Every payment on its own line, and the total.

use crate::locale::{format, t, t_with};
use leptos::prelude::*;
use orderline_domain::{money::Money, offer::schedule::Payment, percent::Percent};
use std::collections::BTreeSet;

/// The payments. `changed` names those that differ from before.
#[component]
pub fn Payments(
    #[prop(into)] payments: Signal<Vec<Payment>>,
    #[prop(optional, into)] changed: Signal<BTreeSet<u16>>,
) -> impl IntoView {
    view! {
        <table class="schedule">
            <thead>
                <tr>
                    <th scope="col">{t("offer.schedule.number")}</th>
                    <th scope="col">{t("offer.schedule.due")}</th>
                    <th scope="col">{t("offer.schedule.amount")}</th>
                </tr>
            </thead>
            <tbody>
                {move || {
                    let changed = changed.get();
                    payments
                        .get()
                        .into_iter()
                        .map(|payment| {
                            view! {
                                <tr class:changed=changed.contains(&payment.number)>
                                    <td>{payment.number}</td>
                                    <td>{format::date(payment.due)}</td>
                                    <td>{format::money(&payment.amount)}</td>
                                </tr>
                            }
                        })
                        .collect_view()
                }}
            </tbody>
        </table>
    }
}

/// The total, large, with the tax inside it.
#[component]
pub fn Total(
    total: Money,
    vat: Money,
    rate: Percent,
    #[prop(optional, into)] changed: Signal<bool>,
) -> impl IntoView {
    let tax = t_with(
        "offer.vat",
        &[("vat", &format::money(&vat)), ("rate", &rate.to_string())],
    );
    view! {
        <div class="offer-total">
            <span class="meta">{t("offer.total")}</span>
            <span class="total" class:changed=changed>{format::money(&total)}</span>
            <span class="meta">{tax}</span>
        </div>
    }
}
