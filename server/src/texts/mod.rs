//! Every text that leaves the server, by kind and language: mails, what stands in calendars and text messages, what
//! buyers are told under a policy and what they accept. The pages' own texts are the app's.
//!
//! Texts with values in them are templates (`{{ name }}`); a name that the caller did not give is a fault that the
//! tests find, never an empty place.

mod legal;
mod line;
mod mail;

pub(crate) use legal::{acceptances, wordings};
pub(crate) use line::Line;
pub(crate) use mail::MailKind;

use minijinja::{Environment, UndefinedBehavior, Value};
use orderline_domain::language::{Language, best};
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

/// Of a text's languages the one for a reader of this tag.
fn for_reader(templates: &'static [Template], tag: &str) -> &'static str {
    best(templates, tag, |(language, _)| language.tag()).map_or("", |(_, text)| text)
}

/// The files of a text, by language.
macro_rules! shipped {
    ($name:literal, $($language:ident = $tag:literal),+ $(,)?) => {
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

    /// Each text ships in each language that its kind ships in, has every value in its place, and no other.
    #[test]
    fn every_text_ships_in_every_language_of_its_kind() {
        let languages = |templates: &[Template]| -> Vec<Language> {
            templates.iter().map(|(language, _)| *language).collect()
        };
        for kind in MailKind::ALL {
            assert_eq!(
                languages(kind.templates()),
                languages(MailKind::CallRings.templates())
            );
            assert_eq!(MailKind::from_name(kind.name()), Some(kind));
            for (language, template) in kind.templates() {
                let values: Vec<(&str, &str)> =
                    kind.places().iter().map(|name| (*name, "x")).collect();
                let written = kind.written(language.tag(), &values).unwrap();
                assert!(
                    !written.subject.is_empty() && !written.text.is_empty(),
                    "{kind:?}"
                );
                assert_places(template, kind.places());
            }
        }
        for line in Line::ALL {
            assert_eq!(
                languages(line.templates()),
                languages(Line::SmsCode.templates())
            );
            for (language, template) in line.templates() {
                let values: Vec<(&str, &str)> =
                    line.places().iter().map(|name| (*name, "x")).collect();
                assert!(!line.written(language.tag(), &values).unwrap().is_empty());
                assert_places(template, line.places());
            }
        }
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
