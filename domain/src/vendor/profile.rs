//! What is known of a vendor beyond what it is made with: who it is in law, how it is reached, what it speaks.

use super::colour::{BadColour, Colour};
use crate::{
    field::{FieldError, code, taken},
    language::Language,
    phone,
    text::{self, MailAddress},
};
use serde::{Deserialize, Serialize};

/// Longest name in law, in characters.
pub const MAX_LEGAL_NAME: usize = 200;
/// Longest registered address, in characters.
pub const MAX_ADDRESS: usize = 500;
/// Longest VAT or register number, in characters.
pub const MAX_REGISTER_NUMBER: usize = 100;

/// A profile as it is typed; empty texts are fields that are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// The registered address, in lines as it is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// VAT or register number, as it is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What its people speak (BCP 47); one at least.
    pub languages: Vec<String>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
}

impl Default for ProfileData {
    fn default() -> Self {
        Self {
            legal_name: None,
            address: None,
            register_number: None,
            email: None,
            phone: None,
            languages: vec![Language::COMMON.tag().to_owned()],
            colour: None,
        }
    }
}

/// A profile whose every field is after its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile(ProfileData);

impl Profile {
    /// Checks; all complaints at once, in the order of the form.
    pub fn new(typed: &ProfileData) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let profile = ProfileData {
            legal_name: taken(
                &mut wrong,
                text::optional("legal_name", typed.legal_name.as_deref(), |it| {
                    text::name(it, MAX_LEGAL_NAME)
                }),
            ),
            address: taken(
                &mut wrong,
                text::optional("address", typed.address.as_deref(), |it| {
                    text::paragraph(it, MAX_ADDRESS)
                }),
            ),
            register_number: taken(
                &mut wrong,
                text::optional("register_number", typed.register_number.as_deref(), |it| {
                    text::name(it, MAX_REGISTER_NUMBER)
                }),
            ),
            email: taken(
                &mut wrong,
                text::optional("email", typed.email.as_deref(), MailAddress::new),
            )
            .map(String::from),
            phone: taken(
                &mut wrong,
                text::optional("phone", typed.phone.as_deref(), phone::shape),
            ),
            languages: taken(&mut wrong, languages(&typed.languages)),
            colour: taken(&mut wrong, colour(typed.colour.as_deref())),
        };
        if wrong.is_empty() {
            Ok(Self(profile))
        } else {
            Err(wrong)
        }
    }

    pub const fn data(&self) -> &ProfileData {
        &self.0
    }
}

/// Each once, in the order in which all are listed.
fn languages(tags: &[String]) -> Result<Vec<String>, FieldError> {
    if tags.iter().any(|tag| Language::from_tag(tag).is_none()) {
        return Err(FieldError::new("languages", code::UNKNOWN));
    }
    let spoken = Language::ALL.map(Language::tag).into_iter();
    let spoken: Vec<String> = spoken
        .filter(|tag| tags.iter().any(|it| it == tag))
        .map(str::to_owned)
        .collect();
    if spoken.is_empty() {
        return Err(FieldError::new("languages", code::REQUIRED));
    }
    Ok(spoken)
}

fn colour(text: Option<&str>) -> Result<Option<String>, FieldError> {
    let Some(text) = text.map(str::trim).filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    match Colour::seen(text) {
        Ok(colour) => Ok(Some(colour.hex())),
        Err(BadColour::Form) => Err(FieldError::new("colour", code::INVALID)),
        Err(BadColour::Unseen) => Err(FieldError::new("colour", code::LOW_CONTRAST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read() {
        let typed = ProfileData {
            legal_name: Some(" Südwind Reisen GmbH ".to_owned()),
            address: Some("Hauptstraße 1\n1010 Wien".to_owned()),
            register_number: Some(" ".to_owned()),
            email: Some("office@suedwind.example".to_owned()),
            phone: Some("+4314000".to_owned()),
            languages: ["it", "de", "it"].map(str::to_owned).to_vec(),
            colour: Some("#3B74C4".to_owned()),
        };
        let read = Profile::new(&typed).unwrap();
        assert_eq!(
            read.data().legal_name.as_deref(),
            Some("Südwind Reisen GmbH")
        );
        assert_eq!(read.data().register_number, None);
        assert_eq!(read.data().languages, ["de", "it"]);
        assert_eq!(read.data().colour.as_deref(), Some("#3b74c4"));
        assert_eq!(Profile::new(read.data()).as_ref(), Ok(&read));
        assert_eq!(
            Profile::new(&ProfileData::default()),
            Ok(Profile::default())
        );
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = Profile::new(&ProfileData {
            legal_name: Some("x".repeat(MAX_LEGAL_NAME + 1)),
            address: Some("x".repeat(MAX_ADDRESS + 1)),
            register_number: Some("x".repeat(MAX_REGISTER_NUMBER + 1)),
            email: Some("office".to_owned()),
            phone: Some("12".to_owned()),
            languages: vec!["tlh".to_owned()],
            colour: Some("#ffffff".to_owned()),
        });
        let fields: Vec<_> = wrong.unwrap_err().iter().map(|it| it.field).collect();
        let wanted = [
            "legal_name",
            "address",
            "register_number",
            "email",
            "phone",
            "languages",
            "colour",
        ];
        assert_eq!(fields, wanted);
        let silent = ProfileData {
            languages: Vec::new(),
            ..ProfileData::default()
        };
        let wrong = Profile::new(&silent).unwrap_err();
        assert_eq!(
            (wrong[0].field, wrong[0].code),
            ("languages", code::REQUIRED)
        );
    }
}
