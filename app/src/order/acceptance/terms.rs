//! Everything that is agreed: what, with whom, under whose terms, for whom, and every payment.

use crate::{
    locale::{format, t, t_with},
    offer::words,
};
use leptos::prelude::*;
use orderline_protocol::policy::AcceptancePage;

/// The order's whole content.
#[component]
pub fn AcceptedTerms(page: AcceptancePage) -> impl IntoView {
    let content = page.content;
    let quantity = content.terms.quantity();
    let units =
        (quantity > 1).then(|| t_with("offer.units", &[("quantity", &quantity.to_string())]));
    let partner = t_with(
        "offer.partner",
        &[("partner", &content.contracting.contractual_partner)],
    );
    let terms = t_with(
        "offer.terms",
        &[
            ("company", &content.contracting.terms_of),
            ("version", &content.contracting.terms_version),
        ],
    );
    let tax = t_with(
        "offer.vat",
        &[
            ("vat", &format::money(&content.vat)),
            ("rate", &content.vat_rate.to_string()),
        ],
    );
    let asked_by = t_with("policy.card.source", &[("source", &page.source)]);
    let rows = content.schedule.payments.iter().map(|payment| {
        view! {
            <tr>
                <td>{payment.number}</td>
                <td>{format::date(payment.due)}</td>
                <td>{format::money(&payment.amount)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <dl class="agreed">
            <dt>{t("acceptance.order")}</dt>
            <dd>{page.order.number}</dd>
            <dt>{t("acceptance.product")}</dt>
            <dd><b>{content.product_name}</b> ", " {content.plan_label} {units.map(|it| format!(" · {it}"))}</dd>
            <dt>{t("acceptance.pays")}</dt>
            <dd>{words::method(content.method)}</dd>
            <dt>{t("acceptance.buyer")}</dt>
            <dd>{words::address(content.buyer.lines())}</dd>
            <dt>{t("acceptance.partner")}</dt>
            <dd>{partner} " " {terms}</dd>
            <dt>{t("acceptance.why")}</dt>
            <dd>{asked_by}</dd>
        </dl>
        <table class="schedule">
            <thead>
                <tr>
                    <th scope="col">{t("offer.schedule.number")}</th>
                    <th scope="col">{t("offer.schedule.due")}</th>
                    <th scope="col">{t("offer.schedule.amount")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <div class="offer-total">
            <span class="meta">{t("offer.total")}</span>
            <span class="total">{format::money(&content.schedule.total)}</span>
            <span class="meta">{tax}</span>
        </div>
    }
}
