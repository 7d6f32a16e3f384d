//! Scripts that drive real browsers against the real server.

use crate::length::{Length, environment};
use crate::setup;
use crate::shell::{Workspace, say};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server's program, for the tests that start it.
pub const SERVER_VARIABLE: &str = "ORDERLINE_BIN";
/// The network laboratory's program.
const LAB_VARIABLE: &str = "ORDERLINE_LAB";
/// Where programs make their temporary files.
const TEMPORARY_VARIABLE: &str = "TMPDIR";
/// Files in memory …
const MEMORY: &str = "/dev/shm";
/// … are used where so much is free, in bytes: a script's servers and browsers leave about a tenth of it.
const ROOM: u64 = 1024 * 1024 * 1024;

/// What a script that drives browsers is given.
pub struct Browser<'a> {
    pub workspace: &'a Workspace,
    /// The server's program.
    pub server: &'a Path,
}

impl Browser<'_> {
    /// Node in the folder of the scripts.
    pub fn node(&self) -> Command {
        let mut node = setup::node(self.workspace);
        node.current_dir(self.workspace.browser_tests())
            .env(SERVER_VARIABLE, self.server)
            .env(LAB_VARIABLE, self.server.with_file_name("lab"));
        node
    }
}

/// The tests among the scripts, and how they are run.
pub struct Scripts<'a> {
    pub browser: Browser<'a>,
    pub length: Length,
}

impl Scripts<'_> {
    /// Runs all scripts whose names end so, one after the other: a call under test wants the machine to itself.
    /// With `again`, one that fails is run once more at the end: two browsers with cameras on a starved machine can
    /// miss a moment. Answers those that passed only then.
    ///
    /// # Errors
    /// When there are none, or one fails for good.
    pub fn run(&self, ending: &str, again: bool) -> Result<Vec<String>> {
        let folder = self.browser.workspace.browser_tests();
        let mut scripts: Vec<_> = std::fs::read_dir(&folder)?
            .flatten()
            .map(|entry| entry.path())
            .filter(|file| file.to_string_lossy().ends_with(ending))
            .collect();
        scripts.sort();
        ensure!(
            !scripts.is_empty(),
            "there are no browser tests in {}",
            folder.display()
        );
        let mut failed = self.failing(&scripts)?;
        let mut unsteady = Vec::new();
        if again && !failed.is_empty() {
            say(&format!("once more: {}", names(&failed).join(", ")));
            let first = failed;
            failed = self.failing(&first)?;
            unsteady = first;
            unsteady.retain(|script| !failed.contains(script));
        }
        ensure!(failed.is_empty(), "failed: {}", names(&failed).join(", "));
        Ok(names(&unsteady))
    }

    fn failing(&self, scripts: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let mut failed = Vec::new();
        for script in scripts {
            let mut node = self.browser.node();
            node.arg("--test").arg(script);
            if has_room(Path::new(MEMORY)) {
                // What these tests time is people's doing. A disk that stands still for seconds is other tests' matter.
                node.env(TEMPORARY_VARIABLE, MEMORY);
            }
            environment(self.browser.workspace, &mut node, self.length);
            if !node.status()?.success() {
                failed.push(script.clone());
            }
        }
        Ok(failed)
    }
}

/// Whether enough is free there for a script's files, and we may write.
fn has_room(folder: &Path) -> bool {
    let free = rustix::fs::statvfs(folder).map(|it| it.f_bavail.saturating_mul(it.f_frsize));
    free.is_ok_and(|free| free >= ROOM)
        && rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

fn names(scripts: &[PathBuf]) -> Vec<String> {
    let names = scripts.iter().filter_map(|script| script.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}
