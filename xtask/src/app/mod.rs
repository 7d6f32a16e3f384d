//! Builds the browser app: three entries, each a folder of files that the server carries.

mod compress;
mod page;
mod stamp;
mod style;
mod texts;

use crate::setup;
use crate::shell::{Workspace, files_below, run, say};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The entries: each a page `app/<name>.html` and a binary of the same name.
pub(crate) const ENTRIES: [&str; 3] = ["buyer", "staff", "office"];

/// What the compiler may emit for the browsers that we support; `wasm-opt` refuses what it is not told of.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How the code is made small, each option chosen by the size after Brotli. `-O2` leaves more code than `-Oz`, but code
/// that resembles itself; so do functions that are not inlined into their one caller, and functions in the order of their
/// names. No data lies in the first KiB of memory, which is the far end of the stack.
const SMALLER: [&str; 4] = [
    "-O2",
    "--one-caller-inline-max-function-size=0",
    "--low-memory-unused",
    "--reorder-functions-by-name",
];

/// How the app is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quick to rebuild, megabytes large, not compressed.
    Debug,
    /// Small: optimised for size, with compressed copies beside each file.
    Release,
}

impl Kind {
    pub(crate) fn from_release(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    /// Cargo's profile, and the name in the stamp.
    fn profile(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "web",
        }
    }
}

/// Builds the entries into `app/dist/<entry>`, unless they are there already as the sources are now.
///
/// # Errors
/// When a tool fails.
pub(crate) fn build(workspace: &Workspace, kind: Kind) -> Result<()> {
    let now = stamp::Stamp::take(workspace, kind.profile())?;
    if now.is_current(workspace) {
        say("the app is up to date");
        return Ok(());
    }
    rebuild(workspace, kind)?;
    now.write(workspace)
}

/// Makes sure that the app is there as the sources are now, in whichever way it was built.
///
/// # Errors
/// As [`build`].
pub(crate) fn ensure_any(workspace: &Workspace) -> Result<()> {
    if stamp::Stamp::take(workspace, Kind::Release.profile())?.is_current(workspace) {
        say("the app is up to date");
        return Ok(());
    }
    build(workspace, Kind::Debug)
}

/// Where the server's build finds an entry.
pub(crate) fn dist(workspace: &Workspace, entry: &str) -> PathBuf {
    workspace.root.join("app/dist").join(entry)
}

/// The server's sources name these folders: its checks need them to be there, if only empty.
///
/// # Errors
/// When one cannot be made.
pub(crate) fn ensure_folders(workspace: &Workspace) -> Result<()> {
    for entry in ENTRIES {
        fs::create_dir_all(dist(workspace, entry))?;
    }
    Ok(())
}

fn rebuild(workspace: &Workspace, kind: Kind) -> Result<()> {
    say("compiling the app for the browser");
    stamp::forget(workspace)?;
    style::join(workspace)?;
    // All entries at once: linking each takes one core, and Trunk builds one after the other.
    let mut cargo = workspace.cargo(&[
        "build",
        "--target",
        "wasm32-unknown-unknown",
        "-p",
        "orderline-app",
        "--bins",
    ]);
    cargo.args(["--profile", kind.profile()]);
    web_environment(workspace, &mut cargo);
    run(&mut cargo)?;
    let texts = texts::Texts::read(workspace)?;
    let mut shown = BTreeSet::new();
    for entry in ENTRIES {
        let staging = workspace.root.join("target/web/out").join(entry);
        let mut trunk = workspace.command("trunk");
        trunk
            .args([
                "build",
                &format!("app/{entry}.html"),
                "--skip-version-check",
                "--log",
                "warn",
            ])
            .args([
                "--cargo-profile",
                kind.profile(),
                "--public-url",
                &format!("/a/{entry}/"),
                "--dist",
            ])
            .arg(&staging);
        web_environment(workspace, &mut trunk);
        run(&mut trunk)?;
        shown.extend(texts.write(&staging, &code(&staging)?)?);
        page::write(workspace, &staging, &texts)?;
        if kind == Kind::Release {
            shrink(workspace, &staging)?;
            compress::beside(&staging)?;
        }
        replace(&staging, &dist(workspace, entry))?;
        report(&dist(workspace, entry), entry)?;
    }
    texts.ensure_none_is_lost(&shown, page::template(workspace)?.as_bytes())
}

/// The code of the entry in `folder`, before it is shrunk.
fn code(folder: &Path) -> Result<Vec<u8>> {
    let files = files_below(folder, &[])?;
    let wasm = files.iter().find(|file| has_extension(file, "wasm"));
    Ok(fs::read(wasm.context("Trunk left no code")?)?)
}

fn web_environment(workspace: &Workspace, command: &mut std::process::Command) {
    // A folder of its own, so that a server's build beside this one does not wait for its lock.
    command.env("CARGO_TARGET_DIR", workspace.root.join("target/web"));
    // wasm-bindgen drops debug information anyway, after reading through all of it.
    command.env("CARGO_PROFILE_DEV_DEBUG", "false");
    // Views without their types in each other: a fifth less to load, and sooner compiled.
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "--cfg=erase_components",
    );
    // Trunk takes the usual "1" for an error.
    command.env_remove("NO_COLOR");
    setup::for_wasm(workspace, command);
}

fn shrink(workspace: &Workspace, folder: &Path) -> Result<()> {
    for wasm in files_below(folder, &[])?
        .iter()
        .filter(|file| has_extension(file, "wasm"))
    {
        let Some(mut wasm_opt) = setup::wasm_opt(workspace) else {
            say("without wasm-opt: the app stays larger than it need be");
            return Ok(());
        };
        let smaller = wasm.with_extension("smaller");
        run(wasm_opt
            .args(SMALLER)
            .args(WASM_FEATURES)
            .arg(wasm)
            .arg("-o")
            .arg(&smaller))?;
        fs::rename(&smaller, wasm)?;
    }
    Ok(())
}

/// Puts a copy of `staging` in the place of `place`, which is absent for a moment only.
fn replace(staging: &Path, place: &Path) -> Result<()> {
    let fresh = place.with_extension("new");
    for folder in [&fresh, place] {
        fs::create_dir_all(folder)?;
    }
    fs::remove_dir_all(&fresh)?;
    for file in files_below(staging, &[])? {
        let copy = fresh.join(file.strip_prefix(staging)?);
        fs::create_dir_all(copy.parent().context("a file has a folder")?)?;
        fs::copy(&file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    fs::remove_dir_all(place)?;
    fs::rename(&fresh, place).with_context(|| format!("cannot put {} in place", place.display()))
}

fn report(folder: &Path, entry: &str) -> Result<()> {
    let (mut plain, mut sent) = (0, 0);
    for file in files_below(folder, &["locales"])? {
        if has_extension(&file, "br") || has_extension(&file, "gz") {
            continue;
        }
        let size = fs::metadata(&file)?.len();
        plain += size;
        sent += fs::metadata(compress::brotli_name(&file)).map_or(size, |copy| copy.len());
    }
    eprintln!(
        "  {entry}: {} KiB, {} KiB as sent",
        plain.div_ceil(1024),
        sent.div_ceil(1024)
    );
    Ok(())
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}
