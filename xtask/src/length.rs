//! How long tests may take, and what every test program is told of it.

use crate::cluster::host::PROGRAMS_VARIABLE;
use crate::setup;
use crate::shell::Workspace;
use std::process::Command;

/// Asks drivers for their long variants.
const NIGHTLY_VARIABLE: &str = "ORDERLINE_NIGHTLY";

/// How long the tests may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Minutes: what every push runs.
    Usual,
    /// Hours.
    Nightly,
}

/// What every test program is told.
pub(crate) fn environment(workspace: &Workspace, command: &mut Command, length: Length) {
    if let Some(folder) = setup::postgres_folder(workspace) {
        command.env(PROGRAMS_VARIABLE, folder);
    }
    if length == Length::Nightly {
        command.env(NIGHTLY_VARIABLE, "1");
    }
}
