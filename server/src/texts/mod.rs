//! Every text that leaves the server, by kind and language: mails, what stands in calendars and text messages, what
//! buyers are told under a policy and what they accept. The pages' own texts are the app's.
//!
//! Texts with values in them are templates (`{{ name }}`); a name that the caller did not give is a fault that the
//! tests find, never an empty place.

mod format;
mod legal;
mod line;
mod mail;

pub(crate) use format::{moment, money};
pub(crate) use legal::{acceptances, wordings};
pub(crate) use line::Line;
pub(crate) use mail::MailKind;

use minijinja::{Environment, UndefinedBehavior, Value};
use orderline_domain::language::Language;
use std::collections::BTreeMap;

/// Why a template could not be filled.
#[derive(Debug, thiserror::Error)]
#[error("a text of the server: {0}")]
pub struct BadTemplate(#[from] minijinja::Error);

/// A template with its values in place. A value brings no line of its own, and is never looked into for templates.
fn filled(template: &str, values: &[(&str, &str)]) -> Result<String, BadTemplate> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let values: BTreeMap<String, Value> = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(in_one_line(value))))
        .collect();
    Ok(environment.render_str(template, values)?)
}

fn in_one_line(value: &str) -> String {
    value
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A text in one language.
type Template = (Language, &'static str);

/// A text in the reader's language.
fn for_reader(templates: &'static [Template], reader: Language) -> &'static str {
    let own = templates.iter().find(|(language, _)| *language == reader);
    own.map_or("", |(_, text)| text)
}

/// The files of a text, one a language.
macro_rules! shipped {
    ($name:literal) => {
        shipped!(
            $name,
            German = "de",
            English = "en",
            French = "fr",
            Italian = "it",
            Portuguese = "pt",
            BrazilianPortuguese = "pt-BR",
            Romanian = "ro"
        )
    };
    ($name:literal, $($language:ident = $tag:literal),+) => {
        &[$((
            orderline_domain::language::Language::$language,
            include_str!(concat!("../../locales/", $name, ".", $tag, ".txt")),
        )),+]
    };
}
use shipped;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_places_and_nowhere_else() {
        let values = [
            ("name", "Ma{{ link }}ra\r\nBcc: x"),
            ("link", "https://x.example/?a=1&b=<2>"),
        ];
        let text = filled("Hello {{ name }},\n{{ link }} {x}", &values).unwrap();
        assert_eq!(
            text,
            "Hello Ma{{ link }}ra  Bcc: x,\nhttps://x.example/?a=1&b=<2> {x}"
        );
        assert!(filled("{{ nobody }}", &values).is_err());
    }

    /// Each text with its places, by its name.
    fn all() -> Vec<(String, &'static [Template], &'static [&'static str])> {
        let mails = MailKind::ALL.map(|it| (it.name().to_owned(), it.templates(), it.places()));
        let lines = Line::ALL.map(|it| (format!("{it:?}"), it.templates(), it.places()));
        mails.into_iter().chain(lines).collect()
    }

    /// Each text ships in every language, has its values in their places, and no other.
    #[test]
    fn p8_every_text_ships_in_every_language_with_its_values() {
        for (name, templates, places) in all() {
            let languages: Vec<Language> = templates.iter().map(|(it, _)| *it).collect();
            assert_eq!(languages, Language::ALL, "{name}");
            for (language, template) in templates {
                assert_places(template, places);
                let english = for_reader(templates, Language::English);
                for place in places.iter().map(|place| format!("{{{{ {place} }}}}")) {
                    assert_eq!(
                        template.contains(&place),
                        english.contains(&place),
                        "{place} in {name}, {language:?}"
                    );
                }
            }
        }
        for kind in MailKind::ALL {
            assert_eq!(MailKind::from_name(kind.name()), Some(kind));
            let values: Vec<(&str, &str)> = kind.places().iter().map(|name| (*name, "x")).collect();
            for language in Language::ALL {
                let written = kind.written(language, &values).unwrap();
                assert!(
                    !written.subject.is_empty() && !written.text.is_empty(),
                    "{kind:?}"
                );
            }
        }
    }

    /// A text is in the language of its file's name. What buyers are told and accept is too.
    #[test]
    fn p8_every_text_is_in_its_language() {
        const LETTERS: usize = 40;
        let known = Language::ALL.map(recognised_as).to_vec();
        let detector = whatlang::Detector::with_allowlist(known);
        let legal = wordings().into_iter().map(|it| (it.language, it.text));
        let accepted = acceptances().into_iter().map(|it| (it.language, it.text));
        let legal = legal
            .chain(accepted)
            .map(|(tag, text)| (Language::from_tag(&tag).expect("a language"), text));
        let ours = all().into_iter().flat_map(|(_, templates, _)| {
            templates
                .iter()
                .map(|(language, text)| (*language, words(text)))
        });
        for (language, text) in ours.chain(legal) {
            if text.chars().filter(|c| c.is_alphabetic()).count() > LETTERS {
                let found = detector.detect_lang(&text);
                assert_eq!(found, Some(recognised_as(language)), "{text}");
            }
        }
        for (name, templates, _) in all() {
            let english = for_reader(templates, Language::English);
            let same = templates.iter().filter(|(_, text)| *text == english);
            assert_eq!(same.count(), 1, "{name} reads the same in two languages");
        }
    }

    const fn recognised_as(language: Language) -> whatlang::Lang {
        match language {
            Language::German => whatlang::Lang::Deu,
            Language::English => whatlang::Lang::Eng,
            Language::French => whatlang::Lang::Fra,
            Language::Italian => whatlang::Lang::Ita,
            Language::Portuguese | Language::BrazilianPortuguese => whatlang::Lang::Por,
            Language::Romanian => whatlang::Lang::Ron,
        }
    }

    /// A template without its places.
    fn words(template: &str) -> String {
        let mut parts = template.split("{{");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |words, part| {
            words + part.split_once("}}").map_or(part, |(_, rest)| rest)
        })
    }

    /// No place of the template without a value, and nothing in single brackets that once was one.
    fn assert_places(template: &str, places: &[&str]) {
        let mut rest = template;
        while let Some((_, after)) = rest.split_once("{{ ") {
            let (name, behind) = after.split_once(" }}").unwrap();
            assert!(places.contains(&name), "{name} in {template}");
            rest = behind;
        }
        assert!(!template.replace("{{", "").contains('{'), "{template}");
    }
}
