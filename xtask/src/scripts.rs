//! Scripts that drive real browsers against the real server.

use crate::length::{Length, environment};
use crate::setup;
use crate::shell::Workspace;
use anyhow::{Result, anyhow, ensure};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The server's program, for the tests that start it.
pub(crate) const SERVER_VARIABLE: &str = "ORDERLINE_BIN";
/// The network laboratory's program.
const LAB_VARIABLE: &str = "ORDERLINE_LAB";
/// Where programs make their temporary files.
const TEMPORARY_VARIABLE: &str = "TMPDIR";
/// Files in memory …
const MEMORY: &str = "/dev/shm";
/// … are used where so much is free, in bytes: a script's servers and browsers leave about a tenth of it.
const ROOM: u64 = 1024 * 1024 * 1024;

/// Light scripts that run at once.
const SIDE_BY_SIDE: usize = 2;
/// The line by which a script says that it is light …
const LIGHT: &str = "// Encodes no pictures: may run beside others.";
/// … among so many of its first.
const HEAD: usize = 5;

/// What a script that drives browsers is given.
pub(crate) struct Browser<'a> {
    pub workspace: &'a Workspace,
    /// The server's program.
    pub server: &'a Path,
}

impl Browser<'_> {
    /// Node in the folder of the scripts.
    pub(crate) fn node(&self) -> Command {
        let mut node = setup::node(self.workspace);
        node.current_dir(self.workspace.browser_tests())
            .env(SERVER_VARIABLE, self.server)
            .env(LAB_VARIABLE, self.server.with_file_name("lab"));
        node
    }
}

/// The tests among the scripts, and how they are run.
pub(crate) struct Scripts<'a> {
    pub browser: Browser<'a>,
    pub length: Length,
}

impl Scripts<'_> {
    /// Runs all scripts whose names end so. Those that encode no pictures run side by side; a call under test wants the
    /// machine to itself. None is tried again: one that fails now and then is a fault.
    ///
    /// # Errors
    /// When there are none, or one fails.
    pub(crate) fn run(&self, ending: &str) -> Result<()> {
        let folder = self.browser.workspace.browser_tests();
        let mut scripts: Vec<_> = fs::read_dir(&folder)?
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
        let (light, heavy): (Vec<_>, Vec<_>) =
            scripts.into_iter().partition(|script| is_light(script));
        let mut failed = self.side_by_side(&light)?;
        for script in &heavy {
            if !self.command(script).status()?.success() {
                failed.push(script.clone());
            }
        }
        ensure!(failed.is_empty(), "failed: {}", names(&failed).join(", "));
        Ok(())
    }

    /// Runs scripts a few at a time; what each says is shown when it has ended. Answers those that failed.
    fn side_by_side(&self, scripts: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let waiting = Mutex::new(scripts.iter());
        let next = || {
            waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next()
        };
        let failed = Mutex::new(Vec::new());
        let work = || -> Result<()> {
            while let Some(script) = next() {
                let ended = self.command(script).stdin(Stdio::null()).output()?;
                // In one piece, so that no two scripts' lines mix.
                let mut out = std::io::stdout().lock();
                out.write_all(&ended.stdout)?;
                out.write_all(&ended.stderr)?;
                if !ended.status.success() {
                    failed
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(script.clone());
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..SIDE_BY_SIDE).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|_| Err(anyhow!("a runner of scripts fell over")))
            })
        })?;
        Ok(failed.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn command(&self, script: &Path) -> Command {
        let mut node = self.browser.node();
        node.arg("--test").arg(script);
        if has_room(Path::new(MEMORY)) {
            // What these tests time is people's doing. A disk that stands still for seconds is other tests' matter.
            node.env(TEMPORARY_VARIABLE, MEMORY);
        }
        environment(self.browser.workspace, &mut node, self.length);
        node
    }
}

/// Whether a script says of itself, in its first lines, that its browsers encode no pictures.
fn is_light(script: &Path) -> bool {
    fs::read_to_string(script).is_ok_and(|text| text.lines().take(HEAD).any(|line| line == LIGHT))
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
