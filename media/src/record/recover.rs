//! What a start finds in the spool: segments that were not stored, and those that a crash left open.

use super::segment;
use super::writer::{OPEN_SUFFIX, segment_path};
use crate::SegmentInfo;
use orderline_domain::ids::RecordingId;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Added to a file that cannot be used.
const BAD_SUFFIX: &str = ".bad";
/// A spool file longer than this is none of ours: a segment of 4 s at several hundred Mbit/s is shorter.
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// What [`recover`] found.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Whole and recovered segments, ordered by recording, epoch and index; all wait to be stored.
    pub segments: Vec<SegmentInfo>,
    /// Files whose header is broken, under their new names. Nothing is deleted.
    pub bad: Vec<PathBuf>,
}

/// Puts the spool in order. Call it at start-up, before [`super::Recorder::start`].
///
/// A file left open is cut after its last whole frame (found by lengths and checksums, no key needed),
/// synced and given its final name. A file whose header cannot be read is set aside. A missing spool is an
/// empty one.
pub fn recover(spool: &Path) -> io::Result<Recovered> {
    let mut found = Recovered::default();
    let folders = match fs::read_dir(spool) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        other => other?,
    };
    for folder in folders {
        let folder = folder?;
        let name = folder.file_name();
        let recording = name
            .to_str()
            .and_then(|name| name.parse::<RecordingId>().ok());
        let (Some(recording), true) = (recording, folder.file_type()?.is_dir()) else {
            continue;
        };
        for file in fs::read_dir(folder.path())? {
            let path = file?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let open = name.ends_with(OPEN_SUFFIX);
            if !open && path.extension().is_none_or(|end| end != "seg") {
                continue;
            }
            match take(&path, recording)? {
                Some(info) => found.segments.push(info),
                None => found.bad.push(set_aside(&path)?),
            }
        }
        File::open(folder.path())?.sync_all()?;
    }
    found
        .segments
        .sort_by_key(|info| (info.recording, info.epoch, info.index));
    Ok(found)
}

/// Removes the local copy of a segment. Call it only after the store has confirmed the checksum. A copy
/// that is gone already is no error.
pub fn discard(info: &SegmentInfo) -> io::Result<()> {
    match fs::remove_file(&info.path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // The recording's folder goes with its last file; while it is not empty this fails, as it should.
    if let Some(folder) = info.path.parent() {
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Completes one file; `None` when its header is broken, or it is not what its place says.
fn take(path: &Path, recording: RecordingId) -> io::Result<Option<SegmentInfo>> {
    let file = File::options().read(true).write(true).open(path)?;
    let len = file.metadata()?.len();
    let Ok(size) = usize::try_from(len.min(MAX_FILE)) else {
        return Ok(None);
    };
    let mut bytes = vec![0; size];
    file.read_exact_at(&mut bytes, 0)?;
    let Some(extent) = segment::measure(&bytes) else {
        return Ok(None);
    };
    let header = &extent.header;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let whole_path = segment_path(folder, header.epoch, header.index);
    if header.recording != recording
        || !path
            .to_string_lossy()
            .starts_with(&*whole_path.to_string_lossy())
    {
        return Ok(None);
    }
    let good = &bytes[..extent.good_len];
    if good.len() as u64 != len {
        file.set_len(good.len() as u64)?;
    }
    file.sync_all()?;
    if path != whole_path {
        fs::rename(path, &whole_path)?;
    }
    Ok(Some(SegmentInfo {
        recording,
        call: header.call,
        epoch: header.epoch,
        index: header.index,
        path: whole_path,
        bytes: good.len() as u64,
        sha256: Sha256::digest(good).into(),
        first_at: extent.first_at,
        last_at: extent.last_at,
    }))
}

fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(BAD_SUFFIX);
    let aside = PathBuf::from(name);
    fs::rename(path, &aside)?;
    Ok(aside)
}
