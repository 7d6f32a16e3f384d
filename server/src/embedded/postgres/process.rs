//! The Postgres process: starting it, finding the one that an earlier server left, stopping it.

use super::host::{Account, Postmaster, Programs, tail};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long a start may take: recovery after a power cut is part of it.
const START_MAX: Duration = Duration::from_mins(2);
/// How long the polite stop may take before the rude one, which costs a recovery at the next start.
const STOP_MAX: Duration = Duration::from_secs(30);
/// How often the process and its state file are looked at while starting and stopping.
const POLL: Duration = Duration::from_millis(20);
/// How often a process that is not our child is looked at.
const WATCH: Duration = Duration::from_millis(500);
/// What Postgres names its socket and that socket's lock by.
const SOCKET_PREFIX: &str = ".s.PGSQL.";
/// A log file larger than this is begun anew at the next start, in bytes.
const LOG_MAX: u64 = 8 * 1024 * 1024;

/// Settings of the cluster: enough for one machine, nothing that risks what is committed.
///
/// What leaves the buffers is written back at once: left to the kernel, which does that in bursts of tens of megabytes, a
/// commit behind such a burst takes a tenth of a second and more.
const SETTINGS: [&str; 12] = [
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=128MB",
    "backend_flush_after=256kB",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "wal_compression=on",
    "max_wal_size=1GB",
    "timezone=UTC",
    "unix_socket_permissions=0700",
    "logging_collector=off",
];

/// All that is needed to start the cluster, now or again.
#[derive(Debug)]
pub(super) struct Plan {
    pub programs: Programs,
    pub account: Account,
    /// The account's own folder.
    pub home: PathBuf,
    /// The cluster.
    pub data: PathBuf,
    /// Where its socket is.
    pub socket: PathBuf,
    /// What it says.
    pub log: PathBuf,
}

/// A postmaster that takes connections.
#[derive(Debug)]
pub(super) enum Running {
    /// Ours.
    Child(Child),
    /// Left by a server that was killed.
    Found(Pid),
}

impl Plan {
    /// Starts Postgres and waits until it takes connections; one that runs already as this plan wants it is taken
    /// over, any other one of this cluster is stopped first.
    pub(super) async fn start(&self) -> io::Result<Running> {
        if let Some(found) = self.take_over().await? {
            return Ok(found);
        }
        let begun = Instant::now();
        let mut child = self.spawn()?;
        while begun.elapsed() < START_MAX {
            if let Some(status) = child.try_wait()? {
                let said = tail(&fs::read(&self.log)?);
                return Err(io::Error::other(format!(
                    "postgres ended ({status}): {said}"
                )));
            }
            let state = Postmaster::read(&self.data);
            if state.is_some_and(|state| state.ready && u32::try_from(state.pid).ok() == child.id())
            {
                tracing::info!(
                    postgres.major = self.programs.major,
                    "the private database is ready"
                );
                return Ok(Running::Child(child));
            }
            sleep(POLL).await;
        }
        Running::Child(child).stop(self).await?;
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("not ready within {} s", START_MAX.as_secs()),
        ))
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["-D".to_owned(), self.data.to_string_lossy().into_owned()];
        arguments.extend(["-k".to_owned(), self.socket.to_string_lossy().into_owned()]);
        arguments.extend(
            SETTINGS
                .iter()
                .flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]),
        );
        arguments
    }

    fn spawn(&self) -> io::Result<Child> {
        let log = self.open_log()?;
        let mut command = self
            .account
            .command(self.programs.bin.join("postgres"), &self.home);
        command
            .args(self.arguments())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        // Ctrl-C in a terminal goes to a whole group: the server must be able to end its work first.
        command.process_group(0);
        Command::from(command).spawn()
    }

    fn open_log(&self) -> io::Result<File> {
        if fs::metadata(&self.log).is_ok_and(|found| found.len() > LOG_MAX) {
            fs::remove_file(&self.log)?;
        }
        OpenOptions::new().create(true).append(true).open(&self.log)
    }

    /// The postmaster that an earlier server left, when it runs with our settings. Waits for or stops what else is
    /// left of the cluster, and removes a state file that speaks of no process of it.
    async fn take_over(&self) -> io::Result<Option<Running>> {
        let begun = Instant::now();
        let mut told = false;
        while begun.elapsed() < START_MAX {
            let left = Postmaster::read(&self.data);
            let named = left.and_then(|left| Some((left, Pid::from_raw(left.pid)?)));
            let Some((left, pid)) = named.filter(|(_, pid)| self.works_here(*pid)) else {
                if self.has_processes()? {
                    // Its postmaster was killed, and the others notice and end; or it has yet to write its file.
                    sleep(POLL).await;
                    continue;
                }
                self.forget_processes()?;
                return Ok(None);
            };
            if !told && self.runs_as_planned(pid) {
                if left.ready {
                    tracing::info!("taking over the private database that an earlier server left");
                    return Ok(Some(Running::Found(pid)));
                }
            } else if !told {
                tracing::info!("stopping a private database that runs with other settings");
                signal(pid, Signal::INT)?;
                told = true;
            }
            sleep(POLL).await;
        }
        let seconds = START_MAX.as_secs();
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("what an earlier server left is still there after {seconds} s"),
        ))
    }

    /// Removes the files that name a process of this cluster, once it has none. Postgres compares the number alone,
    /// and after a restart of the machine it may be anybody's; a power cut can also leave such a file empty.
    fn forget_processes(&self) -> io::Result<()> {
        let mut stale = vec![self.data.join("postmaster.pid")];
        for entry in fs::read_dir(&self.socket)? {
            let entry = entry?;
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(SOCKET_PREFIX)
            {
                stale.push(entry.path());
            }
        }
        for file in stale {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the process works in the cluster's folder: every process of a cluster does, and no other.
    fn works_here(&self, pid: Pid) -> bool {
        fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()))
            .is_ok_and(|folder| folder == self.data)
    }

    fn has_processes(&self) -> io::Result<bool> {
        let numbers = fs::read_dir("/proc")?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Ok(numbers
            .filter_map(Pid::from_raw)
            .any(|pid| self.works_here(pid)))
    }

    fn runs_as_planned(&self, pid: Pid) -> bool {
        let Ok(line) = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())) else {
            return false;
        };
        let mut words = line.split(|byte| *byte == 0);
        let program = words.next().map(|word| {
            Path::new(&*String::from_utf8_lossy(word)) == self.programs.bin.join("postgres")
        });
        let rest: Vec<_> = words
            .filter(|word| !word.is_empty())
            .map(String::from_utf8_lossy)
            .collect();
        program == Some(true) && rest == self.arguments()
    }
}

impl Running {
    fn pid(&self) -> Option<Pid> {
        match self {
            Self::Child(child) => child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .and_then(Pid::from_raw),
            Self::Found(pid) => Some(*pid),
        }
    }

    /// Waits until the process has ended. May be cancelled.
    pub(super) async fn ended(&mut self, plan: &Plan) {
        match self {
            Self::Child(child) => {
                if let Err(error) = child.wait().await {
                    tracing::error!(error = %error, "cannot wait for the private database");
                }
            }
            Self::Found(pid) => {
                while plan.works_here(*pid) {
                    sleep(WATCH).await;
                }
            }
        }
    }

    /// Asks it to end, and after [`STOP_MAX`] makes it.
    pub(super) async fn stop(mut self, plan: &Plan) -> io::Result<()> {
        // Fast shutdown: connections end, all is written. Then immediate shutdown.
        for way in [Signal::INT, Signal::QUIT] {
            let Some(pid) = self.pid() else { return Ok(()) };
            signal(pid, way)?;
            let begun = Instant::now();
            while begun.elapsed() < STOP_MAX {
                let gone = match &mut self {
                    Self::Child(child) => child.try_wait()?.is_some(),
                    Self::Found(pid) => !plan.works_here(*pid),
                };
                if gone {
                    return Ok(());
                }
                sleep(POLL).await;
            }
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "it is still running",
        ))
    }
}

/// Sends a signal; a process that is gone already is no error.
fn signal(pid: Pid, signal: Signal) -> io::Result<()> {
    match kill_process(pid, signal) {
        Err(error) if error != rustix::io::Errno::SRCH => Err(error.into()),
        _ => Ok(()),
    }
}
