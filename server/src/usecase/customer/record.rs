//! A record as it comes in and as it is shown.

use crate::{failure::Failure, store::customer::Stored, usecase::number_plan};
use orderline_domain::{
    customer::record::{Customer, CustomerData},
    field::{FieldError, code},
};
use orderline_protocol::customer::CustomerView;

/// What was typed, after `rule`, with its phone number as the world knows it; or all that is wrong with it at once.
pub(super) fn checked(
    typed: &CustomerData,
    rule: impl FnOnce(&CustomerData) -> Result<Customer, Vec<FieldError>>,
) -> Result<Customer, Failure> {
    let (phone, unknown) = match phone(typed) {
        Ok(phone) => (phone, None),
        Err(error) => (None, Some(error)),
    };
    let understood = CustomerData {
        phone,
        ..typed.clone()
    };
    let mut errors = match rule(&understood) {
        Ok(customer) if unknown.is_none() => return Ok(customer),
        Ok(_) => Vec::new(),
        Err(errors) => errors,
    };
    errors.extend(unknown);
    Err(errors.into())
}

/// The number that was typed, as networks take it. One that names no country is read in the customer's.
fn phone(typed: &CustomerData) -> Result<Option<String>, FieldError> {
    let Some(text) = typed.phone.as_deref() else {
        return Ok(None);
    };
    let country = typed.country.as_deref().map(str::trim);
    let country = country.map(str::to_ascii_uppercase);
    match number_plan::read_in(country.as_deref(), "phone", text) {
        Err(empty) if empty.code == code::REQUIRED => Ok(None),
        read => read.map(|it| Some(it.e164())),
    }
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
