//! Who may do what: how much of it stands decided in the file that people read.

use anyhow::{Context as _, Result};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

#[path = "../../../server/tests/it/matrix/listed.rs"]
mod listed;

/// Before a command's name in its sample's, and in the file.
const COMMAND: &str = "command";

/// What is printed of it.
#[derive(Debug, Serialize)]
pub struct MatrixReport {
    /// Somebody and what they ask for, with the answer.
    pub matrix_cells: usize,
    /// Those of them without an answer: of a route or command that the file does not know, or of somebody it leaves out.
    pub matrix_undecided: usize,
}

/// Counts.
///
/// # Errors
/// When the sources are not there.
pub fn matrix() -> Result<MatrixReport> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let file = fs::read_to_string(root.join("server/tests/golden/matrix.txt"))?;
    let decided = decisions(&file)?;
    let commands = commands(&root.join("protocol/golden"))?;
    let routes = listed::all()
        .into_iter()
        .map(|it| (false, format!("{} {}", it.method, it.path)));
    let all = commands.into_iter().map(|it| (true, it)).chain(routes);
    // Whoever asks anything of a kind is asked about all of that kind.
    let everybody = |is_command| {
        let answers = decided.iter().filter(|(what, _)| is(what) == is_command);
        let people = answers.flat_map(|(_, who)| who.iter().copied());
        people.collect::<BTreeSet<&str>>()
    };
    let (of_commands, of_routes) = (everybody(true), everybody(false));
    let (mut cells, mut undecided) = (0, 0);
    for (is_command, what) in all {
        let people = if is_command { &of_commands } else { &of_routes };
        let known = decided.get(what.as_str());
        let answered = people
            .iter()
            .filter(|it| known.is_some_and(|who| who.contains(*it)));
        let answered = answered.count();
        cells += answered;
        undecided += people.len() - answered;
    }
    Ok(MatrixReport {
        matrix_cells: cells,
        matrix_undecided: undecided,
    })
}

fn is(what: &str) -> bool {
    what.starts_with(COMMAND)
}

/// What is asked for, and whose answers stand there.
fn decisions(file: &str) -> Result<BTreeMap<&str, BTreeSet<&str>>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut what = None;
    for line in file.lines() {
        match line.strip_prefix("    ") {
            None => what = Some(line),
            Some(answer) => {
                let (_, who) = answer
                    .split_once(": ")
                    .context("an answer and whose it is")?;
                let what = what.context("answers stand below what is asked for")?;
                all.entry(what).or_default().extend(who.split(' '));
            }
        }
    }
    Ok(all)
}

/// The protocol's commands, by its samples.
fn commands(folder: &Path) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let name = name
            .strip_prefix(COMMAND)
            .and_then(|it| it.strip_prefix('.'));
        if let Some(name) = name.and_then(|it| it.strip_suffix(".json")) {
            all.push(format!("{COMMAND} {name}"));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_the_file_does_not_know_is_undecided() {
        let decided = decisions("GET /a\n    yes: seller buyer\nGET /b\n    yes: seller\n");
        let decided = decided.expect("a file");
        assert_eq!(decided.len(), 2);
        assert!(decided["GET /a"].contains("buyer"));
        assert!(!decided["GET /b"].contains("buyer"));
    }

    #[test]
    fn everything_is_decided() {
        let report = matrix().expect("the sources");
        assert!(report.matrix_cells > 1_000, "{report:?}");
        assert_eq!(report.matrix_undecided, 0);
    }
}
