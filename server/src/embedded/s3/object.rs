//! One object, one file: the bytes, then what is known about them as JSON, then that JSON's length and a magic
//! word. A single rename therefore makes object and checksum visible together, or neither.

use super::sums::Sums;
use s3s::{S3Result, dto::Metadata, s3_error};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
    time::{Duration, SystemTime},
};

const MAGIC: [u8; 8] = *b"ORDLOBJ1";
/// Length (u32, little endian) and magic.
const TRAILER_BYTES: u64 = 12;
/// S3's own limit on the keys and values of an object's metadata, in bytes.
const MAX_METADATA_BYTES: usize = 2 * 1024;
/// Longest content type or encoding, in bytes.
const MAX_HEADER_BYTES: usize = 1024;
/// Largest description of an object, in bytes: all of the above, each byte escaped, and what we add.
const MAX_NOTE_BYTES: usize = 16 * 1024;
/// How S3 names a body that is sent in signed pieces; of the way, not of the object.
const CHUNKED: &str = "aws-chunked";

/// What is kept about an object beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Hex digits that stand for the bytes, and `-{parts}` for an object uploaded in parts, as S3 has it.
    pub(super) etag: String,
    /// Of the bytes; for an object uploaded in parts of the parts' checksums, with `-{parts}`, where S3 has it so.
    #[serde(default, skip_serializing_if = "Sums::is_empty")]
    pub(super) sums: Sums,
    pub(super) described: Described,
    /// The upload in parts that made it: completing it again is answered as the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) upload: Option<String>,
}

/// What the caller says of an object, given back with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Described {
    pub(super) content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

impl Described {
    /// # Errors
    /// `MetadataTooLarge`, where an object of S3 could not hold it.
    pub(super) fn new(
        content_type: Option<String>,
        content_encoding: Option<&str>,
        metadata: Option<Metadata>,
    ) -> S3Result<Self> {
        let codings = content_encoding
            .unwrap_or_default()
            .split(',')
            .map(str::trim);
        let codings: Vec<_> = codings
            .filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case(CHUNKED))
            .collect();
        let described = Self {
            content_type,
            content_encoding: (!codings.is_empty()).then(|| codings.join(",")),
            metadata: metadata.unwrap_or_default().into_iter().collect(),
        };
        let metadata = described.metadata.iter();
        let bytes: usize = metadata.map(|(key, value)| key.len() + value.len()).sum();
        let fits = |header: &Option<String>| {
            header
                .as_ref()
                .is_none_or(|it| it.len() <= MAX_HEADER_BYTES)
        };
        if bytes > MAX_METADATA_BYTES
            || !fits(&described.content_type)
            || !fits(&described.content_encoding)
        {
            return Err(s3_error!(MetadataTooLarge));
        }
        Ok(described)
    }

    pub(super) fn metadata(&self) -> Option<Metadata> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }
}

/// An object opened for reading, positioned at its first byte.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) file: File,
    pub(super) bytes: u64,
    pub(super) note: Note,
    modified: SystemTime,
}

impl Stored {
    /// When it was stored, in whole seconds, as the header says it that conditions are made from.
    pub(super) fn modified(&self) -> SystemTime {
        let since = self.modified.duration_since(SystemTime::UNIX_EPOCH);
        SystemTime::UNIX_EPOCH + Duration::from_secs(since.map_or(0, |since| since.as_secs()))
    }
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
            sums: Sums::default(),
            described: Described::default(),
            upload: None,
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
