//! Where things are, and how other programs are started.

use anyhow::{Context, Result, bail};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

/// The checked-out project.
pub(crate) struct Workspace {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo puts what it builds natively.
    pub target: PathBuf,
}

impl Workspace {
    /// The project that this tool was started for.
    ///
    /// # Errors
    /// When it was not started by cargo, nor inside a checked-out project.
    pub(crate) fn find() -> Result<Self> {
        // Asked at run time: a path that is compiled in would still name the old place after the folder was moved.
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(env::current_dir, |folder| Ok(folder.into()))?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .context("start this inside the project, with `cargo xtask`")?
            .canonicalize()?;
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        Ok(Self { root, target })
    }

    /// Programs that set-up installs for this project, shared by all of a user's checkouts: building them takes longer
    /// than many a change. Where there is no home, they stand in the checkout.
    pub(crate) fn tools(&self) -> PathBuf {
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
            .filter(|folder| folder.is_absolute());
        cache.map_or_else(
            || self.root.join("target/tools"),
            |cache| cache.join("orderline-tools"),
        )
    }

    /// The folder of the browser tests, which also holds the packages from npm.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// `program`, to be run in the project's folder with our tools found first.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("PATH", self.search_path());
        command
    }

    /// Cargo in the project's folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    fn search_path(&self) -> OsString {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.tools().join("bin")).chain(env::split_paths(&path));
        env::join_paths(folders).unwrap_or(path)
    }

    /// Where `program` would be found.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.search_path())
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())
    }
}

/// Says what is being done and why.
pub(crate) fn say(text: &str) {
    eprintln!("▸ {text}");
}

/// Runs `command` with its output shown.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let words = words(command);
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("cannot start {words}"))?;
    if !status.success() {
        bail!("{words}: {status}");
    }
    let seconds = begun.elapsed().as_secs();
    if seconds >= 10 {
        eprintln!("  ({seconds} s: {words})");
    }
    Ok(())
}

/// Runs `command` and gives what it prints.
///
/// # Errors
/// When it cannot be started or does not succeed; the message carries its complaint.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let words = words(command);
    let answer = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {words}"))?;
    if !answer.status.success() {
        bail!(
            "{words}: {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    String::from_utf8(answer.stdout).with_context(|| format!("{words} did not print text"))
}

fn words(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    words.join(" ")
}

/// Every file below `folder`, in a stable order, without the folders that `skip` names.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files_below(folder: &Path, skip: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() && !skip.iter().any(|name| entry.file_name() == *name) {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
