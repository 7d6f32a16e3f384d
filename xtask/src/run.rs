//! The demo server, from nothing to one printed address.

use crate::app::{self, Kind};
use crate::setup;
use crate::shell::{Workspace, run as run_command, say};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Sets up, builds, and becomes the server. Returns only where that fails.
///
/// # Errors
/// When something is missing, does not build or does not start.
pub fn run(workspace: &Workspace, port: u16, data: &Path, dev: bool) -> Result<()> {
    setup::run(workspace)?;
    app::build(workspace, Kind::from_release(!dev))?;
    say("compiling the server");
    let mut cargo = workspace.cargo(&["build", "-p", "orderline", "--bin", "orderline"]);
    if !dev {
        cargo.arg("--release");
    }
    run_command(&mut cargo)?;
    let binary = workspace
        .target
        .join(if dev { "debug" } else { "release" })
        .join("orderline");
    say("starting");
    // In the caller's folder, not the project's: a relative data directory is meant from there.
    let mut server = Command::new(&binary);
    server
        .args([
            "serve",
            "--demo",
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--data",
        ])
        .arg(data);
    if let Some(folder) = setup::postgres_folder(workspace) {
        server.env(crate::cluster::host::PROGRAMS_VARIABLE, folder);
    }
    let error = server.exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
