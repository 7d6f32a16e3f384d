//! The real server in a process of its own.

use crate::{disk::Disk, measure};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// The variable that names the server's program.
pub const PROGRAM_VARIABLE: &str = "ORDERLINE_BIN";
/// Where Postgres' programs are, when they are not in a usual place.
const POSTGRES_VARIABLE: &str = "ORDERLINE_POSTGRES_BIN";
/// The line that says that the server answers.
const READY: &str = "Orderline is ready: ";
/// A first start makes a database cluster, on a machine that may be busy.
const START: Duration = Duration::from_mins(3);
const STOP: Duration = Duration::from_mins(1);

/// A server in demo mode over a data folder of its own, which outlives kills.
pub struct Server {
    pub addr: SocketAddr,
    /// Present when its power can be cut.
    disk: Option<Disk>,
    home: tempfile::TempDir,
    data: PathBuf,
    program: PathBuf,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Server {
    /// Starts the program that [`PROGRAM_VARIABLE`] names, or the workspace's debug build.
    ///
    /// # Errors
    /// When there is none or it does not get ready.
    pub async fn start(arguments: &[&str]) -> Result<Self> {
        Self::start_on(false, arguments).await
    }

    /// As [`Self::start`], with everything on a disk whose power [`Self::crash`] cuts.
    ///
    /// # Errors
    /// Also when this machine cannot make such a disk.
    pub async fn start_on_disk(arguments: &[&str]) -> Result<Self> {
        Self::start_on(true, arguments).await
    }

    async fn start_on(disk: bool, arguments: &[&str]) -> Result<Self> {
        let program = std::env::var_os(PROGRAM_VARIABLE).map_or_else(built, PathBuf::from);
        ensure!(
            program.is_file(),
            "there is no server at {}; build it or name it in {PROGRAM_VARIABLE}",
            program.display()
        );
        // The port is free again for the server as soon as the listener is gone.
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let home = tempfile::Builder::new()
            .prefix("orderline-test-")
            .tempdir()?;
        // The database runs as somebody else, who must be able to reach its folder.
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o711))?;
        let disk = disk.then(|| Disk::new(home.path())).transpose()?;
        let data = disk
            .as_ref()
            .map_or_else(|| home.path().to_owned(), Disk::path)
            .join("data");
        let mut server = Self {
            addr,
            disk,
            home,
            data,
            program,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            child: None,
        };
        server.run().await?;
        Ok(server)
    }

    /// Starts the process over the same data and address.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn run(&mut self) -> Result<()> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log())?;
        let mut command = Command::new(&self.program);
        command
            .args([
                "serve",
                "--demo",
                "--listen",
                &self.addr.to_string(),
                "--data",
            ])
            .arg(&self.data)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        // The one under test brings its own database, whatever the surroundings use.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let ours = name.starts_with("ORDERLINE_")
                && name != POSTGRES_VARIABLE
                && name != "ORDERLINE_LOG";
            if ours || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        let mut child = command.spawn().context("starting the server")?;
        let output = child.stdout.take().context("the server's output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = timeout(START, async {
            while let Some(line) = lines.next_line().await? {
                if line.starts_with(READY) {
                    return Ok(());
                }
            }
            bail!("the server ended before it was ready")
        });
        match ready.await {
            Ok(Ok(())) => {
                self.child = Some(child);
                Ok(())
            }
            Ok(Err(error)) => Err(error.context(self.said())),
            Err(_) => bail!("the server does not get ready\n{}", self.said()),
        }
    }

    /// The process' id.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    /// The end of the server's log.
    pub fn said(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// SIGKILL, and nothing is tidied up; on a disk of its own the whole machine: the database is killed too, and
    /// what was not synced is gone.
    ///
    /// # Errors
    /// When the process is not there, or the disk does not come back.
    pub async fn crash(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server runs")?;
        let Some(disk) = &mut self.disk else {
            child.kill().await?;
            return Ok(());
        };
        let pids = measure::tree(child.id().context("the server runs")?)?;
        let pids: Vec<String> = pids.iter().map(ToString::to_string).collect();
        // Those that ended by themselves are fine.
        Command::new("kill")
            .arg("-KILL")
            .args(&pids)
            .stderr(Stdio::null())
            .status()
            .await?;
        child.wait().await?;
        disk.cut()
    }

    /// As an operator stops it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        let pid = child.id().context("the server runs")?;
        let asked = Command::new("kill")
            .args(["-TERM", &pid.to_string()])
            .status()
            .await?;
        ensure!(asked.success(), "the server could not be asked to stop");
        timeout(STOP, child.wait())
            .await
            .context("the server does not stop")??;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whatever happened to the server, its private database must not stay behind.
        drop(self.child.take());
        let file = self.data.join("postgres/data/postmaster.pid");
        if let Some(pid) = std::fs::read_to_string(file)
            .ok()
            .and_then(|text| text.lines().next().map(str::to_owned))
        {
            // Gone already is fine.
            drop(
                std::process::Command::new("kill")
                    .args(["-INT", &pid])
                    .status(),
            );
        }
    }
}

fn built() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/orderline")
}
