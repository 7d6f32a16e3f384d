//! Whether the built app is what the sources say now.

use super::{ENTRIES, dist};
use crate::shell::{Workspace, files_below};
use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

/// Folders that the app is made of.
const SOURCES: [&str; 3] = ["app", "domain", "protocol"];
/// Single files that it is made of; the last names the version of `wasm-opt`.
const FILES: [&str; 4] = [
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "tests/browser/package-lock.json",
];

/// What was built, and from what.
pub(super) struct Stamp(String);

impl Stamp {
    /// The stamp of the sources as they are, built with `profile`.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub(super) fn take(workspace: &Workspace, profile: &str) -> Result<Self> {
        let mut files: Vec<PathBuf> = FILES.iter().map(|file| workspace.root.join(file)).collect();
        for folder in SOURCES {
            files.extend(files_below(
                &workspace.root.join(folder),
                &["dist", "tests", "target"],
            )?);
        }
        let mut hasher = DefaultHasher::new();
        for file in files {
            file.strip_prefix(&workspace.root)?.hash(&mut hasher);
            fs::read(&file)
                .with_context(|| format!("cannot read {}", file.display()))?
                .hash(&mut hasher);
        }
        // Without it the same sources give another result.
        crate::setup::wasm_opt(workspace)
            .is_some()
            .hash(&mut hasher);
        Ok(Self(format!("{profile} {:016x}\n", hasher.finish())))
    }

    /// Whether the app was last built as this stamp says, and is still there.
    pub(super) fn is_current(&self, workspace: &Workspace) -> bool {
        fs::read_to_string(place(workspace)).is_ok_and(|last| last == self.0)
            && ENTRIES
                .iter()
                .all(|entry| dist(workspace, entry).join("list.en.html").is_file())
    }

    /// Notes that the app is built as this stamp says.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, workspace: &Workspace) -> Result<()> {
        fs::write(place(workspace), &self.0).context("cannot note that the app is built")
    }
}

/// Notes that the app is being built, so that a build that is cut short does not pass for one.
///
/// # Errors
/// When the note cannot be removed.
pub(super) fn forget(workspace: &Workspace) -> Result<()> {
    match fs::remove_file(place(workspace)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn place(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/web/app.stamp")
}
