//! One object, one file: the bytes, then what is known about them as JSON, then that JSON's length and a magic
//! word. A single rename therefore makes object and checksum visible together, or neither.

use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
    time::SystemTime,
};

const MAGIC: [u8; 8] = *b"ORDLOBJ1";
/// Length (u32, little endian) and magic.
const TRAILER_BYTES: u64 = 12;
/// Largest description of an object, in bytes; S3 allows 2 KiB of metadata.
const MAX_NOTE_BYTES: usize = 8 * 1024;

/// What is kept about an object beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Hex digits that stand for the bytes, and `-{parts}` for an object uploaded in parts, as S3 has it.
    pub(super) etag: String,
    /// Base64 SHA-256 of the bytes; none for an object uploaded in parts, as S3 has it.
    pub(super) sha256: Option<String>,
    pub(super) content_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
}

/// An object opened for reading, positioned at its first byte.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) file: File,
    pub(super) bytes: u64,
    pub(super) note: Note,
    pub(super) modified: SystemTime,
}

impl Note {
    /// The bytes that follow the object's own in its file.
    pub(super) fn trailer(&self) -> io::Result<Vec<u8>> {
        let mut out = serde_json::to_vec(self)?;
        let length = u32::try_from(out.len())
            .ok()
            .filter(|_| out.len() <= MAX_NOTE_BYTES);
        let length = length
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "too much metadata"))?;
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&MAGIC);
        Ok(out)
    }
}

/// Opens an object; `Ok(None)` when there is none.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when the file is no whole object.
pub(super) fn open(path: &Path) -> io::Result<Option<Stored>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the stored object is damaged");
    let held = file.metadata()?;
    let trailer_at = held.len().checked_sub(TRAILER_BYTES).ok_or_else(damaged)?;
    file.seek(SeekFrom::Start(trailer_at))?;
    let mut length = [0; 4];
    let mut magic = [0; 8];
    file.read_exact(&mut length)?;
    file.read_exact(&mut magic)?;
    let length = u32::from_le_bytes(length);
    if magic != MAGIC || length as usize > MAX_NOTE_BYTES {
        return Err(damaged());
    }
    let bytes = trailer_at
        .checked_sub(u64::from(length))
        .ok_or_else(damaged)?;
    file.seek(SeekFrom::Start(bytes))?;
    let mut note = vec![0; length as usize];
    file.read_exact(&mut note)?;
    let note = serde_json::from_slice(&note).map_err(|_| damaged())?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Some(Stored {
        file,
        bytes,
        note,
        modified: held.modified()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_files_are_refused() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("x.obj");
        let note = Note {
            etag: "e".into(),
            sha256: None,
            content_type: None,
            metadata: BTreeMap::new(),
        };
        let mut whole = b"hello".to_vec();
        whole.extend(note.trailer()?);
        std::fs::write(&path, &whole)?;
        let stored = open(&path)?.ok_or(io::ErrorKind::NotFound)?;
        assert_eq!((stored.bytes, stored.note), (5, note));
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut])?;
            assert!(open(&path).is_err(), "cut to {cut} bytes");
        }
        assert!(open(&dir.path().join("none.obj"))?.is_none());
        Ok(())
    }
}
