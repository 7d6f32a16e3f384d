//! A file on its way into the store: streamed to `drafts/`, hashed on the way, and put in its place only when
//! it is whole and on the disk. A process killed at any point leaves a draft, which the next start removes,
//! and never half an object.

use super::{
    object::Note,
    sums::{Algorithm, Sums},
};
use crate::durable;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use futures::StreamExt as _;
use s3s::{
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Md5, Sha256},
    dto::StreamingBlob,
};
use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::io::AsyncWriteExt as _;

/// Largest body of one request; S3's own limit for a single put, in bytes.
pub(super) const MAX_BODY_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// Folders remembered as synced.
const MAX_KNOWN_DIRS: usize = 8192;

/// What a draft is hashed with beside SHA-256, which every draft is: only what somebody claims, as MD5 is slow.
#[derive(Default)]
pub(super) struct Hashes {
    pub(super) md5: Option<Md5>,
    pub(super) sums: ChecksumHasher,
}

/// Hashes and length of a finished draft.
pub(super) struct Digests {
    pub(super) bytes: u64,
    pub(super) md5: Option<[u8; 16]>,
    sha256: [u8; 32],
    /// SHA-256 and those that were wanted.
    pub(super) sums: Sums,
}

impl Digests {
    /// The entity tag: as long as S3's own, which is the MD5 for some objects and not for others, so that nobody may
    /// rely on it.
    pub(super) fn tag(&self) -> String {
        hex::encode(&self.sha256[..16])
    }
}

/// A file being written; removed when dropped before `Draft::publish`.
pub(super) struct Draft {
    file: tokio::fs::File,
    path: DraftPath,
    hashes: Hashes,
    sha256: Sha256,
    bytes: u64,
}

struct DraftPath(PathBuf);

impl Drop for DraftPath {
    fn drop(&mut self) {
        // Nothing to do when it fails: the next start empties the folder.
        let _removed = std::fs::remove_file(&self.0);
    }
}

/// Why a body could not be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum DraftError {
    #[error("the body ended early or could not be read")]
    Body,
    #[error("the body is larger than {MAX_BODY_BYTES} bytes")]
    TooLarge,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Draft {
    pub(super) async fn create(drafts: &Path, hashes: Hashes) -> io::Result<Self> {
        let path = DraftPath(drafts.join(uuid::Uuid::now_v7().to_string()));
        let file = tokio::fs::File::create_new(&path.0).await?;
        Ok(Self {
            file,
            path,
            hashes,
            sha256: Sha256::new(),
            bytes: 0,
        })
    }

    pub(super) async fn write(&mut self, chunk: &[u8]) -> Result<(), DraftError> {
        self.bytes += chunk.len() as u64;
        if self.bytes > MAX_BODY_BYTES {
            return Err(DraftError::TooLarge);
        }
        if let Some(md5) = &mut self.hashes.md5 {
            md5.update(chunk);
        }
        self.hashes.sums.update(chunk);
        self.sha256.update(chunk);
        Ok(self.file.write_all(chunk).await?)
    }

    /// Takes a whole body, which must have the announced length when there is one.
    pub(super) async fn take(
        &mut self,
        mut body: StreamingBlob,
        announced: Option<i64>,
    ) -> Result<(), DraftError> {
        while let Some(chunk) = body.next().await {
            self.write(&chunk.map_err(|_| DraftError::Body)?).await?;
        }
        match announced {
            Some(length) if u64::try_from(length) != Ok(self.bytes) => Err(DraftError::Body),
            _ => Ok(()),
        }
    }

    /// Ends the bytes. The draft can now be checked, and then published or dropped.
    pub(super) async fn finish(mut self) -> io::Result<(Finished, Digests)> {
        self.file.flush().await?;
        let sha256 = self.sha256.finalize();
        let mut sums = Sums::from(self.hashes.sums.finalize());
        sums.insert(Algorithm::Sha256, BASE64.encode(sha256));
        let digests = Digests {
            bytes: self.bytes,
            md5: self.hashes.md5.map(Md5::finalize),
            sha256,
            sums,
        };
        Ok((
            Finished {
                file: self.file.into_std().await,
                path: self.path,
            },
            digests,
        ))
    }
}

/// A draft whose bytes are complete.
pub(super) struct Finished {
    file: std::fs::File,
    path: DraftPath,
}

impl Finished {
    /// Appends what is known about the object, syncs the file, gives it its name and syncs every folder on
    /// the way. False when an object is there already and `replace` is not set. Blocks.
    pub(super) fn publish(mut self, note: &Note, place: &Place) -> io::Result<bool> {
        io::Write::write_all(&mut self.file, &note.trailer()?)?;
        self.file.sync_all()?;
        let dir = place.path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        place.folders.ensure(&place.bucket, dir)?;
        let created = if place.replace {
            std::fs::rename(&self.path.0, &place.path)?;
            true
        } else {
            // A link, unlike a rename, fails when the name is taken; the draft's own name goes on drop.
            match std::fs::hard_link(&self.path.0, &place.path) {
                Ok(()) => true,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
                Err(error) => return Err(error),
            }
        };
        // Also when the object was there: a retry after a kill must not be told of a name that is not yet synced.
        durable::sync_dir(dir)?;
        Ok(created)
    }

    /// Keeps the draft under another name without syncing it: for parts, which do not outlive a restart.
    pub(super) fn keep_as(self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path.0, path)
    }
}

/// Where a draft goes.
pub(super) struct Place {
    /// The bucket's folder, which exists and is synced.
    pub(super) bucket: PathBuf,
    pub(super) path: PathBuf,
    pub(super) replace: bool,
    pub(super) folders: SyncedDirs,
}

/// The folders whose names this process has synced, so that each is synced once and not with every object.
/// Folders are never removed while the store runs.
#[derive(Clone, Debug, Default)]
pub(super) struct SyncedDirs(Arc<Mutex<HashSet<PathBuf>>>);

impl SyncedDirs {
    fn ensure(&self, root: &Path, dir: &Path) -> io::Result<()> {
        if self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(dir)
        {
            return Ok(());
        }
        durable::create_dirs_synced(root, dir)?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN_DIRS {
            known.clear();
        }
        known.insert(dir.to_path_buf());
        Ok(())
    }
}
