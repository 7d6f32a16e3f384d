//! The tests, each part with what it needs.

use crate::cluster::{Cluster, host::PROGRAMS_VARIABLE};
use crate::shell::{Workspace, run, say};
use crate::{TestPart, app, setup};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The address of a database where the tests may make databases of their own.
const DATABASE_VARIABLE: &str = "ORDERLINE_TEST_DATABASE_URL";
/// The server's program, for the tests that start it.
const SERVER_VARIABLE: &str = "ORDERLINE_BIN";
/// The network laboratory's program.
const LAB_VARIABLE: &str = "ORDERLINE_LAB";
/// Asks drivers for their long variants.
const NIGHTLY_VARIABLE: &str = "ORDERLINE_NIGHTLY";

/// How long the tests may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Minutes: what every push runs.
    Usual,
    /// Hours.
    Nightly,
}

/// Runs one part of the tests, or all.
///
/// # Errors
/// When something is missing, does not build, or a test fails.
pub fn test(workspace: &Workspace, only: Option<TestPart>, length: Length) -> Result<()> {
    let begun = Instant::now();
    setup::run(workspace)?;
    setup::test(workspace)?;
    app::ensure_any(workspace)?;
    let server = workspace.target.join("debug/orderline");
    let mut parts = Parts::default();
    if matches!(only, Some(TestPart::Browser | TestPart::Lab)) {
        say("compiling the server and the network laboratory");
        let mut cargo = workspace.cargo(&[
            "build",
            "-p",
            "orderline",
            "-p",
            "orderline-tests",
            "--bins",
        ]);
        run(cargo.env("SQLX_OFFLINE", "true"))?;
    } else {
        // The crates' own tests need the server's program too, so it is compiled with them, and only once.
        parts.note("unit", unit(workspace, &server, length));
    }
    if matches!(only, None | Some(TestPart::Browser)) {
        say("tests in real browsers");
        parts.note("browser", browser(workspace, &server, length, ".test.mjs"));
    }
    if only == Some(TestPart::Lab) || (only.is_none() && length == Length::Nightly) {
        say("tests over bad networks");
        parts.note("lab", browser(workspace, &server, length, ".night.mjs"));
    }
    parts.judge(begun.elapsed().as_secs())
}

/// What came of the parts: one that fails does not hide what the next would say.
#[derive(Default)]
struct Parts {
    passed: Vec<&'static str>,
    failed: Vec<String>,
}

impl Parts {
    fn note(&mut self, name: &'static str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed.push(name),
            Err(error) => {
                say(&format!("{name} tests failed: {error:#}"));
                self.failed.push(format!("{name}: {error:#}"));
            }
        }
    }

    fn judge(self, seconds: u64) -> Result<()> {
        ensure!(self.failed.is_empty(), "{}", self.failed.join("; "));
        say(&format!(
            "tests passed: {} ({seconds} s)",
            self.passed.join(", ")
        ));
        Ok(())
    }
}

/// Everything that cargo runs, with a database that is thrown away.
fn unit(workspace: &Workspace, server: &Path, length: Length) -> Result<()> {
    let database = Cluster::start(workspace, "test-pg")?;
    say("tests of the crates");
    let runner: &[&str] = if workspace.which("cargo-nextest").is_some() {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        say("cargo-nextest is not there; cargo's own runner is slower and does the same");
        &["test", "--no-fail-fast", "--lib", "--bins", "--tests"]
    };
    let mut cargo = workspace.cargo(runner);
    cargo
        .args(["--workspace"])
        .env("SQLX_OFFLINE", "true")
        .env(DATABASE_VARIABLE, database.url("postgres"))
        .env(SERVER_VARIABLE, server);
    environment(workspace, &mut cargo, length);
    run(&mut cargo)
}

/// Two real browsers against the real server.
fn browser(workspace: &Workspace, server: &Path, length: Length, ending: &str) -> Result<()> {
    let folder = workspace.browser_tests();
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
    // One file after the other: a call under test wants the machine to itself.
    let mut failed = Vec::new();
    for script in &scripts {
        if !passes(workspace, server, length, script)? {
            failed.push(script);
        }
    }
    if length == Length::Usual {
        failed = second_try(workspace, server, failed)?;
    }
    ensure!(failed.is_empty(), "failed: {}", names(&failed));
    Ok(())
}

/// Whether all tests of a script pass.
fn passes(workspace: &Workspace, server: &Path, length: Length, script: &Path) -> Result<bool> {
    let mut node = Browser { workspace, server }.node();
    node.arg("--test").arg(script);
    environment(workspace, &mut node, length);
    Ok(node.status()?.success())
}

/// Runs scripts that failed once more, and answers those that failed again. Two browsers with cameras on a starved
/// machine can miss a moment; what passes at the second try is named, and the nightly run counts the first one.
fn second_try<'a>(
    workspace: &Workspace,
    server: &Path,
    failed: Vec<&'a PathBuf>,
) -> Result<Vec<&'a PathBuf>> {
    let (mut again, mut unsteady) = (Vec::new(), Vec::new());
    for script in failed {
        say(&format!("once more: {}", script.display()));
        let passed = passes(workspace, server, Length::Usual, script)?;
        if passed { &mut unsteady } else { &mut again }.push(script);
    }
    if !unsteady.is_empty() {
        say(&format!(
            "unsteady, passed at the second try: {}",
            names(&unsteady)
        ));
    }
    Ok(again)
}

fn names(scripts: &[&PathBuf]) -> String {
    let names = scripts.iter().filter_map(|script| script.file_name());
    names
        .map(|name| name.to_string_lossy())
        .collect::<Vec<_>>()
        .join(", ")
}

fn environment(workspace: &Workspace, command: &mut Command, length: Length) {
    if let Some(folder) = setup::postgres_folder(workspace) {
        command.env(PROGRAMS_VARIABLE, folder);
    }
    if length == Length::Nightly {
        command.env(NIGHTLY_VARIABLE, "1");
    }
}

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
