//! The check that holds the project's dependency arrows and a few rules of style that no lint knows.

mod circles;
mod graph;
mod rooms;
mod rules;
mod scan;

use crate::shell::{Workspace, capture, say};
use anyhow::{Context, Result, bail};
use graph::Graph;
use rules::{CRATES, LINES_MAX, NAMES, Name, UNFINISHED};
use scan::Source;
use serde::Deserialize;
use std::fs;
use std::io::ErrorKind;

/// The page that tells operators of every metric.
const METRICS: &str = "docs/metrics.md";

/// What `cargo metadata` says, as far as it is needed here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Only those of this workspace have one.
    path: Option<String>,
}

/// Checks the whole project.
///
/// # Errors
/// When something points where it must not; every place has been printed then.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    say("dependency arrows");
    let text = capture(&mut workspace.cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("cargo metadata is not as expected")?;
    let mut faults = between_crates(&metadata);
    // What git would commit: no build's leavings.
    let files = capture(workspace.command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "*.rs",
    ]))?;
    let metrics = fs::read_to_string(workspace.root.join(METRICS))
        .with_context(|| format!("cannot read {METRICS}"))?;
    for path in files.split_terminator('\0') {
        match fs::read_to_string(workspace.root.join(path)) {
            Ok(text) => {
                faults.extend(in_file(path, &text));
                if path.starts_with("server/src/") {
                    faults.extend(undocumented(path, &text, &metrics));
                }
            }
            // Deleted, and git has not been told yet.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {path}")),
        }
    }
    for (folder, rooms) in rooms::table()? {
        let graph = Graph::read(&workspace.root, &folder)?;
        faults.extend(rooms::faults(&rooms, &rooms::passed_on(&folder)?, &graph));
        faults.extend(circles::circles(&graph).iter().map(|circle| {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            format!("{folder}: a circle of files: {}", names.join(", "))
        }));
    }
    for fault in &faults {
        eprintln!("  {fault}");
    }
    if faults.is_empty() {
        Ok(())
    } else {
        bail!("{} places break a rule", faults.len())
    }
}

/// Prints each crate's files and its circles of files other than parent and child.
///
/// # Errors
/// When a crate cannot be read.
pub(crate) fn count_circles(workspace: &Workspace) -> Result<()> {
    for folder in rooms::table()?.keys() {
        let graph = Graph::read(&workspace.root, folder)?;
        let circles = circles::circles(&graph);
        println!(
            "{folder}: {} files, {} circles",
            graph.files.len(),
            circles.len()
        );
        for circle in circles {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            println!("  {}", names.join(", "));
        }
    }
    Ok(())
}

/// Prints which room names which, as it is, in the words of the table.
///
/// # Errors
/// When a crate cannot be read.
pub(crate) fn print(workspace: &Workspace) -> Result<()> {
    for (folder, rooms) in rooms::table()? {
        let graph = Graph::read(&workspace.root, &folder)?;
        println!("{folder}");
        for (room, named) in rooms::named(&rooms, &graph) {
            println!(
                "  {room} -> {}",
                named.into_iter().collect::<Vec<_>>().join(", ")
            );
        }
    }
    Ok(())
}

fn between_crates(metadata: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let Some((_, allowed)) = CRATES.iter().find(|(name, _)| *name == package.name) else {
            faults.push(format!(
                "{}: a crate that the rules do not name",
                package.name
            ));
            continue;
        };
        let ours = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some());
        faults.extend(
            ours.filter(|dependency| {
                // A crate may name itself, for what its tests alone switch on.
                dependency.name != package.name && !allowed.contains(&dependency.name.as_str())
            })
            .map(|dependency| format!("{} must not depend on {}", package.name, dependency.name)),
        );
    }
    faults
}

/// The faults of one file, each with its path and line.
fn in_file(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > LINES_MAX {
        faults.push(format!("{path}: {lines} lines, {LINES_MAX} at most"));
    }
    for (index, line) in text.lines().enumerate() {
        for word in UNFINISHED.iter().filter(|word| scan::has_word(line, word)) {
            faults.push(format!("{path}:{}: {word}", index + 1));
        }
    }
    let source = Source::read(text);
    for line in source.allows() {
        faults.push(format!(
            "{path}:{line}: a lint is allowed: expect it, with a reason"
        ));
    }
    for rule in NAMES
        .iter()
        .filter(|rule| within_any(path, rule.held_in) && !within_any(path, rule.except))
    {
        for line in names_in(&source, rule, path) {
            faults.push(format!(
                "{path}:{line}: {} is named here: {}",
                rule.path, rule.because
            ));
        }
    }
    faults
}

/// Metrics that the code names and the operators' page does not.
fn undocumented(path: &str, text: &str, page: &str) -> Vec<String> {
    text.split('"')
        .skip(1)
        .step_by(2)
        .filter(|name| is_metric(name) && !page.contains(&format!("`{name}`")))
        .map(|name| format!("{path}: the metric {name} is not in {METRICS}"))
        .collect()
}

fn is_metric(text: &str) -> bool {
    let rest = text.strip_prefix("orderline_").unwrap_or_default();
    [
        "_total", "_seconds", "_calls", "_legs", "_sockets", "_refused",
    ]
    .iter()
    .any(|end| format!("_{rest}").ends_with(end))
        && rest
            .bytes()
            .all(|sign| sign.is_ascii_lowercase() || sign == b'_')
}

/// A test may put together what the product keeps apart.
fn only_tests(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

fn names_in(source: &Source<'_>, rule: &Name, path: &str) -> Vec<usize> {
    if only_tests(path) && !rule.tests_too {
        return Vec::new();
    }
    source.mentions(rule.path, rule.tests_too)
}

fn within_any(path: &str, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| within(path, room))
}

/// Whether `path` is the room's file (`a/b.rs`) or stands in its folder (`a/b/…`).
fn within(path: &str, room: &str) -> bool {
    path.strip_prefix(room)
        .is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
