//! The tests, each part with what it needs.

use crate::cluster::Cluster;
use crate::length::{Length, environment};
use crate::scripts::{Browser, SERVER_VARIABLE, Scripts};
use crate::shell::{Workspace, run, say};
use crate::timings::Timings;
use crate::{TestPart, app, setup};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Instant;

/// The address of a database where the tests may make databases of their own.
const DATABASE_VARIABLE: &str = "ORDERLINE_TEST_DATABASE_URL";

/// Runs one part of the tests, or all, and says at the end what each took.
///
/// # Errors
/// When something is missing, does not build, or a test fails.
pub(crate) fn test(workspace: &Workspace, only: Option<TestPart>, length: Length) -> Result<()> {
    let begun = Instant::now();
    let mut timings = Timings::begin(workspace);
    setup::run(workspace)?;
    setup::test(workspace)?;
    let building = Instant::now();
    app::ensure_any(workspace)?;
    build(workspace, only)?;
    timings.build_s = Some(building.elapsed().as_secs());
    let mut parts = Parts::default();
    let server = workspace.target.join("debug/orderline");
    if matches!(only, None | Some(TestPart::Unit)) {
        let running = Instant::now();
        parts.note("unit", unit(workspace, &server, length));
        timings.unit_s = Some(running.elapsed().as_secs());
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
        let running = Instant::now();
        parts.note("browser", scripts.run(".test.mjs"));
        timings.browser_s = Some(running.elapsed().as_secs());
    }
    if only == Some(TestPart::Lab) {
        say("tests over bad networks, and in other languages");
        parts.note("lab", scripts.run(".night.mjs"));
    }
    timings.total_s += begun.elapsed().as_secs();
    say(&format!("what it took\n{}", timings.table()));
    parts.judge()
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

    fn judge(self) -> Result<()> {
        ensure!(self.failed.is_empty(), "{}", self.failed.join("; "));
        say(&format!("tests passed: {}", self.passed.join(", ")));
        Ok(())
    }
}

/// Compiles what the asked parts need: the crates' own tests need the server's program too, so it is compiled with
/// them, and only once.
fn build(workspace: &Workspace, only: Option<TestPart>) -> Result<()> {
    say("compiling the server and the tests");
    let mut cargo = match only {
        Some(TestPart::Browser | TestPart::Lab) => workspace.cargo(&[
            "build",
            "-p",
            "orderline",
            "-p",
            "orderline-tests",
            "--bins",
        ]),
        None | Some(TestPart::Unit) => {
            let mut cargo = workspace.cargo(runner(workspace));
            cargo.args(["--workspace", "--no-run"]);
            cargo
        }
    };
    run(cargo.env("SQLX_OFFLINE", "true"))
}

fn runner(workspace: &Workspace) -> &'static [&'static str] {
    if workspace.which("cargo-nextest").is_some() {
        &["nextest", "run"]
    } else {
        &["test", "--lib", "--bins", "--tests"]
    }
}

/// Everything that cargo runs, with a database that is thrown away.
fn unit(workspace: &Workspace, server: &Path, length: Length) -> Result<()> {
    let database = Cluster::start(workspace, "test-pg")?;
    say("tests of the crates");
    if workspace.which("cargo-nextest").is_none() {
        say("cargo-nextest is not there; cargo's own runner is slower and does the same");
    }
    let mut cargo = workspace.cargo(runner(workspace));
    cargo
        // Not together with `--no-run` above: nextest refuses the two.
        .args(["--workspace", "--no-fail-fast"])
        .env("SQLX_OFFLINE", "true")
        .env(DATABASE_VARIABLE, database.url("postgres"))
        .env(SERVER_VARIABLE, server);
    environment(workspace, &mut cargo, length);
    run(&mut cargo)?;
    say("examples that must compile, and those that must not");
    let mut cargo = workspace.cargo(&["test", "--doc", "--package", "orderline"]);
    run(cargo.env("SQLX_OFFLINE", "true"))
}
