//! The object storage: an object is written, read back, written again as it must not be, and removed.

use super::Subject;
use crate::blob::{Blob, BlobError, ObjectKey, SecondPut};
use bytes::Bytes;
use orderline_domain::checkup::{
    Finding, Part, Symptom,
    bounds::{LOOK, judge_clock},
};
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use tokio::time::timeout;

/// What is written, and what must not replace it.
const FIRST: &[u8] = b"orderline was here";
const SECOND: &[u8] = b"this must not be kept";

/// How long the object may be tried.
const TRY: Duration = Duration::from_secs(6);
/// How long its removal may take, however the trial went.
const REMOVE: Duration = Duration::from_secs(3);
// Else the look would be cut off before the removal, and the object would stay.
const _: () = assert!(TRY.as_millis() + REMOVE.as_millis() < LOOK.as_millis());

/// What the storage does with an object.
pub(super) async fn look(subject: &Subject) -> Finding {
    let Some(blob) = &subject.blob else {
        return Finding::new(Part::Storage, Symptom::StorageOwn);
    };
    let key = ObjectKey::trial(subject.trial);
    let mut wrote = false;
    let tried = timeout(TRY, tried(blob, &key, &mut wrote)).await;
    let removed = if wrote {
        timeout(REMOVE, remove(blob, &key)).await
    } else {
        Ok(true)
    };
    let bucket = &subject.config.storage.bucket;
    let symptom = match (tried, removed) {
        (Ok(Err(error)), _) => return failed(&error).with("bucket", bucket),
        (Err(_), _) | (Ok(Ok(Symptom::StorageGood)), Err(_)) => Symptom::NotInTime,
        (Ok(Ok(Symptom::StorageGood)), Ok(false)) => Symptom::StorageKeeps,
        (Ok(Ok(symptom)), _) => symptom,
    };
    Finding::new(Part::Storage, symptom).with("bucket", bucket)
}

/// Tries the storage. `wrote` is set before anything is written, for whoever stops waiting in the middle of it.
async fn tried(blob: &Blob, key: &ObjectKey, wrote: &mut bool) -> Result<Symptom, BlobError> {
    blob.reach().await?;
    *wrote = true;
    let sha256 = Sha256::digest(FIRST).into();
    blob.put(key, Bytes::from_static(FIRST), sha256).await?;
    if blob.get(key).await?.as_deref() != Some(FIRST) {
        return Ok(Symptom::StorageDiffers);
    }
    let second = blob.put_over(key, Bytes::from_static(SECOND)).await?;
    // What the store says of the write is one thing, what it holds another.
    if blob.get(key).await?.as_deref() != Some(FIRST) {
        return Ok(Symptom::StorageOverwrites);
    }
    Ok(match second {
        SecondPut::Refused => Symptom::StorageGood,
        SecondPut::Taken => Symptom::StorageOverwrites,
        SecondPut::Unknown => Symptom::StorageUnconditional,
    })
}

/// Whether the object is gone.
async fn remove(blob: &Blob, key: &ObjectKey) -> bool {
    blob.delete(key).await.is_ok() && matches!(blob.head(key).await, Ok(None))
}

fn failed(error: &BlobError) -> Finding {
    let symptom = match error {
        BlobError::Unreachable { .. } | BlobError::Failing { .. } => Symptom::StorageUnreachable,
        BlobError::Denied { .. } => Symptom::StorageDenied,
        // A head has no body that could say of what there is none.
        BlobError::NoBucket | BlobError::Refused { status: 404, .. } => Symptom::StorageNoBucket,
        BlobError::Refused { .. }
        | BlobError::Conflict { .. }
        | BlobError::Mismatch { .. }
        | BlobError::TooLarge { .. }
        | BlobError::TooMany { .. }
        | BlobError::File(_) => Symptom::StorageRefuses,
    };
    Finding::new(Part::Storage, symptom).with("detail", error)
}

/// Our clock beside the storage's.
pub(super) async fn clock(subject: &Subject) -> Finding {
    let unknown = Finding::new(Part::Clock, Symptom::ClockUnknown);
    let Some(blob) = &subject.blob else {
        return Finding::new(Part::Clock, Symptom::ClockOwn);
    };
    match blob.their_time().await {
        Ok(Some(theirs)) => judge_clock(subject.now, theirs),
        Ok(None) | Err(_) => unknown,
    }
}
