//! Everything that is agreed: what, with whom, under whose terms, for whom, and every payment.

use crate::{
    locale::{t, t_with},
    offer::{
        summary::{Payments, Total},
        words,
    },
};
use leptos::prelude::*;
use orderline_protocol::order::AcceptancePage;

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
    let asked_by = t_with("policy.card.source", &[("source", &page.source)]);
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
            <dd>{partner} " · " {terms}</dd>
            <dt>{t("acceptance.why")}</dt>
            <dd>{asked_by}</dd>
        </dl>
        <Payments payments=Signal::stored(content.schedule.payments)/>
        <Total total=content.schedule.total vat=content.vat rate=content.vat_rate/>
    }
}
