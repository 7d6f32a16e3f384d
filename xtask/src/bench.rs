//! Measurements. Each ends in one line of JSON, which is what the README quotes.

use crate::app::{self, Kind};
use crate::scripts::Browser;
use crate::setup;
use crate::shell::{Workspace, run, say};
use anyhow::Result;
use clap::ValueEnum;

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// Many sockets, many messages.
    Chat,
    /// Forwarding and recording of calls.
    Relay,
    /// A call between two real browsers.
    Call,
    /// Kills at random moments.
    Recovery,
    /// The app's size and its start on a slow line.
    App,
    /// Signing in, finding a customer among many, slow clients, and who may do what.
    Doors,
}

impl Name {
    /// The end of the program's or script's name.
    fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Relay => "relay",
            Self::Call => "call",
            Self::Recovery => "recovery",
            Self::App => "app",
            Self::Doors => "doors",
        }
    }

    /// Whether it needs a browser; the others are programs of the tests' crate.
    fn in_browser(self) -> bool {
        matches!(self, Self::Call | Self::App)
    }
}

/// Builds everything as it is shipped and measures `name`.
///
/// # Errors
/// When something does not build or the measurement fails.
pub(crate) fn bench(workspace: &Workspace, name: Name, arguments: &[String]) -> Result<()> {
    setup::run(workspace)?;
    app::build(workspace, Kind::Release)?;
    say("compiling the server and the drivers, optimised");
    // Together: apart, they would agree on other features of what they share, and compile that twice.
    run(&mut workspace.cargo(&[
        "build",
        "--release",
        "-p",
        "orderline",
        "-p",
        "orderline-tests",
        "--bins",
    ]))?;
    let server = workspace.target.join("release/orderline");
    if name.in_browser() {
        setup::test(workspace)?;
        let script = workspace
            .browser_tests()
            .join(format!("bench-{}.mjs", name.word()));
        return run(Browser {
            workspace,
            server: &server,
        }
        .node()
        .arg(script)
        .args(arguments));
    }
    let program = workspace
        .target
        .join(format!("release/bench-{}", name.word()));
    let mut driver = workspace.command(&program);
    run(driver.args(arguments).env("ORDERLINE_BIN", &server))
}
