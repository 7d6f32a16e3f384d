//! A private Postgres for as long as a task of this tool runs.

// The product finds its programs and its account by the same rules; this tool must build before the product does, so
// it compiles that one file instead of depending on the server.
#[path = "../../server/src/embedded/postgres/host.rs"]
pub(crate) mod host;

use crate::setup;
use crate::shell::{Workspace, files_below, run, say};
use anyhow::{Context, Result, bail};
use host::{Account, Postmaster, Programs, SUPERUSER};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a start or a stop may take.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);
/// The roles that the migrations give rights to, and what searches need. The server makes them itself, before it
/// migrates.
const ROLES: &str = "CREATE ROLE orderline_owner; CREATE ROLE orderline_app; CREATE ROLE orderline_jobs; \
     CREATE ROLE orderline_platform; CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;";

/// A running cluster that is thrown away at the end. It does not sync: what is in it is needed by nobody.
pub(crate) struct Cluster {
    server: Child,
    socket: PathBuf,
    home: PathBuf,
    log: PathBuf,
}

impl Cluster {
    /// Starts an empty cluster below `target/<name>`.
    ///
    /// # Errors
    /// When this machine has no Postgres that can be installed or started.
    pub(crate) fn start(workspace: &Workspace, name: &str) -> Result<Self> {
        setup::postgres(workspace)?;
        let programs = Programs::find(None, setup::postgres_folder(workspace).as_deref())?;
        say(&format!(
            "a private PostgreSQL {} for this run",
            programs.major
        ));
        let account = Account::choose()?;
        let parent = workspace.root.join("target").join(name);
        let home = account.cluster_home(&parent)?;
        stop_left_over(&home.join("data"))?;
        for stale in ["data", "data.new"] {
            let folder = home.join(stale);
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot empty {}", folder.display()))?;
            }
        }
        programs.init(&home, account, false)?;
        let socket = account.socket_folder(&home)?;
        let log = parent.join("postgres.log");
        let file = fs::File::create(&log)?;
        let server = account
            .command(programs.bin.join("postgres"), &home)
            .arg("-D")
            .arg(home.join("data"))
            .arg("-k")
            .arg(&socket)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "max_connections=300",
                "-c",
                "timezone=UTC",
            ])
            .args([
                "-c",
                "fsync=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "shared_buffers=128MB",
            ])
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("cannot start postgres")?;
        let mut cluster = Self {
            server,
            socket,
            home,
            log,
        };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        let data = self.home.join("data");
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.server.try_wait()? {
                bail!(
                    "postgres ended ({status}): {}",
                    host::tail(&fs::read(&self.log)?)
                );
            }
            if Postmaster::read(&data)
                .is_some_and(|it| it.ready && u32::try_from(it.pid) == Ok(self.server.id()))
            {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        bail!("postgres was not ready within {} s", PATIENCE.as_secs())
    }

    /// Applies the files of `folder` in the order of their names, each as one transaction.
    ///
    /// # Errors
    /// When `psql` is missing or a statement fails.
    pub(crate) fn migrate(&self, workspace: &Workspace, folder: &Path) -> Result<()> {
        let psql = workspace
            .which("psql")
            .context("psql is missing: install Debian's package `postgresql-client`")?;
        let connect = || {
            let mut command = Command::new(&psql);
            command.args([
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
            ]);
            command.args(["--output=/dev/null", "--dbname", &self.url("postgres")]);
            command
        };
        run(connect().args(["--command", ROLES]))?;
        for file in files_below(folder, &[])?
            .iter()
            .filter(|file| file.extension().is_some_and(|kind| kind == "sql"))
        {
            run(connect().arg("--file").arg(file))?;
        }
        Ok(())
    }

    /// The address of `database` for the superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        host::url(&self.socket, SUPERUSER, database)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw) {
            // SIGINT is Postgres' fast shutdown. Where it fails the process is gone already, and the wait says so.
            let _ = kill_process(pid, Signal::INT);
        }
        if let Err(error) = self.server.wait() {
            eprintln!("cannot wait for postgres: {error}");
        }
    }
}

/// Stops the cluster that a run which was killed left in `data`.
fn stop_left_over(data: &Path) -> Result<()> {
    let Some(left) = Postmaster::read(data) else {
        return Ok(());
    };
    let works_there =
        || fs::read_link(format!("/proc/{}/cwd", left.pid)).is_ok_and(|folder| folder == data);
    let Some(pid) = Pid::from_raw(left.pid).filter(|_| works_there()) else {
        return Ok(());
    };
    say("stopping the PostgreSQL that an earlier run left");
    kill_process(pid, Signal::INT).context("cannot stop it")?;
    let begun = Instant::now();
    while works_there() {
        if begun.elapsed() > PATIENCE {
            bail!("it did not stop within {} s", PATIENCE.as_secs());
        }
        thread::sleep(POLL);
    }
    Ok(())
}
