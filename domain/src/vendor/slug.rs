//! The last part of the address of a vendor's public page.

use crate::{
    field::{FieldError, code},
    text,
};

/// Shortest and longest. An id has 32 digits, and dashes or none between them: it is longer, so the two are never taken for
/// each other.
pub const MIN_SLUG: usize = 3;
pub const MAX_SLUG: usize = 31;

/// Small letters, digits, and dashes between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// What was typed; letters of any size.
    pub fn new(typed: &str) -> Result<Self, FieldError> {
        let slug = text::plain_signs(typed).trim().to_lowercase();
        match slug.chars().count() {
            0 => Err(FieldError::new("slug", code::REQUIRED)),
            1..MIN_SLUG => Err(FieldError::new("slug", code::TOO_SHORT).with("min", &MIN_SLUG)),
            MIN_SLUG..=MAX_SLUG if is_slug(&slug) => Ok(Self(slug)),
            MIN_SLUG..=MAX_SLUG => Err(FieldError::new("slug", code::SLUG)),
            _ => Err(FieldError::new("slug", code::TOO_LONG).with("max", &MAX_SLUG)),
        }
    }

    /// What could be typed for a vendor of this name, if its name is written in Latin letters.
    pub fn proposed(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in name.to_lowercase().chars() {
            match plain(c) {
                Some(letters) => slug.push_str(letters.as_str()),
                None if slug.ends_with('-') => {}
                None => slug.push('-'),
            }
        }
        let mut slug = slug.trim_matches('-').to_owned();
        slug.truncate(MAX_SLUG);
        Self::new(slug.trim_end_matches('-')).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_slug(text: &str) -> bool {
    let letters = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(letters)
}

/// A letter or digit without its marks, as the languages that we speak write it without them.
fn plain(c: char) -> Option<String> {
    let plain = match c {
        'a'..='z' | '0'..='9' => return Some(c.to_string()),
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ă' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
        'ș' | 'ş' => "s",
        'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' => "u",
        'ÿ' => "y",
        _ => return None,
    };
    Some(plain.to_owned())
}
