//! Whether the spool has room.

use super::limits::{SPOOL_MAX_BYTES, SPOOL_MIN_FREE};
use std::fs;
use std::io;
use std::path::Path;

/// What to tell the operator when the disk is nearly full or too much waits to be stored; `None` when all
/// is well. Recording goes on either way, as long as the disk does.
pub fn shortage(spool: &Path) -> io::Result<Option<String>> {
    let disk = rustix::fs::statvfs(spool)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let waiting = bytes_waiting(spool)?;
    Ok(judge(free, waiting))
}

fn judge(free: u64, waiting: u64) -> Option<String> {
    const MIB: u64 = 1024 * 1024;
    if free < SPOOL_MIN_FREE {
        Some(format!(
            "the recorder's disk is nearly full: {} MiB free",
            free / MIB
        ))
    } else if waiting > SPOOL_MAX_BYTES {
        Some(format!(
            "{} MiB of recordings wait to be stored",
            waiting / MIB
        ))
    } else {
        None
    }
}

/// Bytes of recordings that wait to be stored.
pub fn bytes_waiting(spool: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for folder in fs::read_dir(spool)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        // Files and folders may vanish while we look: they were stored.
        let Ok(files) = fs::read_dir(folder.path()) else {
            continue;
        };
        sum += files
            .filter_map(|file| file.ok()?.metadata().ok())
            .map(|meta| meta.len())
            .sum::<u64>();
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_of_a_full_disk_and_of_a_full_spool() {
        assert_eq!(judge(u64::MAX, 0), None);
        assert!(
            judge(SPOOL_MIN_FREE - 1, 0)
                .expect("too little")
                .contains("nearly full")
        );
        assert!(
            judge(u64::MAX, SPOOL_MAX_BYTES + 1)
                .expect("too much")
                .contains("wait")
        );
    }

    #[test]
    fn counts_what_lies_in_the_spool() {
        let spool = tempfile::tempdir().expect("a folder");
        fs::create_dir(spool.path().join("a")).expect("a folder");
        fs::write(spool.path().join("a/x.seg"), [0; 1000]).expect("a file");
        assert_eq!(bytes_waiting(spool.path()).expect("readable"), 1000);
    }
}
