//! How it is paid: for this offer alone; product and plan stay as they are (CC1, CC4).

use super::{
    field::{ChoiceField, Form, Kind, TextField},
    words,
};
use crate::locale::{t, t_with};
use leptos::prelude::*;
use orderline_domain::offer::{
    Draft, PaymentMethod,
    plan::{Interval, PlanKind},
};

/// Amount, quantity, payments, interval, first day, method: in the order in which a deal is spoken.
#[component]
pub fn PaymentFields(form: Form) -> impl IntoView {
    let catalogue = form.offers().catalogue();
    let plan = Memo::new(move |_| form.state.with(|state| state.draft.plan));
    let chosen = Memo::new(move |_| {
        plan.get()
            .and_then(|id| catalogue.with(|it| it.plan(id).cloned()))
    });
    let kind = Memo::new(move |_| chosen.with(|plan| plan.as_ref().map(|plan| plan.kind)));
    let one_time = move || kind.get() == Some(PlanKind::OneTime);
    let amount_label = Signal::derive(move || {
        let currency = chosen.with(|plan| plan.as_ref().map(|plan| plan.amount.currency().code()));
        let label = words::amount_label(kind.get());
        currency.map_or_else(
            || label.clone(),
            |code| t_with("offer.amount.in", &[("label", &label), ("currency", code)]),
        )
    });
    let intervals = Signal::derive(|| {
        Interval::ALL
            .into_iter()
            .map(|it| (it.name().to_owned(), words::interval(it), true))
            .collect::<Vec<_>>()
    });
    let choose_interval = move |name: String| {
        form.edit(|draft| Draft {
            interval: Interval::from_name(&name),
            ..draft
        });
    };
    view! {
        <p class="meta" hidden=move || plan.get().is_none() || !form.is_by_list()>{t("offer.by_list")}</p>
        <div class="offer-grid" hidden=move || plan.get().is_none()>
            <TextField
                form=form
                field="amount"
                label=amount_label
                kind=Kind::AMOUNT
                get=|draft| draft.amount.clone()
                set=|draft, text| draft.amount = text
            />
            <TextField
                form=form
                field="quantity"
                label=Signal::derive(|| t("offer.quantity"))
                kind=Kind::COUNT
                get=|draft| draft.quantity.clone()
                set=|draft, text| draft.quantity = text
            />
            <div class="together" hidden=one_time>
                <TextField
                    form=form
                    field="payments"
                    label=Signal::derive(move || words::payments_label(kind.get()))
                    kind=Kind::COUNT
                    get=|draft| draft.payments.clone()
                    set=|draft, text| draft.payments = text
                />
            </div>
            <div class="together" hidden=one_time>
                <ChoiceField
                    form=form
                    field="interval"
                    label=Signal::derive(|| t("offer.interval"))
                    options=intervals
                    get=|draft| draft.interval.map(|it| it.name().to_owned()).unwrap_or_default()
                    choose=choose_interval
                />
            </div>
            <TextField
                form=form
                field="first_due"
                label=Signal::derive(|| t("offer.first_due"))
                kind=Kind::DAY
                get=|draft| draft.first_due.clone()
                set=|draft, text| draft.first_due = text
            />
            <Method form=form kind=kind/>
        </div>
    }
}

/// How the buyer pays; what does not go with the plan cannot be chosen (CC4).
#[component]
fn Method(form: Form, kind: Memo<Option<PlanKind>>) -> impl IntoView {
    let methods = Signal::derive(move || {
        let can = |method: PaymentMethod| kind.get().is_none_or(|kind| method.allowed(kind));
        let text = |method: PaymentMethod| {
            let name = words::method(method);
            if can(method) {
                name
            } else {
                t_with("offer.method.not_with_plan", &[("method", &name)])
            }
        };
        PaymentMethod::ALL
            .into_iter()
            .map(|it| (it.name().to_owned(), text(it), can(it)))
            .collect::<Vec<_>>()
    });
    let choose_method = move |name: String| {
        form.edit(|draft| Draft {
            method: PaymentMethod::from_name(&name),
            ..draft
        });
    };
    view! {
        <ChoiceField
            form=form
            field="method"
            label=Signal::derive(|| t("offer.method"))
            options=methods
            get=|draft| draft.method.map(|it| it.name().to_owned()).unwrap_or_default()
            choose=choose_method
        />
    }
}
