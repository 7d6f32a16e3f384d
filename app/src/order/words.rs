//! The order in words.

use crate::{
    locale::{t, t_with},
    offer::words::payments,
    wording::notice::{Notice, Tone},
};
use orderline_domain::{
    offer::schedule::Schedule,
    order::{ContractBasis, OrderState},
};

/// On what the contract stands.
pub fn contract_basis(basis: &ContractBasis) -> String {
    t(match basis {
        ContractBasis::Recording { .. } => "order.basis.recording",
        ContractBasis::WrittenConfirmation => "order.basis.written",
    })
}

/// What an order's state is called.
pub fn state(state: &OrderState) -> String {
    t(match state {
        OrderState::AwaitingWrittenConfirmation => "order.state.awaiting_written_confirmation",
        OrderState::Placed => "order.state.placed",
        OrderState::Cancelled { .. } => "order.state.cancelled",
    })
}

/// An order that binds, or that waits for the buyer's written acceptance and says so.
pub fn placed(number: u64, basis: &ContractBasis, schedule: &Schedule) -> Notice {
    let (key, tone) = match basis {
        ContractBasis::Recording { .. } => ("event.order_placed", Tone::Good),
        ContractBasis::WrittenConfirmation => ("event.order_waits", Tone::Warn),
    };
    Notice {
        what: t_with(key, &[("number", &number.to_string())]),
        more: Some(format!(
            "{} · {}",
            payments(schedule),
            contract_basis(basis)
        )),
        tone,
    }
}
