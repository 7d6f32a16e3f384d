//! All that is kept of a vendor, as it is edited in one place.

use super::{
    ProposedVendor, VendorData,
    profile::{Profile, ProfileData},
};
use crate::field::{FieldError, code};
use serde::{Deserialize, Serialize};

/// A vendor's data and its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub data: VendorData,
    pub profile: Profile,
}

/// A field of the record, as the log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordField {
    Name,
    Country,
    Currency,
    TimeZone,
    LegalName,
    Address,
    RegisterNumber,
    Email,
    Phone,
    Languages,
    Colour,
}

impl Record {
    /// The record after an edit; all complaints at once. Amounts that stand somewhere already are in the vendor's
    /// currency, which then stays.
    pub fn edited(
        &self,
        data: &ProposedVendor,
        profile: &ProfileData,
        is_currency_fixed: bool,
    ) -> Result<Self, Vec<FieldError>> {
        let (data, profile) = (VendorData::new(data), Profile::new(profile));
        let mut wrong = Vec::new();
        if let Ok(data) = &data
            && is_currency_fixed
            && data.currency != self.data.currency
        {
            wrong.push(FieldError::new("currency", code::FIXED));
        }
        match (data, profile) {
            (Ok(data), Ok(profile)) if wrong.is_empty() => Ok(Self { data, profile }),
            (data, profile) => {
                wrong.extend(data.err().unwrap_or_default());
                wrong.extend(profile.err().unwrap_or_default());
                Err(wrong)
            }
        }
    }

    /// The fields in which another record differs.
    pub fn changed(&self, next: &Self) -> Vec<RecordField> {
        let (data, profile) = (&self.data, self.profile.data());
        let (then, after) = (&next.data, next.profile.data());
        let all = [
            (RecordField::Name, data.name != then.name),
            (RecordField::Country, data.country != then.country),
            (RecordField::Currency, data.currency != then.currency),
            (RecordField::TimeZone, data.time_zone != then.time_zone),
            (
                RecordField::LegalName,
                profile.legal_name != after.legal_name,
            ),
            (RecordField::Address, profile.address != after.address),
            (
                RecordField::RegisterNumber,
                profile.register_number != after.register_number,
            ),
            (RecordField::Email, profile.email != after.email),
            (RecordField::Phone, profile.phone != after.phone),
            (RecordField::Languages, profile.languages != after.languages),
            (RecordField::Colour, profile.colour != after.colour),
        ];
        let differs = all.into_iter().filter(|(_, differs)| *differs);
        differs.map(|(field, _)| field).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed() -> ProposedVendor {
        ProposedVendor {
            name: "Südwind".to_owned(),
            currency: "EUR".to_owned(),
            country: "AT".to_owned(),
            time_zone: "Europe/Vienna".to_owned(),
        }
    }

    fn record() -> Record {
        Record {
            data: VendorData::new(&proposed()).unwrap(),
            profile: Profile::default(),
        }
    }

    #[test]
    fn an_edit_says_which_fields_it_changed() {
        let profile = ProfileData {
            legal_name: Some("Südwind GmbH".to_owned()),
            ..ProfileData::default()
        };
        let swiss = ProposedVendor {
            currency: "chf".to_owned(),
            country: "CH".to_owned(),
            ..proposed()
        };
        let next = record().edited(&swiss, &profile, false).unwrap();
        let changed = [
            RecordField::Country,
            RecordField::Currency,
            RecordField::LegalName,
        ];
        assert_eq!(record().changed(&next), changed);
        assert_eq!(next.changed(&next), []);
    }

    #[test]
    fn where_amounts_stand_the_currency_stays_and_all_complaints_come_at_once() {
        let profile = ProfileData {
            email: Some("office".to_owned()),
            ..ProfileData::default()
        };
        let swiss = ProposedVendor {
            currency: "CHF".to_owned(),
            ..proposed()
        };
        let wrong = record().edited(&swiss, &profile, true).unwrap_err();
        let wrong: Vec<_> = wrong.iter().map(|it| (it.field, it.code)).collect();
        assert_eq!(wrong, [("currency", code::FIXED), ("email", code::EMAIL)]);
        let same = record().edited(&proposed(), &ProfileData::default(), true);
        assert_eq!(same, Ok(record()));
    }
}
