//! The private Postgres of a single machine: a child of this process with its cluster in the data directory, reached
//! through a Unix socket in a private folder and never over TCP.

pub mod host;
mod process;

use crate::supervisor::Supervisor;
use host::{Account, Programs, SUPERUSER};
use orderline_domain::backoff::Backoff;
use process::{Plan, Running};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

/// The installation's database in the cluster.
pub const DATABASE: &str = "orderline";
/// How long Postgres must have run for an end to count as a first one.
const CALM: Duration = Duration::from_mins(1);

/// Why there is no private Postgres.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedPostgresError {
    /// No programs, no account, or a folder that cannot be used.
    #[error("the private database cannot be set up: {0}")]
    SetUp(#[source] io::Error),
    /// It ended or was not ready in time.
    #[error("the private database does not start: {0}")]
    Start(#[source] io::Error),
    /// It did not end.
    #[error("the private database does not stop: {0}")]
    Stop(#[source] io::Error),
}

/// A running private Postgres. When it dies it is started again, after pauses that grow and never end: what kept it down
/// (a full disk, too little memory) may pass. Dropping this stops it without waiting.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    socket: PathBuf,
    up: Arc<AtomicBool>,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<io::Result<()>>,
}

impl EmbeddedPostgres {
    /// Starts the cluster of `data_dir`, making it where there is none. One that a killed server left running is taken
    /// over. Its databases and roles are the store's business.
    ///
    /// # Errors
    /// [`EmbeddedPostgresError::SetUp`] and [`EmbeddedPostgresError::Start`]; the message says what to do about it.
    pub async fn start(
        data_dir: &Path,
        supervisor: &Supervisor,
    ) -> Result<Self, EmbeddedPostgresError> {
        let data_dir = data_dir.to_owned();
        let plan = tokio::task::spawn_blocking(move || prepare(&data_dir))
            .await
            .map_err(|error| EmbeddedPostgresError::SetUp(io::Error::other(error)))?
            .map_err(EmbeddedPostgresError::SetUp)?;
        let socket = plan.socket.clone();
        let running = plan.start().await.map_err(EmbeddedPostgresError::Start)?;
        let (stop, told) = oneshot::channel();
        let (ended, stopped) = oneshot::channel();
        let up = Arc::new(AtomicBool::new(true));
        let keeper = Keeper {
            plan,
            up: Arc::clone(&up),
            pauses: supervisor.pauses(),
        };
        supervisor.vital("postgres", async move {
            // Whoever stops it may have gone.
            let _ = ended.send(keeper.keep(running, told).await);
        });
        Ok(Self {
            socket,
            up,
            stop,
            stopped,
        })
    }

    /// The address of the installation's database in a cluster of `data_dir` that runs already; nothing is started and
    /// nothing made.
    pub fn found(data_dir: &Path) -> Option<String> {
        let cluster = data_dir.join("postgres/data");
        host::Postmaster::read(&cluster).filter(|it| it.ready)?;
        let state = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        // The fifth line is the socket's folder.
        let socket = state.lines().nth(4)?;
        Some(host::url(Path::new(socket), SUPERUSER, DATABASE))
    }

    /// The address of a database for a role, in the form that libpq and sqlx read. No password: the socket's folder
    /// lets in this account alone.
    pub fn url(&self, role: &str, database: &str) -> String {
        host::url(&self.socket, role, database)
    }

    /// The address of the cluster's first database for its superuser.
    pub fn superuser_url(&self) -> String {
        self.url(SUPERUSER, "postgres")
    }

    /// Says whether it runs; keeps telling the truth while it is started again.
    pub fn up(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.up)
    }

    /// Ends all connections and stops the cluster as its documentation wants it.
    ///
    /// # Errors
    /// [`EmbeddedPostgresError::Stop`] when the process is still there after a long wait.
    pub async fn stop(self) -> Result<(), EmbeddedPostgresError> {
        // The keeper ends only when it is told to.
        let _told = self.stop.send(());
        self.stopped
            .await
            .map_err(|error| EmbeddedPostgresError::Stop(io::Error::other(error)))?
            .map_err(EmbeddedPostgresError::Stop)
    }
}

/// Finds programs and folders, and makes the cluster where there is none.
fn prepare(data_dir: &Path) -> io::Result<Plan> {
    let account = Account::choose()?;
    let home = account.cluster_home(data_dir)?;
    let major = std::fs::read_to_string(home.join("data/PG_VERSION")).ok();
    let major = major
        .as_deref()
        .map(str::trim)
        .and_then(|text| text.parse().ok());
    let programs = Programs::find(major, None)?;
    if major.is_none() {
        tracing::info!(
            postgres.major = programs.major,
            "making the private database"
        );
        programs.init(&home, account, true)?;
    }
    let socket = account.socket_folder(&home)?;
    Ok(Plan {
        programs,
        account,
        data: home.join("data"),
        log: home.join("postgres.log"),
        home,
        socket,
    })
}

/// Holds the process until it is told to stop, and starts it again when it ends by itself.
struct Keeper {
    plan: Plan,
    up: Arc<AtomicBool>,
    pauses: Backoff,
}

impl Keeper {
    async fn keep(
        self,
        mut running: Running,
        mut stopped: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let mut failures = 0;
        loop {
            let since = Instant::now();
            tokio::select! {
                // A dropped handle ends the wait too.
                _ = &mut stopped => return running.stop(&self.plan).await,
                () = running.ended(&self.plan) => {}
            }
            self.up.store(false, Ordering::Relaxed);
            if since.elapsed() > CALM {
                failures = 0;
            }
            running = loop {
                failures += 1;
                let pause = self.pauses.wait(failures, rand::random());
                tracing::error!(
                    failures,
                    ?pause,
                    "the private database does not run; it is started again"
                );
                tokio::select! {
                    _ = &mut stopped => return Ok(()),
                    () = sleep(pause) => {}
                }
                match self.plan.start().await {
                    Ok(running) => break running,
                    Err(error) => {
                        tracing::error!(error = %error, "the private database does not start");
                    }
                }
            };
            self.up.store(true, Ordering::Relaxed);
        }
    }
}
