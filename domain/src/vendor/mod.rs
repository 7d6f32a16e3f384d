//! A shop on the platform.

pub mod change;
pub mod colour;
pub mod function;
pub mod plan;
pub mod profile;
pub mod record;
pub mod slug;
pub mod state;

use crate::{
    country::is_country,
    field::{FieldCode, FieldError, code},
    money::Currency,
    text,
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Longest name of a vendor, in characters.
pub const MAX_VENDOR_NAME: usize = 200;
/// Longest name of a time zone, in bytes.
const MAX_ZONE: usize = 60;

/// A vendor as somebody of the platform types it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedVendor {
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name.
    pub time_zone: String,
}

/// A vendor that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorData {
    pub name: String,
    pub currency: Currency,
    pub country: String,
    pub time_zone: String,
}

impl VendorData {
    /// Reads what was typed; every field that is wrong is named.
    pub fn new(proposed: &ProposedVendor) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = text::name(&proposed.name, MAX_VENDOR_NAME)
            .map_err(|bad| wrong.push(bad.at("name")))
            .ok();
        let currency: Option<Currency> = proposed.currency.trim().to_ascii_uppercase().parse().ok();
        if currency.is_none() {
            wrong.push(FieldError::new("currency", code::UNKNOWN));
        }
        let country = proposed.country.trim().to_ascii_uppercase();
        if !is_country(&country) {
            wrong.push(FieldError::new("country", unknown(&country)));
        }
        let zone = proposed.time_zone.trim();
        if zone.is_empty() || zone.len() > MAX_ZONE || TimeZone::get(zone).is_err() {
            wrong.push(FieldError::new("time_zone", code::UNKNOWN));
        }
        match (name, currency) {
            (Some(name), Some(currency)) if wrong.is_empty() => Ok(Self {
                name,
                currency,
                country,
                time_zone: zone.to_owned(),
            }),
            _ => Err(wrong),
        }
    }
}

/// Nothing was chosen, or nothing that there is.
fn unknown(country: &str) -> FieldCode {
    if country.is_empty() {
        code::REQUIRED
    } else {
        code::UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed() -> ProposedVendor {
        ProposedVendor {
            name: " Nordlicht Akademie ".to_owned(),
            currency: "eur".to_owned(),
            country: "de".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        }
    }

    #[test]
    fn what_was_typed_is_read() {
        let data = VendorData::new(&proposed()).unwrap();
        assert_eq!(data.name, "Nordlicht Akademie");
        assert_eq!(
            (data.currency, data.country.as_str()),
            (Currency::EUR, "DE")
        );
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = VendorData::new(&ProposedVendor {
            name: " \u{200b} ".to_owned(),
            currency: "EURO".to_owned(),
            country: "Germany".to_owned(),
            time_zone: "Berlin".to_owned(),
        });
        let fields: Vec<_> = wrong.unwrap_err().iter().map(|it| it.field).collect();
        assert_eq!(fields, ["name", "currency", "country", "time_zone"]);
        let long = ProposedVendor {
            name: "n".repeat(MAX_VENDOR_NAME + 1),
            ..proposed()
        };
        assert_eq!(VendorData::new(&long).unwrap_err()[0].code, code::TOO_LONG);
    }
}
