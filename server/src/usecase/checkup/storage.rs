//! The object storage: an object is written, read back, written again as it must not be, and removed.

use super::Subject;
use crate::blob::{Blob, BlobError, ObjectKey, SecondPut};
use bytes::Bytes;
use orderline_domain::checkup::{Finding, Part, Symptom, bounds::judge_clock};
use sha2::{Digest as _, Sha256};

/// What is written, and what must not replace it.
const FIRST: &[u8] = b"orderline was here";
const SECOND: &[u8] = b"this must not be kept";

/// What the storage does with an object.
pub(super) async fn look(subject: &Subject) -> Finding {
    let Some(blob) = &subject.blob else {
        return Finding::new(Part::Storage, Symptom::StorageOwn);
    };
    let bucket = &subject.config.storage.bucket;
    if let Err(error) = blob.reach().await {
        return failed(&error).with("bucket", bucket);
    }
    let key = ObjectKey::trial(subject.trial);
    let tried = tried(blob, &key).await;
    let removed = blob.delete(&key).await;
    let gone = removed.is_ok() && matches!(blob.head(&key).await, Ok(None));
    let symptom = match tried {
        Err(error) => return failed(&error).with("bucket", bucket),
        Ok(symptom) if symptom != Symptom::StorageGood => symptom,
        Ok(_) if !gone => Symptom::StorageKeeps,
        Ok(good) => good,
    };
    Finding::new(Part::Storage, symptom).with("bucket", bucket)
}

async fn tried(blob: &Blob, key: &ObjectKey) -> Result<Symptom, BlobError> {
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
