//! The languages that Orderline's own words are written in, and which of several texts a reader gets.

use serde::{Deserialize, Serialize};

/// A language that some of Orderline's own texts ship in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "de")]
    German,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "fr")]
    French,
    #[serde(rename = "it")]
    Italian,
    #[serde(rename = "pt")]
    Portuguese,
    #[serde(rename = "pt-BR")]
    BrazilianPortuguese,
    #[serde(rename = "ro")]
    Romanian,
}

impl Language {
    pub const ALL: [Self; 7] = [
        Self::German,
        Self::English,
        Self::French,
        Self::Italian,
        Self::Portuguese,
        Self::BrazilianPortuguese,
        Self::Romanian,
    ];
    /// The one that is read where none is known to suit better.
    pub const COMMON: Self = Self::English;

    /// BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Portuguese => "pt",
            Self::BrazilianPortuguese => "pt-BR",
            Self::Romanian => "ro",
        }
    }

    /// The language of exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.tag() == tag)
    }

    /// Of these the one for a reader of this tag.
    pub fn for_reader(shipped: &[Self], tag: &str) -> Self {
        best(shipped, tag, |it| it.tag())
            .copied()
            .unwrap_or(Self::COMMON)
    }

    /// What people in a country read, as far as we have words in it.
    pub fn of_country(code: &str) -> &'static [Self] {
        match code {
            "DE" | "AT" => &[Self::German],
            "CH" => &[Self::German, Self::French, Self::Italian],
            "FR" => &[Self::French],
            "IT" => &[Self::Italian],
            "PT" => &[Self::Portuguese],
            "BR" => &[Self::BrazilianPortuguese],
            "RO" => &[Self::Romanian],
            _ => &[],
        }
    }
}

/// Two or three lower-case letters, then perhaps a country: `de`, `pt-BR`.
pub fn is_tag(tag: &str) -> bool {
    let (language, region) = match tag.split_once('-') {
        Some((language, region)) => (language, Some(region)),
        None => (tag, None),
    };
    (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && region.is_none_or(crate::country::is_country)
}

/// Of several texts the one for a reader of this language: the same, else one of the same primary language, else
/// the common one, else the first.
pub fn best<'a, T>(texts: &'a [T], language: &str, of: impl Fn(&T) -> &str) -> Option<&'a T> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    let wanted = primary(language);
    texts
        .iter()
        .find(|it| of(it) == language)
        .or_else(|| texts.iter().find(|it| primary(of(it)) == wanted))
        .or_else(|| texts.iter().find(|it| of(it) == Language::COMMON.tag()))
        .or_else(|| texts.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_tags() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            let json = serde_json::to_value(language).unwrap();
            assert_eq!(json, serde_json::json!(language.tag()));
        }
        assert_eq!(Language::from_tag("nl"), None);
    }

    #[test]
    fn a_reader_gets_what_suits_best() {
        let shipped = [Language::English, Language::BrazilianPortuguese];
        for (tag, got) in [
            ("pt", "pt-BR"),
            ("pt-BR", "pt-BR"),
            ("de", "en"),
            ("", "en"),
        ] {
            assert_eq!(Language::for_reader(&shipped, tag).tag(), got);
        }
    }
}
