//! The sheets of the app's topics, joined into the one file that pages load.

use crate::shell::{Workspace, files_below};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The list of sheets, in the order in which they hold.
const LIST: &str = "app/style.css";

/// Where the pages' templates find the joined sheet.
fn joined(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/web/style.css")
}

/// Writes the joined sheet for Trunk to take.
///
/// # Errors
/// When a sheet cannot be read, is not listed, or is listed twice.
pub(super) fn join(workspace: &Workspace) -> Result<()> {
    let css = text(&workspace.root.join(LIST))?;
    let place = joined(workspace);
    fs::create_dir_all(place.parent().context("a file has a folder")?)?;
    fs::write(&place, css).with_context(|| format!("cannot write {}", place.display()))
}

/// The sheets that `list` imports, one after the other.
fn text(list: &Path) -> Result<String> {
    let folder = list.parent().context("a file has a folder")?;
    let names = fs::read_to_string(list).context("cannot read the list of sheets")?;
    let mut listed = BTreeSet::new();
    let mut css = String::new();
    for line in names.lines() {
        let Some(name) = line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
        else {
            continue;
        };
        let sheet = folder.join(name);
        let own = fs::read_to_string(&sheet)
            .with_context(|| format!("cannot read {}", sheet.display()))?;
        css.push_str(&without_comments(&own));
        ensure!(listed.insert(sheet), "{name} is imported twice");
    }
    for file in files_below(&folder.join("src"), &[])? {
        let sheet = file.extension().is_some_and(|kind| kind == "css");
        ensure!(
            !sheet || listed.contains(&file),
            "{} is not imported by {LIST}",
            file.display()
        );
    }
    Ok(css)
}

/// A sheet as a page needs it: comments are for us, and they are a tenth of what would be sent.
fn without_comments(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_come_in_the_listed_order_and_none_is_left_out() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let list = folder.path().join("style.css");
        fs::create_dir_all(folder.path().join("src/b"))?;
        fs::write(folder.path().join("src/b/b.css"), "b{}\n")?;
        fs::write(folder.path().join("src/a.css"), "/* why */\n  a{}\n")?;
        fs::write(&list, "@import \"src/b/b.css\";\n@import \"src/a.css\";\n")?;
        assert_eq!(text(&list)?, "b{}\na{}\n");

        fs::write(&list, "@import \"src/b/b.css\";\n")?;
        assert!(text(&list).is_err(), "a sheet that nobody loads");
        fs::write(&list, "@import \"src/a.css\";\n@import \"src/a.css\";\n")?;
        assert!(text(&list).is_err(), "a sheet that is loaded twice");
        Ok(())
    }
}
