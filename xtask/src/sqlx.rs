//! The cache of checked queries: what the compiler knows of the database where there is none.

use crate::app;
use crate::cluster::Cluster;
use crate::shell::{Workspace, run as run_command, say};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// Compiles the server against a fresh database with all migrations, and writes or compares what its queries need.
///
/// # Errors
/// When a migration or a query does not fit, or, with `check`, when the committed cache differs.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result<()> {
    let committed = workspace.root.join(".sqlx");
    let fresh = workspace.root.join("target/sqlx");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    app::ensure_folders(workspace)?;
    let database = Cluster::start(workspace, "sqlx-pg")?;
    database.migrate(workspace, &workspace.root.join("migrations"))?;

    say("compiling the server's queries against the migrated database");
    // The macros write only when they run, and cargo runs them only for sources that changed.
    touch(&workspace.root.join("server/src/lib.rs"))?;
    // The whole workspace, as the lints have it: the server alone would agree on other features of what it uses,
    // and compile that once more.
    let mut cargo = workspace.cargo(&["check", "--workspace", "--all-targets"]);
    cargo
        .env("DATABASE_URL", database.url("postgres"))
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &fresh);
    run_command(&mut cargo)?;
    drop(database);

    let (found, wanted) = (entries(&committed)?, entries(&fresh)?);
    if found == wanted {
        say(&format!(
            "the query cache is right: {} queries",
            wanted.len()
        ));
        return Ok(());
    }
    let missing = wanted
        .iter()
        .filter(|(name, text)| found.get(*name) != Some(*text))
        .count();
    let needless = found
        .keys()
        .filter(|name| !wanted.contains_key(*name))
        .count();
    if check {
        bail!(
            "the query cache in .sqlx is not right ({missing} missing or different, {needless} needless): run `cargo xtask sqlx`"
        );
    }
    fs::create_dir_all(&committed)?;
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    for (name, text) in &wanted {
        fs::write(committed.join(name), text)?;
    }
    say(&format!(
        "the query cache is written: {} queries, {missing} new or changed, {needless} gone",
        wanted.len()
    ));
    Ok(())
}

fn touch(file: &Path) -> Result<()> {
    let opened = fs::File::options().append(true).open(file)?;
    opened
        .set_modified(std::time::SystemTime::now())
        .with_context(|| format!("cannot touch {}", file.display()))
}

fn entries(folder: &Path) -> Result<BTreeMap<OsString, Vec<u8>>> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    fs::read_dir(folder)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), fs::read(entry.path())?))))
        .collect::<Result<_, _>>()
        .with_context(|| format!("cannot read {}", folder.display()))
}
