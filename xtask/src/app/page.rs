//! What a page shows from its first byte until the app draws: one file a shape and language, with the words of the app's
//! texts.

use super::texts::Texts;
use crate::shell::Workspace;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

/// The shapes, each a file `<shape>.<language>.html` that the server picks by what is asked for and by whom.
const SHAPES: [&str; 4] = ["list", "thread", "desk", "door"];
/// Where the shell goes in a page's template.
const PLACE: &str = r#"<div id="shell"></div>"#;
/// Where the page names its language.
const LANGUAGE: &str = r#"<html lang="en">"#;
const BONE: &str = r#"<div class="bone"><i></i><b></b></div>"#;

/// Writes the pages of one entry below `folder`, where Trunk has left its `index.html`.
///
/// # Errors
/// When a file cannot be read or written, or the shell names a text that is not there.
pub(super) fn write(workspace: &Workspace, folder: &Path, texts: &Texts) -> Result<()> {
    let index = folder.join("index.html");
    let page = fs::read_to_string(&index).context("Trunk left no page")?;
    for place in [PLACE, LANGUAGE] {
        ensure!(page.contains(place), "the page has no {place}");
    }
    let template = template(workspace)?;
    for (language, texts) in texts.languages() {
        let page = page.replace(LANGUAGE, &format!(r#"<html lang="{language}">"#));
        for shape in SHAPES {
            let shell = filled(&template, shape, texts)
                .with_context(|| format!("the page in the language {language}"))?;
            fs::write(
                folder.join(format!("{shape}.{language}.html")),
                page.replace(PLACE, shell.trim_end()),
            )?;
        }
    }
    fs::remove_file(&index).context("cannot remove Trunk's page")
}

/// The shell as it stands in the sources, with the keys of its texts.
///
/// # Errors
/// When it cannot be read.
pub(super) fn template(workspace: &Workspace) -> Result<String> {
    fs::read_to_string(workspace.root.join("app/shell.html")).context("the page has no shell")
}

/// The template with every `{{…}}` replaced: the shape, grey lines, or a text by its key.
fn filled(template: &str, shape: &str, texts: &Map<String, Value>) -> Result<String> {
    let mut html = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").context("a `{{` without its `}}`")?;
        html.push_str(before);
        match (name, name.strip_prefix("bones:")) {
            ("shell", _) => html.push_str(shape),
            (_, Some(count)) => html.push_str(&BONE.repeat(count.parse()?)),
            (key, None) => match texts.get(key).and_then(Value::as_str) {
                Some(text) => html.push_str(&escaped(text)),
                None => bail!("the shell names the text {key}, which is not there"),
            },
        }
        rest = after;
    }
    html.push_str(rest);
    Ok(html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_lines_and_words_are_filled_in() -> Result<()> {
        let mut texts = Map::new();
        texts.insert("app.name".to_owned(), "A & <b>".into());
        let html = filled(
            "<i data-shell=\"{{shell}}\">{{app.name}}</i>{{bones:2}}.",
            "list",
            &texts,
        )?;
        assert_eq!(
            html,
            format!("<i data-shell=\"list\">A &amp; &lt;b></i>{BONE}{BONE}.")
        );
        assert!(filled("{{app.none}}", "list", &texts).is_err());
        assert!(filled("{{app.name", "list", &texts).is_err());
        Ok(())
    }
}
