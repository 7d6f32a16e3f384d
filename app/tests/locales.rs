//! Every text that the code asks for exists in English, and none stands there unused.

mod texts;

use orderline_app::locale::Catalogue;
use orderline_domain::field::code;
use orderline_protocol::problem::Code;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Keys that are put together from a code of the server: looked up only where they exist.
const FROM_CODES: [&str; 2] = ["problem.", "field_error."];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// Every string literal in the sources that looks like a key: lower-case words with dots between.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|part| {
        part.contains('.')
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
    })
}

/// The first argument of every call of `t`, `t_with` and `t_count`, where it is a literal.
fn asked_for(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for name in ["t(", "t_with(", "t_count("] {
        for (at, _) in text.match_indices(name) {
            let called = text[..at]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let argument = text[at + name.len()..].trim_start();
            if let Some(literal) = argument.strip_prefix('"').filter(|_| called)
                && let Some(end) = literal.find('"')
            {
                keys.insert(literal[..end].to_owned());
            }
        }
    }
    keys
}

fn sources_text() -> Vec<String> {
    let mut paths = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut paths,
    );
    paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect()
}

fn english() -> Catalogue {
    let texts = texts::of("en");
    Catalogue::parse(&serde_json::to_string(&texts).expect("JSON")).expect("a locale file")
}

/// The keys in what the page shows before the app runs: each between double braces.
fn in_the_shell() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("shell.html");
    let html = fs::read_to_string(path).expect("readable");
    html.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
        .filter(|name| name.contains('.'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let english = english();
    let missing: Vec<String> = sources_text()
        .iter()
        .flat_map(|text| asked_for(text))
        .chain(in_the_shell())
        .filter(|key| !english.has(key))
        .collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn no_text_stands_unused() {
    let texts = sources_text();
    let used: BTreeSet<&str> = texts.iter().flat_map(|text| literals(text)).collect();
    let shell = in_the_shell();
    let english = english();
    let unused: Vec<&str> = english
        .keys()
        .filter(|key| !FROM_CODES.iter().any(|prefix| key.starts_with(prefix)))
        .filter(|key| !used.contains(key) && !shell.contains(*key))
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn every_problem_has_its_words() {
    let english = english();
    for code in Code::ALL {
        let name = serde_json::to_value(code).expect("a name");
        let key = format!("problem.{}", name.as_str().expect("a text"));
        assert!(english.has(&key), "no text for {key}");
    }
}

#[test]
fn every_field_error_of_the_rules_has_its_words() {
    let english = english();
    for name in code::ALL {
        assert!(
            english.has(&format!("field_error.{name}")),
            "no text for {name}"
        );
    }
}
