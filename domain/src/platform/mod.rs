//! The installation: what is told of it when it is set up.

use crate::{
    country::is_country,
    field::{FieldCode, FieldError, code},
    people::{password::Password, person},
    text::{self, MailAddress},
};
use serde::{Deserialize, Serialize};

/// Longest names, in characters.
const MAX_NAME: usize = 200;
/// Longest registered address, in characters.
const MAX_ADDRESS: usize = 500;
/// Longest text of an entity's terms, in characters.
const MAX_TERMS: usize = 200_000;

/// What the first person of an installation types.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProposedPlatform {
    /// What the platform is called.
    pub name: String,
    pub entity: ProposedEntity,
    pub admin: ProposedAdmin,
}

/// Who the contracts will be with.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProposedEntity {
    pub name: String,
    /// The registered address, in lines as it is printed.
    pub address: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The text of its terms, which becomes their first version.
    pub terms: String,
}

/// The first admin.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProposedAdmin {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// An installation that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformData {
    pub name: String,
    pub entity: EntityData,
    pub admin: AdminData,
}

/// A legal entity that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityData {
    pub name: String,
    pub address: String,
    pub country: String,
    pub terms: String,
}

/// An admin that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminData {
    pub name: String,
    /// As it is compared.
    pub email: String,
    pub password: Password,
}

impl PlatformData {
    /// Reads what was typed; every field that is wrong is named.
    pub fn new(
        proposed: &ProposedPlatform,
        is_common: fn(&str) -> bool,
    ) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = text::name(&proposed.name, MAX_NAME)
            .map_err(|bad| wrong.push(bad.at("name")))
            .ok();
        let entity = EntityData::new(&proposed.entity, &mut wrong);
        let admin = AdminData::new(&proposed.admin, is_common, &mut wrong);
        match (name, entity, admin) {
            (Some(name), Some(entity), Some(admin)) => Ok(Self {
                name,
                entity,
                admin,
            }),
            _ => Err(wrong),
        }
    }
}

impl EntityData {
    fn new(proposed: &ProposedEntity, wrong: &mut Vec<FieldError>) -> Option<Self> {
        let name = text::name(&proposed.name, MAX_NAME)
            .map_err(|bad| wrong.push(bad.at("entity.name")))
            .ok();
        let address = text::paragraph(&proposed.address, MAX_ADDRESS)
            .map_err(|bad| wrong.push(bad.at("entity.address")))
            .ok();
        let country = proposed.country.trim().to_ascii_uppercase();
        let known = is_country(&country);
        if !known {
            wrong.push(FieldError::new("entity.country", unknown(&country)));
        }
        let terms = text::paragraph(&proposed.terms, MAX_TERMS)
            .map_err(|bad| wrong.push(bad.at("entity.terms")))
            .ok();
        Some(Self {
            name: name?,
            address: address?,
            country: known.then_some(country)?,
            terms: terms?,
        })
    }
}

impl AdminData {
    fn new(
        proposed: &ProposedAdmin,
        is_common: fn(&str) -> bool,
        wrong: &mut Vec<FieldError>,
    ) -> Option<Self> {
        let name = person::name(&proposed.name)
            .map_err(|bad| wrong.push(bad.at("admin.name")))
            .ok();
        let email = MailAddress::new(&proposed.email)
            .map(|it| it.folded())
            .map_err(|bad| wrong.push(bad.at("admin.email")))
            .ok();
        let own = email.as_deref().unwrap_or_default();
        let password = Password::choose("admin.password", &proposed.password, own, is_common)
            .map_err(|bad| wrong.push(bad))
            .ok();
        Some(Self {
            name: name?,
            email: email?,
            password: password?,
        })
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

    fn proposed() -> ProposedPlatform {
        ProposedPlatform {
            name: "Orderline".to_owned(),
            entity: ProposedEntity {
                name: "Orderline Platform GmbH".to_owned(),
                address: "Hafenstraße 1\n20457 Hamburg".to_owned(),
                country: "DE".to_owned(),
                terms: "1. These terms hold.".to_owned(),
            },
            admin: ProposedAdmin {
                name: "Ada".to_owned(),
                email: "Ada@Platform.example".to_owned(),
                password: "correct horse battery staple".to_owned(),
            },
        }
    }

    #[test]
    fn what_was_typed_is_read() {
        let data = PlatformData::new(&proposed(), |_| false).unwrap();
        assert_eq!(data.admin.email, "ada@platform.example");
        assert_eq!(data.entity.address, "Hafenstraße 1\n20457 Hamburg");
    }

    #[test]
    fn each_wrong_field_is_named_at_once() {
        let mut empty = proposed();
        empty.name.clear();
        empty.entity.address = "  ".to_owned();
        empty.entity.country = "Deutschland".to_owned();
        empty.entity.terms.clear();
        empty.admin.email = "ada".to_owned();
        empty.admin.password = "short".to_owned();
        let wrong = PlatformData::new(&empty, |_| false).unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|it| it.field).collect();
        let wanted = [
            "name",
            "entity.address",
            "entity.country",
            "entity.terms",
            "admin.email",
            "admin.password",
        ];
        assert_eq!(fields, wanted);
    }
}
