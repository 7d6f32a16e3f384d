//! The languages that Orderline's own words are written in, and which of several texts a reader gets.

use serde::{Deserialize, Serialize};

/// Languages of a browser's wish that are looked at.
const MAX_RANGES: usize = 20;

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

    /// What it calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
            Self::French => "Français",
            Self::Italian => "Italiano",
            Self::Portuguese => "Português",
            Self::BrazilianPortuguese => "Português (Brasil)",
            Self::Romanian => "Română",
        }
    }

    /// How its numbers and dates are written where nothing tells the reader's country (BCP 47). CLDR takes a bare `pt`
    /// for Brazil's and a bare `en` for the United States'.
    pub const fn format_tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::Portuguese => "pt-PT",
            other => other.tag(),
        }
    }

    /// The language of exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.tag() == tag)
    }

    /// The language that a browser means by this tag: the same, else one of the same primary language.
    pub fn meant_by(tag: &str) -> Option<Self> {
        let primary = |tag: &str| {
            tag.split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        let wanted = primary(tag);
        let mut all = Self::ALL.into_iter();
        all.clone()
            .find(|it| it.tag().eq_ignore_ascii_case(tag))
            .or_else(|| all.find(|it| primary(it.tag()) == wanted))
    }

    /// What a browser likes best of what we speak, by its `Accept-Language` (RFC 9110).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',').take(MAX_RANGES) {
            let mut parts = range.split(';').map(str::trim);
            let language = parts.next().and_then(Self::meant_by);
            let weight = parts.find_map(|it| it.strip_prefix("q="));
            let weight = weight.map_or(1.0, |it| it.parse::<f32>().unwrap_or(0.0));
            if let Some(language) = language
                && weight > best.map_or(0.0, |(weight, _)| weight)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// Of these the one for a reader of this tag.
    pub fn for_reader(shipped: &[Self], tag: &str) -> Self {
        best(shipped, tag, |it| it.tag())
            .copied()
            .unwrap_or(Self::COMMON)
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
    fn a_browser_gets_what_it_likes_best_of_what_we_speak() {
        for (header, got) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("nl,en;q=0.5,fr;q=0.7", Some(Language::French)),
            ("pt-br", Some(Language::BrazilianPortuguese)),
            ("pt-AO, pt;q=0.9", Some(Language::Portuguese)),
            ("en;q=0, ro;q=0.1", Some(Language::Romanian)),
            ("en;q=nonsense", None),
            ("nl, *", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), got, "{header}");
        }
        let late = format!("{}de", "nl,".repeat(MAX_RANGES));
        assert_eq!(Language::accepted(&late), None);
    }

    #[test]
    fn numbers_and_dates_follow_a_tag_of_the_same_language() {
        for language in Language::ALL {
            assert_eq!(Language::meant_by(language.format_tag()), Some(language));
        }
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
