//! Rust's parts: the WebAssembly target, Trunk, wasm-bindgen.

use super::apt;
use crate::shell::{Workspace, capture, run, say};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";
const MACHETE: &str = "0.9.2";
/// The name under which rustup knows Debian's compiler, where rustup's own has no WebAssembly.
const DEBIAN_TOOLCHAIN: &str = "debian-web";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Makes sure that this toolchain, or Debian's beside it, builds for the browser.
///
/// # Errors
/// When neither can be had.
pub(super) fn wasm_target(workspace: &Workspace) -> Result<()> {
    if builds_wasm(workspace, None) || builds_wasm(workspace, Some(DEBIAN_TOOLCHAIN)) {
        return Ok(());
    }
    say("setup: Rust's WebAssembly target: the app runs in the browser");
    let added = run(workspace.command("rustup").args(["target", "add", WASM]));
    if let Err(refused) = added {
        say(&format!(
            "that was refused ({refused:#}); Debian has a compiler for it"
        ));
        debian_toolchain(workspace).context("no way to build WebAssembly here")?;
    }
    Ok(())
}

/// Makes `command` use the toolchain that builds for the browser.
pub(super) fn for_wasm(workspace: &Workspace, command: &mut Command) {
    if !builds_wasm(workspace, None) {
        command.env("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN);
    }
}

/// Whether the standard library for the browser is where `toolchain` (else the active one) looks for it.
fn builds_wasm(workspace: &Workspace, toolchain: Option<&str>) -> bool {
    let Ok(folder) = library_folder(workspace, toolchain) else {
        return false;
    };
    fs::read_dir(folder).is_ok_and(|files| {
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

fn library_folder(workspace: &Workspace, toolchain: Option<&str>) -> Result<PathBuf> {
    let mut rustc = workspace.command("rustc");
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let answer = capture(rustc.args(["--print", "target-libdir", "--target", WASM]))?;
    Ok(PathBuf::from(answer.trim()))
}

/// Debian's compiler, with the standard library for the browser built once from its sources.
fn debian_toolchain(workspace: &Workspace) -> Result<()> {
    let Some(prefix) = apt::root_prefix(workspace) else {
        bail!(
            "root must install it: apt-get install {}",
            DEBIAN_PACKAGES.join(" ")
        );
    };
    apt::apt_get(prefix, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(DEBIAN_PACKAGES);
    apt::apt_get(prefix, &install)?;
    run(workspace
        .command("rustup")
        .args(["toolchain", "link", DEBIAN_TOOLCHAIN, "/usr"]))?;

    say("setup: building Rust's standard library for the browser (once)");
    let empty = workspace.tools().join("wasm-std");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let mut build = workspace.command("cargo");
    build
        .current_dir(&empty)
        .env("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            rust_lld(workspace)?,
        )
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            WASM,
        ]);
    run(&mut build)?;

    let folder = library_folder(workspace, Some(DEBIAN_TOOLCHAIN))?;
    let mut place = Command::new(prefix[0]);
    place
        .args(&prefix[1..])
        .args(["install", "-D", "-m", "0644", "-t"])
        .arg(&folder);
    let results = empty.join("target").join(WASM).join("release/deps");
    let libraries: Vec<PathBuf> = fs::read_dir(&results)?
        .flatten()
        .map(|file| file.path())
        .filter(|file| file.extension().is_some_and(|kind| kind == "rlib"))
        .filter(|file| {
            !file
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libwasm_std"))
        })
        .collect();
    ensure!(
        !libraries.is_empty(),
        "the build left no libraries in {}",
        results.display()
    );
    run(place.args(libraries))
}

fn rust_lld(workspace: &Workspace) -> Result<PathBuf> {
    let sysroot = capture(workspace.command("rustc").args(["--print", "sysroot"]))?;
    let lld = Path::new(sysroot.trim()).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    ensure!(
        lld.is_file(),
        "no linker for WebAssembly at {}",
        lld.display()
    );
    Ok(lld)
}

/// Makes sure of Trunk, which turns the app into files for the browser.
///
/// # Errors
/// When it cannot be built.
pub(super) fn trunk(workspace: &Workspace) -> Result<()> {
    let wanted = Tool {
        program: "trunk",
        package: "trunk",
        version: TRUNK,
        locked: true,
    };
    wanted.install(workspace, "puts the app's files together")
}

/// Makes sure of the wasm-bindgen that fits Cargo.lock: another version refuses the app's code.
///
/// # Errors
/// When it cannot be built.
pub(super) fn wasm_bindgen(workspace: &Workspace) -> Result<()> {
    let version = locked_version(
        &fs::read_to_string(workspace.root.join("Cargo.lock"))?,
        "wasm-bindgen",
    )?;
    let wanted = Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: &version,
        locked: false,
    };
    wanted.install(workspace, "connects the app with the browser's functions")
}

/// Makes sure of what looks at the dependencies: licences, bans and sources; and those that nobody names.
///
/// # Errors
/// When one cannot be built.
pub(crate) fn dependency_checks(workspace: &Workspace) -> Result<()> {
    let deny = Tool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: DENY,
        locked: true,
    };
    deny.install(workspace, "checks the dependencies' licences and sources")?;
    let machete = Tool {
        program: "cargo-machete",
        package: "cargo-machete",
        version: MACHETE,
        locked: true,
    };
    machete.install(workspace, "finds dependencies that nobody names")
}

/// The version of `package` in the text of a lock file.
fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not readable")?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .context("Cargo.lock names no packages")?;
    packages
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|entry| entry.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock does not name {package}"))
}

/// A program that cargo builds.
struct Tool<'a> {
    program: &'a str,
    package: &'a str,
    version: &'a str,
    locked: bool,
}

impl Tool<'_> {
    fn there(&self, workspace: &Workspace) -> bool {
        workspace.which(self.program).is_some()
            && capture(workspace.command(self.program).arg("--version"))
                .is_ok_and(|answer| answer.split_whitespace().any(|word| word == self.version))
    }

    fn install(&self, workspace: &Workspace, why: &str) -> Result<()> {
        if self.there(workspace) {
            return Ok(());
        }
        say(&format!(
            "setup: {} {} ({why}); a few minutes, once",
            self.package, self.version
        ));
        let mut cargo = workspace.cargo(&["install", "--debug", "--root"]);
        cargo
            .arg(workspace.tools())
            .arg(format!("{}@{}", self.package, self.version));
        // Kept apart from the project's own build, and taken up again when it was cut short.
        cargo.env("CARGO_TARGET_DIR", workspace.tools().join("build"));
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
        if self.locked {
            cargo.arg("--locked");
        }
        run(&mut cargo)?;
        ensure!(
            self.there(workspace),
            "{} was built, but does not say that it is {}",
            self.program,
            self.version
        );
        Ok(())
    }
}

/// Makes sure of rustfmt and clippy.
///
/// # Errors
/// When rustup cannot add them.
pub(crate) fn components(workspace: &Workspace) -> Result<()> {
    let there = |program: &str| capture(&mut workspace.cargo(&[program, "--version"])).is_ok();
    if there("fmt") && there("clippy") {
        return Ok(());
    }
    say("setup: rustfmt and clippy, for the checks");
    run(workspace
        .command("rustup")
        .args(["component", "add", "rustfmt", "clippy"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_from_a_lock_file() -> Result<()> {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n[[package]]\nname = \"ab\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked_version(lock, "ab")?, "2.0.0");
        assert!(locked_version(lock, "b").is_err());
        Ok(())
    }
}
