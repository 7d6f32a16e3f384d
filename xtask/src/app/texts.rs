//! The app's texts: a folder a language, a file a topic; pages load one file a language, with the texts of their app.

use crate::shell::{Workspace, files_below};
use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Topics whose keys are made of what the server answers, in `app/src/locale/problem.rs`: every app has them whole.
const BY_CODE: [&str; 2] = ["problem", "field_error"];

/// The texts of every language, by key.
pub(super) struct Texts(BTreeMap<String, Map<String, Value>>);

impl Texts {
    /// Reads every language.
    ///
    /// # Errors
    /// When a file cannot be read, or a key stands in the wrong file.
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        let mut languages = BTreeMap::new();
        for folder in fs::read_dir(workspace.root.join("app/locales"))? {
            let folder = folder?.path();
            let name = folder.file_name().context("a folder has a name")?;
            languages.insert(name.to_string_lossy().into_owned(), of_language(&folder)?);
        }
        Ok(Self(languages))
    }

    /// The texts of each language, by its tag.
    pub(super) fn languages(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        self.0.iter().map(|(tag, texts)| (tag.as_str(), texts))
    }

    /// Writes `locales/<language>.json` below `folder` for every language, with the texts that an app of this `code` can
    /// show; gives their keys.
    ///
    /// The app asks for a text only by a key that stands in its code (`t` takes no other), and what of the sources an app
    /// never calls is not in its code. So its code tells what it needs, and no list has to be kept.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn write(&self, folder: &Path, code: &[u8]) -> Result<BTreeSet<String>> {
        let place = folder.join("locales");
        fs::create_dir_all(&place)?;
        let mut written = BTreeSet::new();
        for (language, texts) in &self.0 {
            let mut needed = standing_in(code, texts);
            needed.extend(
                texts
                    .keys()
                    .map(String::as_str)
                    .filter(|key| is_by_code(key)),
            );
            let own: Map<String, Value> = texts
                .iter()
                .filter(|(key, _)| needed.contains(key.as_str()))
                .map(|(key, text)| (key.clone(), text.clone()))
                .collect();
            fs::write(
                place.join(format!("{language}.json")),
                serde_json::to_string(&own)?,
            )
            .context("cannot write a language's texts")?;
            written.extend(own.into_iter().map(|(key, _)| key));
        }
        Ok(written)
    }

    /// Holds that each text is in some app, or in the page's `shell`: the sources ask for each, as a test of the app says,
    /// so one that is in none was overlooked in the code.
    ///
    /// # Errors
    /// When a text is nowhere.
    pub(super) fn ensure_none_is_lost(
        &self,
        written: &BTreeSet<String>,
        shell: &[u8],
    ) -> Result<()> {
        for texts in self.0.values() {
            let in_shell = standing_in(shell, texts);
            let lost: Vec<&String> = texts
                .keys()
                .filter(|key| !written.contains(*key) && !in_shell.contains(key.as_str()))
                .collect();
            ensure!(lost.is_empty(), "no app's code holds the keys {lost:?}");
        }
        Ok(())
    }
}

/// The keys whose letters stand in `code`. Each has a dot behind its topic, so dots are where to look.
fn standing_in<'a>(code: &[u8], texts: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    let mut topics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in texts.keys() {
        if let Some(topic) = topic_of(key) {
            topics.entry(topic).or_default().push(key);
        }
    }
    let mut found = BTreeSet::new();
    for (dot, _) in code.iter().enumerate().filter(|(_, byte)| **byte == b'.') {
        for (topic, keys) in &topics {
            if code[..dot].ends_with(topic.as_bytes()) {
                let here = &code[dot - topic.len()..];
                found.extend(keys.iter().filter(|key| here.starts_with(key.as_bytes())));
            }
        }
    }
    found
}

fn is_by_code(key: &str) -> bool {
    topic_of(key).is_some_and(|topic| BY_CODE.contains(&topic))
}

fn topic_of(key: &str) -> Option<&str> {
    key.split_once('.').map(|(topic, _)| topic)
}

/// The texts of every topic of one language.
fn of_language(folder: &Path) -> Result<Map<String, Value>> {
    let mut texts = Map::new();
    for file in files_below(folder, &[])? {
        let topic = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .with_context(|| format!("{} is named after no topic", file.display()))?;
        let json =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let own: Map<String, Value> = serde_json::from_str(&json)
            .with_context(|| format!("{} is no object of texts", file.display()))?;
        for (key, text) in own {
            ensure!(
                topic_of(&key) == Some(topic),
                "{key} stands in {}, which holds the texts of {topic}",
                file.display()
            );
            texts.insert(key, text);
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_joined_and_a_key_stands_in_its_topics_file() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("call.json"), r#"{"call.end": "End"}"#)?;
        fs::write(
            folder.path().join("offer.json"),
            r#"{"offer.show": "Show"}"#,
        )?;
        let texts = of_language(folder.path())?;
        assert_eq!(
            Value::Object(texts),
            serde_json::json!({"call.end": "End", "offer.show": "Show"})
        );

        fs::write(folder.path().join("offer.json"), r#"{"call.end": "End"}"#)?;
        assert!(of_language(folder.path()).is_err());
        Ok(())
    }

    #[test]
    fn an_app_gets_the_texts_whose_keys_stand_in_its_code_and_those_of_the_servers_codes()
    -> Result<()> {
        let keys = [
            "call.end",
            "call.ended",
            "call.end.now",
            "offer.show",
            "offer.hide",
            "problem.lost",
            "field_error.empty",
            "app.name",
        ];
        let english: Map<String, Value> = keys
            .iter()
            .map(|key| ((*key).to_owned(), "…".into()))
            .collect();
        let texts = Texts(BTreeMap::from([("en".to_owned(), english)]));
        let folder = tempfile::tempdir()?;

        // As a compiler lays texts down: without anything between them, one perhaps within another.
        let buyer = texts.write(folder.path(), b"\0.call.endoffer.showcall.ended.\xff")?;
        let wanted = [
            "call.end",
            "call.ended",
            "field_error.empty",
            "offer.show",
            "problem.lost",
        ];
        assert!(buyer.iter().eq(wanted));
        let file = fs::read_to_string(folder.path().join("locales/en.json"))?;
        let file: Map<String, Value> = serde_json::from_str(&file)?;
        assert_eq!(file.keys().cloned().collect::<BTreeSet<_>>(), buyer);

        let shell = b"<h1>{{app.name}}</h1>";
        assert!(texts.ensure_none_is_lost(&buyer, shell).is_err());
        let both = buyer
            .into_iter()
            .chain(texts.write(folder.path(), b"offer.hidecall.end.now")?)
            .collect();
        texts.ensure_none_is_lost(&both, shell)
    }
}
