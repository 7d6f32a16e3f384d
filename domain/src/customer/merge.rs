//! Two records of one customer become one.

use super::record::{Customer, CustomerData, MAX_NOTES_CHARS};
use crate::field::{FieldCode, code};

/// Records that have become a part of one at the most.
pub const MAX_MERGED: usize = 50;

/// Which of two records stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    First,
    Second,
}

/// An address opens an account, so that the record that has one stays; where neither has, it is the first. Whether there
/// is an account behind an address is nobody's to learn here.
///
/// # Errors
/// When each has an address: there may be two accounts.
pub const fn stays(first: &CustomerData, second: &CustomerData) -> Result<Stays, FieldCode> {
    match (&first.email, &second.email) {
        (Some(_), Some(_)) => Err(code::TWO_ADDRESSES),
        (None, Some(_)) => Ok(Stays::Second),
        (_, None) => Ok(Stays::First),
    }
}

/// The record that stays, with what it lacks from the one that goes. Consent is nobody's to pass on. Notes that do not
/// fit in behind its own are read in the record that has gone.
pub fn joined(stays: &Customer, goes: &Customer) -> Customer {
    let (own, other) = (stays.data(), goes.data());
    let either = |own: &Option<String>, other: &Option<String>| own.clone().or(other.clone());
    let data = CustomerData {
        company: either(&own.company, &other.company),
        phone: either(&own.phone, &other.phone),
        country: either(&own.country, &other.country),
        vat_id: either(&own.vat_id, &other.vat_id),
        tax_number: either(&own.tax_number, &other.tax_number),
        group: either(&own.group, &other.group),
        notes: notes(own.notes.as_deref(), other.notes.as_deref()),
        ..own.clone()
    };
    // What holds beside the one country may not hold beside the other.
    Customer::new(&data).unwrap_or_else(|_| stays.clone())
}

fn notes(own: Option<&str>, other: Option<&str>) -> Option<String> {
    let both = [own, other]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n");
    let fits = both.chars().count() <= MAX_NOTES_CHARS;
    let notes = if fits {
        Some(both)
    } else {
        own.map(str::to_owned)
    };
    notes.filter(|it| !it.is_empty())
}
