//! Debian packages.

use crate::cluster::host::Programs;
use crate::setup::npm;
use crate::shell::{Workspace, run, say};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// One thing that a package brings.
pub(super) struct Need {
    package: &'static str,
    why: &'static str,
    there: fn(&Workspace) -> bool,
    /// Whether the work goes on without it: then its absence is told, and is no failure.
    optional: bool,
}

macro_rules! program {
    ($program:literal from $package:literal: $why:literal) => {
        Need {
            package: $package,
            why: $why,
            there: |workspace| workspace.which($program).is_some(),
            optional: false,
        }
    };
}

/// For building and running the server and the app.
pub(super) const FOR_RUN: &[Need] = &[
    program!("cc" from "build-essential": "compiles the C parts of the cryptography and the codec"),
    program!("cmake" from "cmake": "builds the audio codec"),
    program!("pkg-config" from "pkg-config": "finds system libraries while building"),
    Need {
        package: "postgresql",
        why: "the private database inside the data directory",
        there: |_| Programs::find(None, None).is_ok(),
        // An ordinary user gets it from npm.
        optional: true,
    },
    Need {
        optional: true,
        ..COTURN
    },
    NODEJS,
    NPM,
];

/// For building the app alone.
pub(super) const FOR_APP: &[Need] = &[NODEJS, NPM];

/// For the tests, beyond [`FOR_RUN`].
pub(super) const FOR_TEST: &[Need] = &[
    Need {
        optional: false,
        ..NODEJS
    },
    Need {
        optional: false,
        ..NPM
    },
    COTURN,
    program!("chromium" from "chromium": "the browser that the tests drive"),
    program!("firefox-esr" from "firefox-esr": "the other browser that the tests drive"),
    program!("ffmpeg" from "ffmpeg": "decodes recordings and makes test pictures"),
    Need {
        package: "python3-venv",
        why: "runs a second S3 store to test against",
        there: |_| {
            Command::new("python3")
                .args(["-c", "import ensurepip, venv"])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        },
        optional: false,
    },
    Need {
        optional: true,
        ..program!("sccache" from "sccache": "keeps compiled libraries for the next clean build")
    },
    program!("ip" from "iproute2": "network faults in tests"),
    program!("socat" from "socat": "the hosts of the network laboratory"),
    Need {
        package: "fonts-dejavu-core",
        why: "text in screenshots and test pictures",
        there: |_| Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file(),
        optional: false,
    },
];

const COTURN: Need = program!("turnserver" from "coturn": "private calls through strict networks");

const NODEJS: Need = Need {
    package: "nodejs",
    why: "makes the app smaller and drives the browser tests",
    there: |workspace| npm::node_major(workspace).is_some_and(|major| major >= npm::NODE_MIN),
    optional: true,
};

const NPM: Need = Need {
    package: "npm",
    why: "installs the packages for that",
    there: |workspace| workspace.which("npm").is_some(),
    optional: true,
};

/// Installs the packages whose things are missing.
///
/// # Errors
/// When one cannot be installed and is not optional; the message is the command to run.
pub(super) fn install(workspace: &Workspace, needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs
        .iter()
        .filter(|need| !(need.there)(workspace))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        say(&format!(
            "setup: {} is missing ({})",
            need.package, need.why
        ));
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(prefix) = root_prefix(workspace) else {
        let needed: Vec<&str> = missing
            .iter()
            .filter(|need| !need.optional)
            .map(|need| need.package)
            .collect();
        if needed.is_empty() {
            say(&format!(
                "going on without; as root, `{by_hand}` would bring it"
            ));
            return Ok(());
        }
        bail!("{} must be installed by root: {by_hand}", needed.join(", "));
    };
    apt_get(prefix, &["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(prefix, &arguments)?;
    match missing.iter().find(|need| !(need.there)(workspace)) {
        Some(need) if !need.optional => bail!(
            "{} was installed, and still what it brings is missing",
            need.package
        ),
        _ => Ok(()),
    }
}

/// How commands are given root's rights here; `None` where that is not possible without asking.
pub(super) fn root_prefix(workspace: &Workspace) -> Option<&'static [&'static str]> {
    workspace.which("apt-get")?;
    if rustix::process::geteuid().is_root() {
        return Some(&["env"]);
    }
    let quiet = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    quiet(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n", "env"])
}

/// Runs `apt-get` with the words of [`root_prefix`] before it.
///
/// # Errors
/// When it fails.
pub(super) fn apt_get(prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let mut words = prefix.iter().copied();
    let mut command = Command::new(words.next().unwrap_or("env"));
    command
        .args(words)
        .arg("DEBIAN_FRONTEND=noninteractive")
        .args(["apt-get", "--quiet"])
        .args(arguments);
    run(&mut command)
}
