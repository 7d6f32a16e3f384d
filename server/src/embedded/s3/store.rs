//! The embedded store itself: its folders, its limits, and how failures of the disk are told.

use super::{
    draft::{DraftError, Place, SyncedDirs},
    layout::{BadName, Layout},
    object::{self, Stored},
};
use s3s::{S3Error, S3Result, dto::ETagCondition, s3_error};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests that touch the disk at once; the others wait.
const MAX_AT_WORK: usize = 64;

/// The embedded store.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) layout: Layout,
    pub(super) folders: SyncedDirs,
    at_work: Arc<Semaphore>,
}

impl Store {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            layout: Layout::new(root),
            folders: SyncedDirs::default(),
            at_work: Arc::new(Semaphore::new(MAX_AT_WORK)),
        }
    }

    pub(super) async fn turn(&self) -> S3Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.at_work).acquire_owned().await;
        turn.map_err(|_| s3_error!(ServiceUnavailable, "the store is stopping"))
    }

    /// The folder of a bucket that exists.
    pub(super) fn bucket(&self, bucket: &str) -> S3Result<PathBuf> {
        let path = self.layout.bucket(bucket)?;
        if path.is_dir() {
            Ok(path)
        } else {
            Err(s3_error!(NoSuchBucket))
        }
    }

    /// Where an object goes; only `If-None-Match: *` is offered as a condition, as Amazon has it.
    pub(super) fn place(
        &self,
        bucket: &str,
        key: &str,
        if_none_match: Option<&ETagCondition>,
    ) -> S3Result<Place> {
        if if_none_match.is_some_and(|condition| !condition.is_any()) {
            return Err(s3_error!(
                NotImplemented,
                "only If-None-Match: * is offered"
            ));
        }
        Ok(Place {
            path: self.layout.object(bucket, key)?,
            bucket: self.bucket(bucket)?,
            replace: if_none_match.is_none(),
            folders: self.folders.clone(),
        })
    }

    pub(super) async fn open(&self, bucket: &str, key: &str) -> S3Result<Stored> {
        let path = self.layout.object(bucket, key)?;
        if let Some(stored) = blocking(move || object::open(&path)).await? {
            return Ok(stored);
        }
        self.bucket(bucket)?;
        Err(s3_error!(NoSuchKey))
    }
}

/// Runs work on files where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> S3Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(disk_error),
        Err(stopped) => Err(S3Error::internal_error(stopped)),
    }
}

pub(super) fn disk_error(error: io::Error) -> S3Error {
    tracing::error!(error = %error, "the embedded object store cannot use its disk");
    if matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    ) {
        return s3_error!(ServiceUnavailable, "the disk is full");
    }
    S3Error::internal_error(error)
}

pub(super) fn draft_error(error: DraftError) -> S3Error {
    match error {
        DraftError::Body => s3_error!(IncompleteBody),
        DraftError::TooLarge => s3_error!(EntityTooLarge),
        DraftError::Io(error) => disk_error(error),
    }
}

impl From<BadName> for S3Error {
    fn from(name: BadName) -> Self {
        match name {
            BadName::Bucket => s3_error!(InvalidBucketName),
            BadName::KeyTooLong => s3_error!(KeyTooLongError),
            BadName::Key => s3_error!(InvalidArgument, "the key cannot be stored here"),
        }
    }
}
