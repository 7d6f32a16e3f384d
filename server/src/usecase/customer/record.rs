//! A record as it comes in and as it is shown.

use crate::{store::customer::Stored, usecase::number_plan};
use orderline_domain::{
    customer::record::{Customer, CustomerData},
    field::FieldError,
};
use orderline_protocol::customer::CustomerView;

/// What was typed, after `rule`, with its phone number as the world knows it; or all that is wrong with it at once.
pub(super) fn checked(
    typed: &CustomerData,
    rule: impl FnOnce(&CustomerData) -> Result<Customer, Vec<FieldError>>,
) -> Result<Customer, Vec<FieldError>> {
    let of = |phone| {
        rule(&CustomerData {
            phone,
            ..typed.clone()
        })
    };
    number_plan::understood(typed.country.as_deref(), typed.phone.as_deref(), of)
}

pub(super) fn view(it: &Stored) -> CustomerView {
    CustomerView {
        customer: it.customer,
        data: it.record.data().clone(),
        consent_at: it.consent_at,
        version: it.version,
        created_at: it.created_at,
    }
}
