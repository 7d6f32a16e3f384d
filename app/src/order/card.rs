//! The order that came of the offer.

use super::words;
use crate::{
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    offer::summary::Payments,
};
use leptos::prelude::*;
use orderline_domain::order::{CancelReason, OrderState};
use orderline_protocol::order::OrderView;

/// Number, state, what the contract stands on, every payment.
#[component]
pub fn OrderCard(
    order: OrderView,
    /// How long people talked about it, in words.
    #[prop(default = Signal::stored(None))]
    talked: Signal<Option<String>>,
) -> impl IntoView {
    let number = t_with("offer.order.title", &[("number", &order.number)]);
    let label = number.clone();
    let placed = format::moment(order.placed_at, Moment::DayTime);
    let waits = order.state == OrderState::AwaitingWrittenConfirmation;
    let over = matches!(order.state, OrderState::Cancelled { .. });
    let written = written(&order);
    let unreached = waits
        && order
            .acceptance
            .as_ref()
            .is_some_and(|it| it.undelivered_at.is_some());
    let OrderView {
        product_name,
        schedule,
        ..
    } = order;
    view! {
        <section class="card offer order-card" aria-label=label>
            <div class="row spread wrap">
                <h2>{number}</h2>
                <span class="pill" class:private=!(waits || over) class:warn=waits>{words::state(&order.state)}</span>
            </div>
            <p>{product_name}</p>
            <p class="meta">{t_with("offer.order.placed", &[("at", &placed)])} " · " {words::contract_basis(&order.basis)}</p>
            {move || talked.get().map(|words| view! { <p class="meta talked">{words}</p> })}
            {written.map(|words| view! { <p class="call-note" class:warn=waits>{words}</p> })}
            {unreached.then(|| view! { <p class="call-note warn">{t("offer.order.undelivered")}</p> })}
            <Payments payments=Signal::stored(schedule.payments)/>
            <div class="offer-total">
                <span class="meta">{t("offer.total")}</span>
                <span class="total">{format::money(&order.total)}</span>
            </div>
        </section>
    }
}

/// What came, or is to come, of the written acceptance.
fn written(order: &OrderView) -> Option<String> {
    let time = |at| format::moment(at, Moment::DayTime);
    match (order.state, &order.acceptance) {
        (OrderState::AwaitingWrittenConfirmation, Some(asked)) => {
            Some(t_with("offer.order.waits", &[("at", &time(asked.due_at))]))
        }
        (OrderState::Cancelled { reason, .. }, _) => Some(cancelled(reason)),
        (_, Some(asked)) => asked
            .accepted_at
            .map(|at| t_with("offer.order.accepted", &[("at", &time(at))])),
        (_, None) => None,
    }
}

fn cancelled(reason: CancelReason) -> String {
    t(match reason {
        CancelReason::Refused => "offer.order.refused",
        CancelReason::NotConfirmed => "offer.order.lapsed",
    })
}
