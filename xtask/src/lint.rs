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
pub fn lint(workspace: &Workspace) -> Result<()> {
    let begun = Instant::now();
    let cold = timings::is_cold(workspace);
    checks(workspace)?;
    Timings::keep_lints(workspace, begun.elapsed().as_secs(), cold)
}

fn checks(workspace: &Workspace) -> Result<()> {
    setup::components(workspace)?;
    say("formatting");
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    arrows::check(workspace)?;
    requirements::run(workspace, true)?;
    app::ensure_folders(workspace)?;
    setup::run(workspace)?;
    say("lints");
    run(workspace
        .cargo(&["clippy", "--workspace", "--all-targets", "--quiet"])
        .env("SQLX_OFFLINE", "true")
        .args(DENY))?;
    say("lints of the app, for the browser");
    let mut browser = workspace.cargo(&["clippy", "-p", "orderline-app", "--quiet"]);
    browser
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", workspace.root.join("target/web"));
    setup::for_wasm(workspace, &mut browser);
    run(browser.args(DENY))
}
