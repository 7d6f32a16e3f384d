//! Segments from the spool into the store, while the call runs. The local copy goes only after the store has
//! confirmed the checksum and the table says so.
//!
//! A few are stored side by side. One that fails leaves its place to the next and comes again by schedule: however many
//! fail for good, the others pass. What can never be stored is given up after a while: it stays in the spool, and its
//! recording is rendered without it.

use super::schedule::{Attempted, Retries, Worker};
use crate::{
    blob::{Blob, BlobError, ObjectKey},
    failure::Failure,
    usecase::{
        Reach,
        recording::{playback::Archive, segments},
    },
};
use bytes::Bytes;
use futures::FutureExt as _;
use orderline_domain::{backoff::Backoff, job};
use orderline_media::{SegmentInfo, record};
use std::{io, sync::Arc};
use tokio::sync::{Mutex, mpsc, watch};

/// Segments that wait: a day of one call, or an hour of twenty-four.
pub(super) const QUEUE: usize = 21_600;
/// Segments that are stored at the same time.
const CONCURRENT: usize = 4;

/// What waits to be stored.
pub(super) type Upload = SegmentInfo;

#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error("the segment cannot be registered: {0}")]
    Table(#[from] Failure),
    #[error("the spool: {0}")]
    Spool(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] BlobError),
    #[error("nobody knows this recording")]
    Unknown,
}

impl UploadError {
    /// How often it is tried. A store or database that is down costs time, never a segment; what lies in the spool and
    /// cannot be read, or is refused for what it is, will not become better.
    fn retries(&self) -> Option<Backoff> {
        match self {
            Self::Store(error) if error.is_retryable() => Some(job::UPLOAD),
            // Whoever runs the store can mend the latter two without touching the segment.
            Self::Table(_) | Self::Store(BlobError::Denied { .. } | BlobError::NoBucket) => {
                Some(job::UPLOAD)
            }
            Self::Store(BlobError::Conflict { .. }) | Self::Unknown => None,
            Self::Store(_) | Self::Spool(_) => Some(job::UPLOAD_HOPELESS),
        }
    }
}

/// What the uploads need; kept over a restart of their task.
pub(super) struct Uploads {
    waiting: Mutex<(mpsc::Receiver<Upload>, Retries<Upload>)>,
}

impl Uploads {
    /// Of what comes through this queue.
    pub(super) fn new(queue: mpsc::Receiver<Upload>) -> Arc<Self> {
        Arc::new(Self {
            waiting: Mutex::new((queue, Retries::new(CONCURRENT, QUEUE))),
        })
    }
}

/// Stores what comes until there is nothing more or the node stops.
pub(super) async fn run(archive: Archive, uploads: Arc<Uploads>, mut stop: watch::Receiver<bool>) {
    let mut waiting = uploads.waiting.lock().await;
    let (queue, retries) = &mut *waiting;
    retries.run(&Store { archive }, queue, &mut stop).await;
}

/// Stores one segment.
#[derive(Clone)]
struct Store {
    archive: Archive,
}

impl Worker<Upload> for Store {
    async fn attempt(&self, segment: &Upload, failures: u32) -> Attempted {
        let error = match attempt(&self.archive, segment).await {
            Ok(complete) => {
                if failures > 0 {
                    tracing::info!(recording.id = %segment.recording, segment.epoch, segment.index,
                        "a segment that had waited is stored");
                }
                if complete {
                    self.archive.run.env.wakes.wake(segments::RENDER);
                }
                return Attempted::Done;
            }
            Err(error) => error,
        };
        let wait = error
            .retries()
            .and_then(|retries| retries.next(failures + 1, rand::random()));
        let Some(wait) = wait else {
            self.give_up(segment, &error).await;
            return Attempted::Done;
        };
        if failures == 0 {
            tracing::warn!(%error, recording.id = %segment.recording, segment.epoch, segment.index,
                "a segment waits in the spool; it is tried again");
        }
        Attempted::Later(wait)
    }
}

impl Store {
    /// The segment stays in the spool, where the next start finds it.
    async fn give_up(&self, segment: &Upload, error: &UploadError) {
        tracing::error!(%error, recording.id = %segment.recording, segment.epoch, segment.index,
            "a segment cannot be stored and stays in the spool; its recording is rendered without it");
        metrics::counter!("orderline_segments_given_up_total").increment(1);
        let run = &self.archive.run;
        let given_up = run.job(Reach::Everyone, |cx| {
            segments::given_up(cx, segment).boxed()
        });
        match given_up.await {
            Ok(true) => self.archive.run.env.wakes.wake(segments::RENDER),
            Ok(false) => {}
            Err(failure) => {
                tracing::error!(error = %failure, recording.id = %segment.recording,
                    "that a segment was given up is not saved; the next start tries it again");
            }
        }
    }
}

/// Registers, stores, notes, discards; each step may be done already.
async fn attempt(archive: &Archive, segment: &SegmentInfo) -> Result<bool, UploadError> {
    let Archive { run, blob } = archive;
    let registered = run.job(Reach::Everyone, |cx| {
        segments::register(cx, segment).boxed()
    });
    let key = registered.await?.ok_or(UploadError::Unknown)?;
    put(blob, segment, &key).await?;
    let stored = run.job(Reach::Everyone, |cx| segments::stored(cx, segment).boxed());
    let complete = stored.await?;
    let discarded = segment.clone();
    let result = tokio::task::spawn_blocking(move || record::discard(&discarded)).await;
    if let Ok(Err(error)) = result {
        // It is stored; the next start finds it and stores it again, which changes nothing.
        tracing::warn!(%error, recording.id = %segment.recording, "a stored segment cannot be removed from the spool");
    }
    Ok(complete)
}

async fn put(blob: &Blob, segment: &SegmentInfo, key: &ObjectKey) -> Result<(), UploadError> {
    let bytes = match tokio::fs::read(&segment.path).await {
        Ok(bytes) => bytes,
        // Stored and removed just before a crash: the object is the proof.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match blob.head(key).await? {
                Some(info) if info.bytes == segment.bytes => Ok(()),
                _ => Err(error.into()),
            };
        }
        Err(error) => return Err(error.into()),
    };
    match blob.put(key, Bytes::from(bytes), segment.sha256).await {
        Ok(_) => Ok(()),
        Err(BlobError::NoBucket) => {
            // The storage did not answer when the server started; the next attempt finds the bucket.
            blob.ensure_bucket().await?;
            Err(BlobError::NoBucket.into())
        }
        Err(error) => Err(error.into()),
    }
}
