//! The private Postgres of a single machine: a child of this process with its cluster in the data directory, reached
//! through a Unix socket in a private folder and never over TCP.

pub mod host;
mod process;

use host::{Account, Programs, SUPERUSER};
use process::{Plan, Running};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// Restarts in a row before the server is left alone; a run of [`CALM`] starts the count anew.
const RESTARTS_MAX: u32 = 5;
/// How long Postgres must have run for an end to count as a first one.
const CALM: Duration = Duration::from_mins(1);
/// The pause before a restart, times the number of restarts in a row.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

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

/// A running private Postgres. When it dies it is started again; dropping this stops it without waiting.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    socket: PathBuf,
    keeper: JoinHandle<io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl EmbeddedPostgres {
    /// Starts the cluster of `data_dir`, making it where there is none. One that a killed server left running is taken
    /// over. Its databases and roles are the store's business.
    ///
    /// # Errors
    /// [`EmbeddedPostgresError::SetUp`] and [`EmbeddedPostgresError::Start`]; the message says what to do about it.
    pub async fn start(data_dir: &Path) -> Result<Self, EmbeddedPostgresError> {
        let data_dir = data_dir.to_owned();
        let plan = tokio::task::spawn_blocking(move || prepare(&data_dir))
            .await
            .map_err(|error| EmbeddedPostgresError::SetUp(io::Error::other(error)))?
            .map_err(EmbeddedPostgresError::SetUp)?;
        let socket = plan.socket.clone();
        let running = plan.start().await.map_err(EmbeddedPostgresError::Start)?;
        let (stop, stopped) = oneshot::channel();
        let keeper = tokio::spawn(keep(plan, running, stopped));
        Ok(Self {
            socket,
            keeper,
            stop,
        })
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

    /// Ends all connections and stops the cluster as its documentation wants it.
    ///
    /// # Errors
    /// [`EmbeddedPostgresError::Stop`] when the process is still there after a long wait.
    pub async fn stop(self) -> Result<(), EmbeddedPostgresError> {
        // The keeper has ended already where Postgres could not be kept running.
        let _told = self.stop.send(());
        self.keeper
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
async fn keep(
    plan: Plan,
    mut running: Running,
    mut stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let mut restarts = 0;
    loop {
        let since = Instant::now();
        tokio::select! {
            // A dropped handle ends the wait too.
            _ = &mut stopped => return running.stop(&plan).await,
            () = running.ended(&plan) => {}
        }
        if since.elapsed() > CALM {
            restarts = 0;
        }
        running = loop {
            restarts += 1;
            if restarts > RESTARTS_MAX {
                tracing::error!(
                    restarts = RESTARTS_MAX,
                    "the private database does not stay up; not starting it again"
                );
                return Ok(());
            }
            tracing::error!(
                restart = restarts,
                "the private database ended by itself; starting it again"
            );
            tokio::select! {
                _ = &mut stopped => return Ok(()),
                () = sleep(RESTART_PAUSE * restarts) => {}
            }
            match plan.start().await {
                Ok(running) => break running,
                Err(error) => {
                    tracing::error!(error = %error, "the private database does not start");
                }
            }
        };
    }
}
