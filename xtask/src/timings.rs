//! What the parts of a run took, for the table at its end. Lints run before the tests, as a command of their own, so
//! what they took waits in a file.

use crate::shell::Workspace;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Lints from longer ago belong to another run.
const SAME_RUN: Duration = Duration::from_hours(2);

/// Seconds of each part; `None` for one that did not run.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Timings {
    pub lint_s: Option<u64>,
    pub build_s: Option<u64>,
    pub unit_s: Option<u64>,
    pub browser_s: Option<u64>,
    pub total_s: u64,
    /// Nothing had been compiled here before.
    pub cold: bool,
}

impl Timings {
    /// A run's first timings: what the lints before it took, if they were of this run.
    pub(crate) fn begin(workspace: &Workspace) -> Self {
        let file = file(workspace);
        let young = fs::metadata(&file)
            .and_then(|it| it.modified())
            .is_ok_and(|at| {
                SystemTime::now()
                    .duration_since(at)
                    .is_ok_and(|age| age < SAME_RUN)
            });
        let before: Option<Self> = young
            .then(|| fs::read_to_string(&file).ok())
            .flatten()
            .and_then(|text| serde_json::from_str(&text).ok());
        // Read once: the next run's lints are its own.
        fs::remove_file(&file).ok();
        let lints = before.unwrap_or_default();
        Self {
            lint_s: lints.lint_s,
            total_s: lints.total_s,
            cold: lints.cold || is_cold(workspace),
            ..Self::default()
        }
    }

    /// Keeps what the lints took for the tests that follow.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep_lints(workspace: &Workspace, seconds: u64, cold: bool) -> Result<()> {
        let lints = Self {
            lint_s: Some(seconds),
            total_s: seconds,
            cold,
            ..Self::default()
        };
        let text = serde_json::to_string(&lints).context("timings")?;
        fs::write(file(workspace), text).context("the timings' file cannot be written")
    }

    /// The table, one line a part.
    pub(crate) fn table(&self) -> String {
        let seconds = |part: Option<u64>| part.map_or_else(|| "-".to_owned(), |it| it.to_string());
        [
            ("lint_s", seconds(self.lint_s)),
            ("build_s", seconds(self.build_s)),
            ("unit_s", seconds(self.unit_s)),
            ("browser_s", seconds(self.browser_s)),
            ("total_s", self.total_s.to_string()),
            ("cold", self.cold.to_string()),
        ]
        .map(|(name, value)| format!("  {name:<10} {value:>6}"))
        .join("\n")
    }
}

/// Whether nothing was compiled here yet, but for this tool.
pub(crate) fn is_cold(workspace: &Workspace) -> bool {
    !workspace.target.join("debug/orderline").is_file()
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.target.join("lint-timings.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_of_this_run_are_in_its_table_once() {
        let root = tempfile::tempdir().expect("a folder");
        let workspace = Workspace {
            root: root.path().to_owned(),
            target: root.path().to_owned(),
        };
        Timings::keep_lints(&workspace, 42, true).expect("kept");
        let first = Timings::begin(&workspace);
        assert_eq!((first.lint_s, first.total_s), (Some(42), 42));
        assert!(
            first.table().contains("lint_s         42"),
            "{}",
            first.table()
        );
        assert_eq!(Timings::begin(&workspace).lint_s, None);
    }
}
