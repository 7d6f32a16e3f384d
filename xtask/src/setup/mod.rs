//! What this machine needs, and getting what is missing. Each step looks first and does nothing where all is there.

mod apt;
mod npm;
mod rust;

use crate::shell::Workspace;
use anyhow::Result;
use std::process::Command;

pub(crate) use npm::{node, postgres_folder, wasm_opt};
pub(crate) use rust::{components, dependency_checks};

/// Everything for building and running the server and the app.
///
/// # Errors
/// When something is missing and cannot be installed; the message says what to do.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    apt::install(workspace, apt::FOR_RUN)?;
    npm::postgres(workspace)?;
    app_tools(workspace)
}

/// What the browser app's build needs, without the server's things.
///
/// # Errors
/// As [`run`].
pub(crate) fn app(workspace: &Workspace) -> Result<()> {
    apt::install(workspace, apt::FOR_APP)?;
    app_tools(workspace)
}

fn app_tools(workspace: &Workspace) -> Result<()> {
    rust::wasm_target(workspace)?;
    rust::trunk(workspace)?;
    rust::wasm_bindgen(workspace)?;
    npm::packages(workspace)
}

/// What the tests need beyond [`run`]: a browser, ffmpeg, fonts.
///
/// # Errors
/// As [`run`].
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    apt::install(workspace, apt::FOR_TEST)
}

/// What a private Postgres needs.
///
/// # Errors
/// As [`run`].
pub(crate) fn postgres(workspace: &Workspace) -> Result<()> {
    apt::install(workspace, apt::FOR_RUN)?;
    npm::postgres(workspace)
}

/// Makes `command` build for the browser with the toolchain that can.
pub(crate) fn for_wasm(workspace: &Workspace, command: &mut Command) {
    rust::for_wasm(workspace, command);
}
