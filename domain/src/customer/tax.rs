//! The numbers by which tax offices know a customer.

use crate::text::{self, BadText};
use stdnum::{eu_vat, find};

/// Longest VAT id, in characters.
pub const MAX_VAT_ID_CHARS: usize = 30;
/// Longest tax number, in characters.
pub const MAX_TAX_NUMBER_CHARS: usize = 40;
/// What Greek VAT ids begin with: not the country's code.
const GREECE: (&str, &str) = ("EL", "GR");

/// A VAT id as it is written, with the letters of its country. Where the country's ids have a shape and check digits that
/// are known, it has them: the country is the one that it begins with, else `home` (ISO 3166-1 alpha-2).
///
/// # Errors
/// When it is empty, too long, or no such id.
pub fn vat_id(typed: &str, home: Option<&str>) -> Result<String, BadText> {
    let typed = text::name(typed, MAX_VAT_ID_CHARS)?.to_uppercase();
    let begins = typed.get(..2).unwrap_or_default();
    match scheme(begins) {
        Some((prefix, scheme)) => of(prefix, scheme, &typed),
        None => match home.and_then(scheme) {
            Some((prefix, scheme)) => of(prefix, scheme, &typed),
            None => Ok(typed),
        },
    }
}

/// What ids of a country begin with, and the name of their rule.
fn scheme(country: &str) -> Option<(&str, &'static str)> {
    let (prefix, code) = if country == GREECE.0 || country == GREECE.1 {
        GREECE
    } else {
        (country, country)
    };
    let name = eu_vat().get(code)?.first()?;
    Some((prefix, name))
}

fn of(prefix: &str, scheme: &str, typed: &str) -> Result<String, BadText> {
    let rule = find(scheme).ok_or(BadText::NoVatId)?;
    let compact = rule.validate(typed).map_err(|_| BadText::NoVatId)?.compact;
    Ok(if compact.starts_with(prefix) {
        compact
    } else {
        format!("{prefix}{compact}")
    })
}
