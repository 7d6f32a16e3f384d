//! Reading: whole objects and ranges, bounded.

use super::{client::Blob, error::BlobError, keys::ObjectKey};
use aws_sdk_s3::{
    error::ProvideErrorMetadata as _, operation::get_object::GetObjectOutput,
    primitives::ByteStreamError,
};
use bytes::{Bytes, BytesMut};
use sha2::{Digest as _, Sha256};
use std::{error::Error, iter, ops::Range};

/// Largest object, or range of one, that is read at once, in bytes.
const MAX_READ_BYTES: u64 = 64 * 1024 * 1024;

impl Blob {
    /// Reads an object through to its SHA-256, for stores that keep none.
    pub(super) async fn hash(&self, key: &ObjectKey) -> Result<Option<[u8; 32]>, BlobError> {
        let Some(mut output) = self.send_get(key, None).await? else {
            return Ok(None);
        };
        let mut hash = Sha256::new();
        while let Some(chunk) = output
            .body
            .try_next()
            .await
            .map_err(|error| cut_short(key, &error))?
        {
            hash.update(&chunk);
        }
        Ok(Some(hash.finalize().into()))
    }

    /// A whole object of at most 64 MiB; `Ok(None)` when there is none.
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, BlobError> {
        self.read(key, None).await
    }

    /// The bytes of a range, cut at the object's end, at most 64 MiB; empty when it begins behind the end;
    /// `Ok(None)` when there is no such object.
    pub async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, BlobError> {
        if range.is_empty() {
            return Ok(self.head(key).await?.map(|_| Bytes::new()));
        }
        self.read(key, Some(range)).await
    }

    async fn send_get(
        &self,
        key: &ObjectKey,
        range: Option<&Range<u64>>,
    ) -> Result<Option<GetObjectOutput>, BlobError> {
        let range = range.map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let get = self
            .client
            .get_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .set_range(range);
        match get.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.code() == Some("NoSuchKey") => Ok(None),
            Err(error) => Err(BlobError::from_sdk("get", &error)),
        }
    }

    async fn read(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Bytes>, BlobError> {
        let too_large = |bytes| BlobError::TooLarge {
            key: key.to_string(),
            bytes,
            limit: MAX_READ_BYTES,
        };
        let output = match self.send_get(key, range.as_ref()).await {
            Ok(Some(output)) => output,
            Ok(None) => return Ok(None),
            Err(BlobError::Refused { status: 416, .. }) => return Ok(Some(Bytes::new())),
            Err(error) => return Err(error),
        };
        let announced = output
            .content_length
            .and_then(|length| u64::try_from(length).ok())
            .unwrap_or(0);
        if announced > MAX_READ_BYTES {
            return Err(too_large(announced));
        }
        let mut body = output.body;
        let mut bytes = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
        while let Some(chunk) = body
            .try_next()
            .await
            .map_err(|error| cut_short(key, &error))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > MAX_READ_BYTES {
                return Err(too_large(bytes.len() as u64));
            }
        }
        Ok(Some(bytes.freeze()))
    }
}

/// A body that broke off on the way, or whose bytes are not those of its checksum.
fn cut_short(key: &ObjectKey, error: &ByteStreamError) -> BlobError {
    if mismatches(error) {
        return BlobError::Mismatch {
            key: key.to_string(),
            found: "when it was read",
        };
    }
    BlobError::Unreachable {
        operation: "get",
        detail: error.to_string(),
    }
}

/// Whether the client library found another checksum than the store had told. It has no type of its own for that.
fn mismatches(error: &ByteStreamError) -> bool {
    iter::successors(error.source(), |error| (*error).source())
        .any(|error| error.to_string().contains("checksum mismatch"))
}
