//! `docs/requirements.md`: each row with the tests that prove it, read from the tests' own names.

use crate::shell::{Workspace, capture, say};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "docs/requirements.md";
/// Between the columns of the table.
const COLUMN: char = '|';

/// A row's id, such as `CC9`.
type Id = String;

/// Writes the table's last column, or with `check` compares it.
///
/// # Errors
/// When a test names a row that there is not, a file cannot be read, or, with `check`, the table is not right.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result<()> {
    say("which tests prove which row");
    let path = workspace.root.join(DOCUMENT);
    let before = fs::read_to_string(&path).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let rows: BTreeSet<Id> = before
        .lines()
        .filter_map(id_of_row)
        .map(str::to_owned)
        .collect();
    let files = capture(workspace.command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "*.rs",
        "*.mjs",
    ]))?;
    let mut tests: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for file in files.split_terminator('\0') {
        let Ok(text) = fs::read_to_string(workspace.root.join(file)) else {
            // Deleted, and git has not been told yet.
            continue;
        };
        let found = if Path::new(file).extension().is_some_and(|it| it == "rs") {
            rust_tests(&text)
        } else {
            script_tests(&text)
        };
        for (id, name) in found {
            ensure!(
                rows.contains(&id),
                "{file}: {name} names the row {id}, which there is not"
            );
            tests
                .entry(id)
                .or_default()
                .insert(format!("{} `{name}`", short(file)));
        }
    }
    let after = filled(&before, &tests);
    if before == after {
        return Ok(());
    }
    if check {
        bail!("{DOCUMENT} is not what the tests say: run `cargo xtask requirements`");
    }
    fs::write(&path, after).with_context(|| format!("cannot write {DOCUMENT}"))
}

/// The table with its last column as the tests have it.
fn filled(document: &str, tests: &BTreeMap<Id, BTreeSet<String>>) -> String {
    let mut filled = String::with_capacity(document.len());
    for line in document.lines() {
        if let Some(id) = id_of_row(line) {
            let row = line.split(COLUMN).nth(2).unwrap_or_default().trim();
            let names = tests.get(id).into_iter().flatten();
            let names: Vec<&str> = names.map(String::as_str).collect();
            filled.extend(["| ", id, " | ", row, " | ", &names.join("; "), " |"]);
        } else {
            filled.push_str(line);
        }
        filled.push('\n');
    }
    filled
}

/// The id of a line of the table; `None` for any other line.
fn id_of_row(line: &str) -> Option<&str> {
    let id = line.strip_prefix("| ")?.split(COLUMN).next()?.trim();
    is_id(id).then_some(id)
}

fn is_id(word: &str) -> bool {
    let number = word.trim_start_matches(|sign: char| sign.is_ascii_uppercase());
    let letters = word.len() - number.len();
    (1..=2).contains(&letters)
        && !number.is_empty()
        && number.bytes().all(|sign| sign.is_ascii_digit())
}

/// `fn cc9_cc11_…`: the ids before the words.
fn rust_tests(text: &str) -> Vec<(Id, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        // A name inside a string is nobody's test.
        let line = line.trim_start();
        let Some(rest) = line
            .strip_prefix("async ")
            .unwrap_or(line)
            .strip_prefix("fn ")
        else {
            continue;
        };
        let Some((name, _)) = rest.split_once('(') else {
            continue;
        };
        let words: Vec<&str> = name.split('_').collect();
        let ids: Vec<Id> = words
            .iter()
            .map(|word| word.to_ascii_uppercase())
            .take_while(|word| is_id(word))
            .collect();
        // What is called `vp8` is no row: a row's test has words.
        if ids.len() < words.len() {
            found.extend(ids.into_iter().map(|id| (id, name.to_owned())));
        }
    }
    found
}

/// `test('CC9, CC11: …'` and `test('B1–B8: …'`: the ids before the colon.
fn script_tests(text: &str) -> Vec<(Id, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(name) = line
            .strip_prefix("test('")
            .and_then(|rest| rest.split("', ").next())
        else {
            continue;
        };
        let Some((ids, _)) = name.split_once(':') else {
            continue;
        };
        for part in ids.split(", ") {
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            if is_id(first) && is_id(last) {
                found.extend(
                    range(first, last)
                        .into_iter()
                        .map(|id| (id, name.to_owned())),
                );
            }
        }
    }
    found
}

/// `B1` to `B8`, each.
fn range(first: &str, last: &str) -> Vec<Id> {
    let letters = first.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let number = |id: &str| {
        id.trim_start_matches(|sign: char| !sign.is_ascii_digit())
            .parse::<u32>()
    };
    match (number(first), number(last)) {
        (Ok(first), Ok(last)) => (first..=last).map(|it| format!("{letters}{it}")).collect(),
        _ => Vec::new(),
    }
}

/// A file without the folders that say nothing of it.
fn short(file: &str) -> &str {
    file.rsplit_once('/').map_or(file, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_before_the_words_of_a_test() {
        let text = "#[test]\nfn cc9_cc11_a_product_is_replaced() {}\nfn helper() {}\nfn b2b_sales(x: u8) {}\nfn vp8() {}\nlet text = \"fn cc1_quoted() {}\";";
        let found: Vec<_> = rust_tests(text).into_iter().map(|(id, _)| id).collect();
        assert_eq!(found, ["CC9", "CC11"]);
    }

    #[test]
    fn scripts_name_single_rows_and_ranges() {
        let text = "test('B1–B3, CU7: it runs', async () => {\ntest('nothing: went wrong', () => {";
        let found: Vec<_> = script_tests(text).into_iter().map(|(id, _)| id).collect();
        assert_eq!(found, ["B1", "B2", "B3", "CU7"]);
    }

    #[test]
    fn the_last_column_is_written_and_nothing_else() {
        let document = "# Rows\n| id | row | shown by |\n|---|---|---|\n| X1 | safe | old |\n| X2 | sound | |\n";
        let tests = BTreeMap::from([("X1".to_owned(), BTreeSet::from(["a.rs `x1_t`".to_owned()]))]);
        let expected = "# Rows\n| id | row | shown by |\n|---|---|---|\n| X1 | safe | a.rs `x1_t` |\n| X2 | sound |  |\n";
        assert_eq!(filled(document, &tests), expected);
    }
}
