//! Segments from the spool into the store, while the call runs. The local copy goes only after the store has
//! confirmed the checksum and the table says so.

use super::Wake;
use crate::{
    blob::{Blob, BlobError, ObjectKey},
    usecase::{
        Reach,
        recording::{playback::Archive, segments},
    },
};
use bytes::Bytes;
use futures::FutureExt as _;
use orderline_media::{SegmentInfo, record};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, Semaphore, mpsc, watch},
    task::JoinSet,
};

/// Segments that wait: a day of one call, or an hour of twenty-four.
pub const QUEUE: usize = 21_600;
/// Segments that are stored at the same time.
const CONCURRENT: usize = 4;
/// The first wait after a failure, doubled up to the last.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(4);

/// What waits to be stored.
pub type Upload = SegmentInfo;

#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error("the segment cannot be registered: {0}")]
    Table(#[from] crate::failure::Failure),
    #[error("the spool: {0}")]
    Spool(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] BlobError),
    #[error("nobody knows this recording")]
    Unknown,
}

/// Stores what comes until there is nothing more or the node stops.
pub async fn run(
    archive: Archive,
    waiting: Arc<Mutex<mpsc::Receiver<Upload>>>,
    wake: Wake,
    mut stop: watch::Receiver<bool>,
) {
    let mut waiting = waiting.lock().await;
    let slots = Arc::new(Semaphore::new(CONCURRENT));
    let mut uploads = JoinSet::new();
    loop {
        let segment = tokio::select! {
            segment = waiting.recv() => segment,
            _ = stop.wait_for(|stopped| *stopped) => None,
        };
        let Some(segment) = segment else { break };
        // The semaphore is never closed.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            break;
        };
        let (archive, wake, stop) = (archive.clone(), wake.clone(), stop.clone());
        uploads.spawn(async move {
            store(archive, segment, wake, stop).await;
            drop(slot);
        });
        while uploads.try_join_next().is_some() {}
    }
    while uploads.join_next().await.is_some() {}
}

/// Tries until the segment is stored. A store that is down costs time, never a segment.
async fn store(
    archive: Archive,
    segment: SegmentInfo,
    wake: Wake,
    mut stop: watch::Receiver<bool>,
) {
    let mut pause = FIRST_RETRY;
    let mut complained = false;
    loop {
        match attempt(&archive, &segment).await {
            Ok(complete) => {
                if complained {
                    tracing::info!(recording.id = %segment.recording, segment.epoch, segment.index,
                        "a segment that had waited is stored");
                }
                if complete {
                    wake.ring();
                }
                return;
            }
            Err(error) => {
                let last = matches!(
                    error,
                    UploadError::Unknown | UploadError::Store(BlobError::Conflict { .. })
                );
                if last {
                    tracing::error!(%error, recording.id = %segment.recording, segment.epoch, segment.index,
                        "a segment stays in the spool");
                    return;
                }
                if !complained {
                    complained = true;
                    tracing::warn!(%error, recording.id = %segment.recording, segment.epoch, segment.index,
                        "a segment waits in the spool; it is tried again until it is stored");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        pause = (pause * 2).min(LAST_RETRY);
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
