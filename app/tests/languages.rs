//! What the app says is whole in each language, and is in that language.

mod texts;

use orderline_domain::language::Language;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use whatlang::{Detector, Lang};

/// Texts with more letters than this are recognised as their language.
const RECOGNISED_FROM: usize = 40;

/// The plural forms that CLDR has for whole numbers.
const fn plural_forms(language: Language) -> &'static [&'static str] {
    match language {
        Language::German | Language::English => &["one", "other"],
        Language::French
        | Language::Italian
        | Language::Portuguese
        | Language::BrazilianPortuguese => &["many", "one", "other"],
        Language::Romanian => &["few", "one", "other"],
    }
}

const fn recognised_as(language: Language) -> Lang {
    match language {
        Language::German => Lang::Deu,
        Language::English => Lang::Eng,
        Language::French => Lang::Fra,
        Language::Italian => Lang::Ita,
        Language::Portuguese | Language::BrazilianPortuguese => Lang::Por,
        Language::Romanian => Lang::Ron,
    }
}

/// A text in all its forms; the form's name is empty for a text that has one alone.
fn forms(value: &Value) -> BTreeMap<&str, &str> {
    match value {
        Value::String(text) => BTreeMap::from([("", text.as_str())]),
        Value::Object(forms) => forms
            .iter()
            .map(|(form, text)| (form.as_str(), text.as_str().expect("a text")))
            .collect(),
        other => panic!("no text: {other}"),
    }
}

/// What stands in braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').expect("a closed brace").0)
        .collect()
}

/// The words alone, without placeholders.
fn words(text: &str) -> String {
    let mut parts = text.split('{');
    let mut words = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        words.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    words
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Of a list beside this file the lines, each with the tags of its languages before `|`.
fn list(name: &str) -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    let text = fs::read_to_string(path).expect("readable");
    text.lines()
        .filter_map(|line| line.split_once('|'))
        .flat_map(|(tags, what)| {
            tags.split_whitespace()
                .map(|tag| (tag.to_owned(), what.trim().to_owned()))
        })
        .collect()
}

fn others() -> impl Iterator<Item = Language> {
    Language::ALL
        .into_iter()
        .filter(|it| *it != Language::English)
}

#[test]
fn p8_each_language_has_each_text_with_its_placeholders_and_plural_forms() {
    let english = texts::of("en");
    for language in Language::ALL {
        let tag = language.tag();
        let own = texts::of(tag);
        assert!(
            own.keys().eq(english.keys()),
            "keys of {tag} differ: {:?}",
            {
                let (own, english): (BTreeSet<_>, BTreeSet<_>) =
                    (own.keys().collect(), english.keys().collect());
                own.symmetric_difference(&english)
                    .copied()
                    .collect::<Vec<_>>()
            }
        );
        for (key, text) in &own {
            let (here, there) = (forms(text), forms(&english[key]));
            if text.is_object() {
                assert!(
                    here.keys().eq(plural_forms(language)),
                    "plural forms of {key} in {tag}: {:?}",
                    here.keys()
                );
            }
            for (form, text) in here {
                assert!(!text.trim().is_empty(), "{key} in {tag} is empty");
                let same = there.get(form).or(there.get("other"));
                let mut wanted = placeholders(same.expect("an English text"));
                let mut found = placeholders(text);
                // One thing may be counted in a word.
                if form == "one" {
                    wanted.remove("count");
                    found.remove("count");
                }
                assert_eq!(found, wanted, "placeholders of {key} in {tag}");
            }
        }
    }
}

#[test]
fn p8_a_text_that_reads_as_in_english_is_one_of_a_few() {
    let english = texts::of("en");
    let allowed = list("same_as_english.txt");
    let mut same = BTreeSet::new();
    for language in others() {
        for (key, text) in &texts::of(language.tag()) {
            let (here, there) = (forms(text), forms(&english[key]));
            for (form, text) in here {
                if letters(&words(text)) > 0 && there.get(form) == Some(&text) {
                    same.insert((language.tag().to_owned(), text.to_owned()));
                }
            }
        }
    }
    let missing: Vec<_> = same.difference(&allowed).collect();
    assert!(missing.is_empty(), "left in English: {missing:?}");
    let stale: Vec<_> = allowed.difference(&same).collect();
    assert!(stale.is_empty(), "listed for nothing: {stale:?}");
}

#[test]
fn p8_a_long_text_is_recognised_as_its_language() {
    let known = Language::ALL.map(recognised_as).to_vec();
    let detector = Detector::with_allowlist(known);
    let excused = list("not_recognised.txt");
    let mut wrong = BTreeSet::new();
    for language in Language::ALL {
        for (key, text) in &texts::of(language.tag()) {
            for text in forms(text).into_values().map(words) {
                if letters(&text) > RECOGNISED_FROM
                    && detector.detect_lang(&text) != Some(recognised_as(language))
                {
                    wrong.insert((language.tag().to_owned(), key.clone()));
                }
            }
        }
    }
    let unknown: Vec<_> = wrong.difference(&excused).collect();
    assert!(unknown.is_empty(), "not in their language: {unknown:?}");
    let stale: Vec<_> = excused.difference(&wrong).collect();
    assert!(stale.is_empty(), "listed for nothing: {stale:?}");
}
