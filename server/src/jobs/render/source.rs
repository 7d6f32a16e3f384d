//! The stored segments, each checked against the hash that was kept when it was recorded. Read on a blocking thread.

use crate::{
    blob::{Blob, BlobError, ObjectKey},
    usecase::recording::rendered::Loaded,
};
use jiff::Timestamp;
use orderline_domain::recording::{Damage, Doubt, StoredSegment};
use orderline_media::{
    Micros, RecordingKey,
    render::{RenderError, SegmentSource, unseal_segment},
};
use sha2::{Digest as _, Sha256};
use std::{fmt, io};
use tokio::runtime::Handle;

/// A segment that cannot be used, though the store answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unusable(pub Doubt);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Doubt {
            epoch,
            index,
            damage,
        } = self.0;
        write!(f, "segment {epoch}/{index} is {}", damage.name())
    }
}

impl std::error::Error for Unusable {}

/// See the module.
pub(super) struct StoredSource {
    blob: Blob,
    segments: Vec<StoredSegment>,
    /// When the first of the segments was recorded that cannot be used.
    first_damaged: Option<Timestamp>,
    runtime: Handle,
}

impl StoredSource {
    /// What of a recording can be used, read through this runtime.
    pub(super) fn new(blob: Blob, loaded: &Loaded, runtime: Handle) -> Self {
        Self {
            blob,
            segments: loaded.stored.clone(),
            first_damaged: loaded.first_damaged,
            runtime,
        }
    }

    /// Every segment that cannot be used. An error: the store does not answer, so nothing can be said.
    pub(super) fn damage(&mut self, key: &RecordingKey) -> io::Result<Vec<Doubt>> {
        let mut found = Vec::new();
        for index in 0..self.segments.len() {
            match self.read(index) {
                Ok(bytes) if unseal_segment(&bytes, key).is_ok() => {}
                Ok(_) => found.extend(
                    self.segments
                        .get(index)
                        .map(|it| doubt(it, Damage::Unreadable)),
                ),
                Err(error) => match doubt_in(&error) {
                    Some(doubt) => found.push(doubt),
                    None => return Err(error),
                },
            }
        }
        Ok(found)
    }
}

impl SegmentSource for StoredSource {
    fn count(&self) -> usize {
        self.segments.len()
    }

    fn began(&self) -> Option<Micros> {
        u64::try_from(self.first_damaged?.as_microsecond()).ok()
    }

    fn read(&mut self, index: usize) -> io::Result<Vec<u8>> {
        let segment = self.segments.get(index).ok_or(io::ErrorKind::NotFound)?;
        let key: ObjectKey = segment.object_key.parse().map_err(io::Error::other)?;
        let bytes = match self.runtime.block_on(self.blob.get(&key)) {
            Ok(bytes) => bytes,
            Err(BlobError::Mismatch { .. }) => {
                return Err(io::Error::other(Unusable(doubt(segment, Damage::Changed))));
            }
            Err(error) => return Err(io::Error::other(error)),
        };
        let bytes =
            bytes.ok_or_else(|| io::Error::other(Unusable(doubt(segment, Damage::Missing))))?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != *segment.sha256.as_bytes() {
            return Err(io::Error::other(Unusable(doubt(segment, Damage::Changed))));
        }
        Ok(bytes.into())
    }
}

/// Whether the recording could not be built for a segment's sake.
pub(super) fn is_damage(error: &RenderError) -> bool {
    match error {
        RenderError::Io(error) => doubt_in(error).is_some(),
        RenderError::Unseal { .. } => true,
        _ => false,
    }
}

fn doubt_in(error: &io::Error) -> Option<Doubt> {
    error.get_ref()?.downcast_ref::<Unusable>().map(|it| it.0)
}

const fn doubt(segment: &StoredSegment, damage: Damage) -> Doubt {
    Doubt {
        epoch: segment.epoch,
        index: segment.index,
        damage,
    }
}
