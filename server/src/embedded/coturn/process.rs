//! The coturn process: started, watched, started again.

use crate::embedded::postgres::host::{Account, tail};
use std::{
    fs, io,
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

/// How long it may take until it answers.
const START_MAX: Duration = Duration::from_secs(20);
/// How often it is looked at.
const WATCH: Duration = Duration::from_millis(100);
/// The pause before the first restart; each further one in a row waits twice as long …
const PAUSE: Duration = Duration::from_millis(500);
/// … up to this.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// How long it must have run for an end to count as a first one.
const CALM: Duration = Duration::from_mins(5);
/// Ports below this need a right of their own.
const PRIVILEGED: u16 = 1024;
/// A log longer than this, in bytes, is begun anew.
const LOG_MAX: u64 = 8 * 1024 * 1024;

/// All that is needed to start it, now or again.
#[derive(Debug)]
pub(super) struct Plan {
    pub turnserver: PathBuf,
    /// From util-linux: binds the child's life to ours, so that not even a kill leaves it behind.
    pub setpriv: PathBuf,
    pub account: Account,
    pub settings: PathBuf,
    pub log: PathBuf,
    pub listen: SocketAddr,
    /// The lowest port that it binds.
    pub lowest_port: u16,
}

enum End {
    /// We were told to.
    Stopped,
    /// By itself.
    Ended(ExitStatus),
    /// It never answered.
    Silent,
}

/// Keeps it running until told to stop, or until nobody could tell any more.
pub(super) fn keep(plan: &Plan, up: &AtomicBool, stopped: &Receiver<()>) {
    let mut pause = PAUSE;
    loop {
        let since = Instant::now();
        let end = plan
            .spawn()
            .and_then(|child| watch(plan, child, up, stopped));
        up.store(false, Ordering::Relaxed);
        let said = fs::read(&plan.log).map(|log| tail(&log));
        let said = said.unwrap_or_default();
        match end {
            Ok(End::Stopped) => return,
            Ok(End::Ended(status)) => {
                tracing::error!(%status, said, "the TURN server ended by itself");
            }
            Ok(End::Silent) => tracing::error!(said, "the TURN server does not answer"),
            Err(error) => tracing::error!(%error, "the TURN server cannot be run"),
        }
        if since.elapsed() > CALM {
            pause = PAUSE;
        }
        if !matches!(stopped.recv_timeout(pause), Err(RecvTimeoutError::Timeout)) {
            return;
        }
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

fn watch(
    plan: &Plan,
    mut child: Child,
    up: &AtomicBool,
    stopped: &Receiver<()>,
) -> io::Result<End> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Ended(status));
        }
        let answers = up.load(Ordering::Relaxed);
        if !answers && TcpStream::connect_timeout(&plan.listen, WATCH).is_ok() {
            up.store(true, Ordering::Relaxed);
            tracing::info!(turn.address = %plan.listen, "TURN is ready");
        } else if !answers && begun.elapsed() > START_MAX {
            end(&mut child)?;
            return Ok(End::Silent);
        }
        plan.bound_log()?;
        if !matches!(stopped.recv_timeout(WATCH), Err(RecvTimeoutError::Timeout)) {
            end(&mut child)?;
            return Ok(End::Stopped);
        }
    }
}

/// It keeps nothing that a polite end would save.
fn end(child: &mut Child) -> io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

impl Plan {
    fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.setpriv);
        command
            .args(["--pdeathsig", "KILL", "--no-new-privs"])
            // What our surroundings hold, the database's password included, is none of its business.
            .env_clear()
            .current_dir("/");
        if let Some((uid, gid)) = self.account.other {
            let rights = if self.lowest_port < PRIVILEGED {
                "-all,+net_bind_service"
            } else {
                "-all"
            };
            command
                .arg(format!("--reuid={uid}"))
                .arg(format!("--regid={gid}"))
                .arg("--clear-groups")
                .arg(format!("--inh-caps={rights}"))
                .arg(format!("--ambient-caps={rights}"))
                .arg(format!("--bounding-set={rights}"));
        }
        command
            .arg(&self.turnserver)
            .arg("-c")
            .arg(&self.settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    }

    /// Empties a log that has become long; it is written by appending.
    fn bound_log(&self) -> io::Result<()> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_MAX) {
            fs::File::options()
                .write(true)
                .open(&self.log)?
                .set_len(0)?;
        }
        Ok(())
    }
}
