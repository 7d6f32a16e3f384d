//! The app's texts: a folder a language, a file a topic; pages load one file a language.

use crate::shell::{Workspace, files_below};
use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

/// The language of the words that stand in the page itself.
const PAGE_LANGUAGE: &str = "en";

/// Writes `locales/<language>.json` below `folder` for every language; gives the texts of the page's own.
///
/// # Errors
/// When a file cannot be read or written, or a key stands in the wrong file.
pub fn join(workspace: &Workspace, folder: &Path) -> Result<Map<String, Value>> {
    let place = folder.join("locales");
    fs::create_dir_all(&place)?;
    for language in fs::read_dir(workspace.root.join("app/locales"))? {
        let language = language?;
        let mut name = language.file_name();
        name.push(".json");
        let texts = serde_json::to_string(&of_language(&language.path())?)?;
        fs::write(place.join(&name), texts).context("cannot write a language's texts")?;
    }
    of_language(&workspace.root.join("app/locales").join(PAGE_LANGUAGE))
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
                key.split_once('.').is_some_and(|(first, _)| first == topic),
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
}
