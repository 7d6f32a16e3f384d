//! coturn's database, made before coturn starts. Nothing of ours is in it, but each of coturn's threads opens it and
//! makes what it misses: at the first start all of them at once, so that the first allocations were refused
//! ("database is locked").

use super::settings::DATABASE;
use crate::embedded::postgres::host::Account;
use std::{
    fs, io,
    path::Path,
    process::{Child, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long making it may take.
const MAKE_MAX: Duration = Duration::from_secs(20);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(5);
/// Where coturn's tools begin a log of their own, which nothing forbids them; tried in this order.
const LOG_FOLDERS: [&str; 4] = ["/var/log/turnserver", "/var/log", "/var/tmp", "/tmp"];

/// Makes it in `home`, or what a start that was cut short left out; one that is whole stays as it is.
pub(super) fn make(turnadmin: &Path, account: Account, home: &Path) -> io::Result<()> {
    let mut child = account
        .command(turnadmin, home)
        .env_clear()
        .arg("--list")
        .arg("--userdb")
        .arg(home.join(DATABASE))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let log = format!("turn_{}_", child.id());
    let ended = wait(&mut child);
    for folder in LOG_FOLDERS.map(Path::new).into_iter().chain([home]) {
        remove_logs(folder, &log);
    }
    let status = ended?;
    if status.success() && home.join(DATABASE).is_file() {
        Ok(())
    } else {
        Err(io::Error::other(format!("turnadmin ended with {status}")))
    }
}

fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if begun.elapsed() > MAKE_MAX {
            child.kill()?;
            return child.wait();
        }
        thread::sleep(LOOK);
    }
}

/// A log that stays harms nobody, so that a folder that cannot be read is left alone.
fn remove_logs(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let _removed = fs::remove_file(entry.path());
        }
    }
}
