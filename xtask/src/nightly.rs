//! What is too long, or too often repeated, for every push.

use crate::TestPart;
use crate::length::Length;
use crate::shell::{Workspace, say};
use crate::test::test;
use anyhow::{Result, ensure};
use clap::ValueEnum;

/// A part of the night, an hour at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The crates' tests with the drivers' long variants: many kills.
    Unit,
    /// Real browsers over bad networks, which needs root, and every page in a second language.
    Lab,
    /// Every browser test, the first time …
    Browser1,
    Browser2,
    Browser3,
    Browser4,
    /// … and the fifth.
    Browser5,
}

impl Part {
    const fn test(self) -> TestPart {
        match self {
            Self::Unit => TestPart::Unit,
            Self::Lab => TestPart::Lab,
            Self::Browser1 | Self::Browser2 | Self::Browser3 | Self::Browser4 | Self::Browser5 => {
                TestPart::Browser
            }
        }
    }
}

/// Runs one part of the night, or all of it.
///
/// # Errors
/// When a part fails; all have run then.
pub(crate) fn nightly(workspace: &Workspace, part: Option<Part>) -> Result<()> {
    let parts = part.map_or_else(|| Part::value_variants().to_vec(), |part| vec![part]);
    let mut failed = Vec::new();
    for part in parts {
        say(&format!("nightly: {part:?}"));
        if let Err(error) = test(workspace, Some(part.test()), Length::Nightly) {
            say(&format!("{error:#}"));
            failed.push(format!("{part:?}"));
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that fails once in so many runs is unsteady.
    const ROUNDS: usize = 5;

    #[test]
    fn every_browser_test_runs_as_often_as_is_said() {
        let rounds = Part::value_variants()
            .iter()
            .filter(|part| part.test() == TestPart::Browser)
            .count();
        assert_eq!(rounds, ROUNDS);
    }
}
