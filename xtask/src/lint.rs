//! What is checked without running anything.

use crate::shell::{Workspace, run, say};
use crate::timings::{self, Timings};
use crate::{app, arrows, requirements, setup};
use anyhow::Result;
use std::time::Instant;

const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// Formatting, lints natively and for the browser, and the dependency arrows.
///
/// # Errors
/// On the first that does not hold.
pub(crate) fn lint(workspace: &Workspace) -> Result<()> {
    let begun = Instant::now();
    let cold = timings::is_cold(workspace);
    checks(workspace)?;
    Timings::keep_lints(workspace, begun.elapsed().as_secs(), cold)
}

/// Licences, bans and sources (`deny.toml`), and what nobody names. Known faults are looked up where the network leads
/// to their list: in the public CI.
fn dependencies(workspace: &Workspace) -> Result<()> {
    setup::dependency_checks(workspace)?;
    say("licences and sources of dependencies");
    let mut deny = workspace.command("cargo-deny");
    run(deny.args([
        "--offline",
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))?;
    say("dependencies that nobody names");
    run(&mut workspace.command("cargo-machete"))
}

fn checks(workspace: &Workspace) -> Result<()> {
    setup::components(workspace)?;
    say("formatting");
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    arrows::check(workspace)?;
    requirements::run(workspace, true)?;
    dependencies(workspace)?;
    app::ensure_folders(workspace)?;
    setup::run(workspace)?;
    say("lints");
    run(workspace
        .cargo(&["clippy", "--workspace", "--all-targets", "--quiet"])
        .env("SQLX_OFFLINE", "true")
        .args(DENY))?;
    say("documentation");
    run(workspace
        .cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--quiet",
        ])
        .env("SQLX_OFFLINE", "true")
        .env(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private_intra_doc_links",
        ))?;
    say("lints of the app, for the browser");
    let mut browser = workspace.cargo(&["clippy", "-p", "orderline-app", "--quiet"]);
    browser
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", workspace.root.join("target/web"));
    setup::for_wasm(workspace, &mut browser);
    run(browser.args(DENY))
}
