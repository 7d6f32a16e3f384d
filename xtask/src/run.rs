//! The demo server, from nothing to one printed address.

use crate::app::{self, Kind};
use crate::setup;
use crate::shell::{Workspace, run as run_command, say};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Which builds to start. Without a word: the small app, and a server that is soon built and good for a few calls.
#[derive(Clone, Copy)]
pub(crate) struct Builds {
    /// The app quick to rebuild.
    pub dev: bool,
    /// The server optimised.
    pub release: bool,
}

/// Sets up, builds, and becomes the server. Returns only where that fails.
///
/// # Errors
/// When something is missing, does not build or does not start.
pub(crate) fn run(workspace: &Workspace, port: u16, data: &Path, builds: Builds) -> Result<()> {
    setup::run(workspace)?;
    app::build(workspace, Kind::from_release(!builds.dev))?;
    say("compiling the server");
    let mut cargo = workspace.cargo(&["build", "-p", "orderline", "--bin", "orderline"]);
    if builds.release {
        cargo.arg("--release");
    }
    run_command(&mut cargo)?;
    let binary = workspace
        .target
        .join(if builds.release { "release" } else { "debug" })
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
