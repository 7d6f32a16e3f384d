//! The tests, each part with what it needs.

use crate::cluster::Cluster;
use crate::length::{Length, environment};
use crate::scripts::{Browser, SERVER_VARIABLE, Scripts};
use crate::shell::{Workspace, run, say};
use crate::{TestPart, app, setup};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Instant;

/// The address of a database where the tests may make databases of their own.
const DATABASE_VARIABLE: &str = "ORDERLINE_TEST_DATABASE_URL";

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
    let scripts = Scripts {
        browser: Browser {
            workspace,
            server: &server,
        },
        length,
    };
    if matches!(only, None | Some(TestPart::Browser)) {
        say("tests in real browsers");
        let again = length == Length::Usual;
        let ended = scripts.run(".test.mjs", again);
        parts.unsteady = ended.as_ref().cloned().unwrap_or_default();
        parts.note("browser", ended.map(drop));
    }
    if only == Some(TestPart::Lab) || (only.is_none() && length == Length::Nightly) {
        say("tests over bad networks");
        parts.note("lab", scripts.run(".night.mjs", false).map(drop));
    }
    parts.judge(begun.elapsed().as_secs())
}

/// What came of the parts: one that fails does not hide what the next would say.
#[derive(Default)]
struct Parts {
    passed: Vec<&'static str>,
    failed: Vec<String>,
    /// Scripts that passed at their second try.
    unsteady: Vec<String>,
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
        if !self.unsteady.is_empty() {
            say(&format!(
                "unsteady, passed at the second try: {}",
                self.unsteady.join(", ")
            ));
        }
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
