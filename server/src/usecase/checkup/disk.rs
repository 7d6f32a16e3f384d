//! Room on the disk, where the keys, the private database and our own store are, and where recordings wait.

use super::Subject;
use orderline_domain::checkup::{Finding, Part, Symptom};
use orderline_media::record::{bytes_waiting, limits::SPOOL_MAX_BYTES};
use std::{
    io,
    path::{Path, PathBuf},
};

const MIB: u64 = 1024 * 1024;

/// The worse of the two folders.
pub(super) async fn look(subject: &Subject) -> Finding {
    let (data, bounds) = (subject.config.data.clone(), subject.disk);
    let looked = tokio::task::spawn_blocking(move || {
        let spool = data.join("spool");
        let mut worst: Option<Finding> = None;
        for folder in [&data, &spool] {
            let found = bounds.judge(&folder.display().to_string(), free(folder)?);
            if worst.as_ref().is_none_or(|it| it.verdict < found.verdict) {
                worst = Some(found);
            }
        }
        let waiting = waiting(&spool)?;
        if waiting > SPOOL_MAX_BYTES
            && worst
                .as_ref()
                .is_none_or(|it| it.symptom == Symptom::DiskGood)
        {
            let found = Finding::new(Part::Disk, Symptom::DiskWaiting);
            worst = Some(found.with("waiting", &(waiting / MIB)));
        }
        io::Result::Ok(worst)
    })
    .await;
    let detail = match looked {
        Ok(Ok(Some(found))) => return found,
        Ok(Ok(None)) => "no folder".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Finding::new(Part::Disk, Symptom::DiskUnreadable).with("detail", &detail)
}

/// Bytes of recordings that wait to be stored.
pub(super) fn waiting(spool: &Path) -> io::Result<u64> {
    match bytes_waiting(spool) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        read => read,
    }
}

/// Free bytes where this folder is, or will be.
pub(super) fn free(folder: &Path) -> io::Result<u64> {
    let mut at: PathBuf = std::path::absolute(folder)?;
    while !at.exists() && at.pop() {}
    let disk = rustix::fs::statvfs(&at)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
