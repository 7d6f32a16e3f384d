//! The texts themselves: a flat map from key to text, or to the plural forms of a text.

use crate::json;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use std::collections::BTreeMap;

/// Largest number of keys that a locale file may have.
const MAX_KEYS: usize = 4_000;

/// A plural category as CLDR names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluralForm {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl PluralForm {
    /// The category called `name`; anything unknown counts as `other`, which every language has.
    pub fn from_name(name: &str) -> Self {
        match name {
            "zero" => Self::Zero,
            "one" => Self::One,
            "two" => Self::Two,
            "few" => Self::Few,
            "many" => Self::Many,
            _ => Self::Other,
        }
    }
}

#[derive(Debug)]
enum Entry {
    Text(String),
    Plural(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text or its plural forms")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut forms: A) -> Result<Entry, A::Error> {
        let mut plural = BTreeMap::new();
        while let Some((form, text)) = forms.next_entry()? {
            plural.insert(form, text);
        }
        Ok(Entry::Plural(plural))
    }
}

/// Why a locale file was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum CatalogueError {
    Unreadable(String),
    TooManyKeys(usize),
    /// A plural entry without the form `other`.
    NoOther(String),
}

impl std::fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "the locale file cannot be read: {why}"),
            Self::TooManyKeys(n) => write!(
                f,
                "the locale file has {n} keys, at most {MAX_KEYS} are allowed"
            ),
            Self::NoOther(key) => write!(f, "the plural text {key} has no form `other`"),
        }
    }
}

/// The texts of one language.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: BTreeMap<String, Entry>,
}

impl Catalogue {
    /// Reads a locale file.
    ///
    /// # Errors
    /// When it is no JSON object of texts and plural texts, is too large, or lacks an `other` form.
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        let entries: BTreeMap<String, Entry> =
            json::read(json).map_err(|e| CatalogueError::Unreadable(e.to_string()))?;
        if entries.len() > MAX_KEYS {
            return Err(CatalogueError::TooManyKeys(entries.len()));
        }
        for (key, entry) in &entries {
            if let Entry::Plural(forms) = entry
                && !forms.contains_key("other")
            {
                return Err(CatalogueError::NoOther(key.clone()));
            }
        }
        Ok(Self { entries })
    }

    /// Whether there is a text under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Every key, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The text under `key` with its placeholders filled; the key itself when there is none.
    pub fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        match self.entries.get(key) {
            Some(Entry::Text(text)) => fill(text, values),
            Some(Entry::Plural(forms)) => forms
                .get("other")
                .map_or_else(|| key.to_owned(), |text| fill(text, values)),
            None => key.to_owned(),
        }
    }

    /// The given plural form of `key`, or its `other` form where the language does not tell them apart.
    pub fn plural(&self, key: &str, form: PluralForm, values: &[(&str, &str)]) -> String {
        if let Some(Entry::Plural(forms)) = self.entries.get(key) {
            let exact = forms
                .iter()
                .find(|(name, _)| PluralForm::from_name(name) == form);
            if let Some((_, text)) = exact {
                return fill(text, values);
            }
        }
        self.text(key, values)
    }
}

/// Replaces `{name}` in one pass, so that a value which looks like a placeholder stays as it is.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else {
            out.push_str(&rest[open..]);
            return out;
        };
        let name = &after[..close];
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => push_isolated(&mut out, value),
            None => out.push_str(&rest[open..open + close + 2]),
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Puts a value into a sentence. One that is written from right to left is isolated (UAX #9), as `<bdi>` does in
/// markup, so that it does not turn what stands around it.
fn push_isolated(out: &mut String, value: &str) {
    const FIRST_STRONG: char = '\u{2068}';
    const POP: char = '\u{2069}';
    if value.chars().any(is_right_to_left) {
        out.push(FIRST_STRONG);
        out.push_str(value);
        out.push(POP);
    } else {
        out.push_str(value);
    }
}

/// Whether the letter is of a script that runs from right to left (blocks with the classes R and AL).
const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::parse(r#"{"hello":"Hello {name}, {name}!","n":{"one":"{count} call","other":"{count} calls"}}"#)
            .expect("readable")
    }

    #[test]
    fn fills_placeholders_once_each() {
        assert_eq!(
            catalogue().text("hello", &[("name", "{name}")]),
            "Hello {name}, {name}!"
        );
        assert_eq!(
            catalogue().text("hello", &[("name", "Jana")]),
            "Hello Jana, Jana!"
        );
    }

    #[test]
    fn a_name_that_runs_the_other_way_leaves_the_sentence_as_it_is() {
        assert_eq!(
            catalogue().text("hello", &[("name", "יעל")]),
            "Hello \u{2068}יעל\u{2069}, \u{2068}יעל\u{2069}!"
        );
        assert_eq!(
            catalogue().text("hello", &[("name", "Zoë 字")]),
            "Hello Zoë 字, Zoë 字!"
        );
    }

    #[test]
    fn picks_the_plural_form_and_falls_back_to_other() {
        assert_eq!(
            catalogue().plural("n", PluralForm::One, &[("count", "1")]),
            "1 call"
        );
        assert_eq!(
            catalogue().plural("n", PluralForm::Few, &[("count", "3")]),
            "3 calls"
        );
    }

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(catalogue().text("nothing.here", &[]), "nothing.here");
    }

    #[test]
    fn a_plural_without_other_is_refused() {
        let refused = Catalogue::parse(r#"{"n":{"one":"x"}}"#).map(|_| ());
        assert_eq!(refused, Err(CatalogueError::NoOther("n".to_owned())));
    }

    #[test]
    fn unclosed_braces_stay() {
        assert_eq!(fill("a {b", &[("b", "x")]), "a {b");
    }
}
