//! Writing: once per key, checked on both sides, safe to repeat.

use super::{
    client::{Blob, SHA256_METADATA},
    error::{BlobError, status},
    keys::ObjectKey,
};
use aws_sdk_s3::{
    config::http::HttpResponse, error::SdkError, operation::put_object::PutObjectError,
    primitives::ByteStream,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::Ordering;

/// A stored object, as the store confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutReceipt {
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub etag: Option<String>,
    pub outcome: PutOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    Stored,
    /// The very same bytes were there already.
    AlreadyThere,
}

impl Blob {
    /// Stores bytes under a key, once and for all. Safe to repeat.
    ///
    /// # Errors
    /// [`BlobError::Mismatch`] when `sha256` is not that of the bytes or the store holds others;
    /// [`BlobError::Conflict`] when other bytes are under the key already.
    pub async fn put(
        &self,
        key: &ObjectKey,
        bytes: Bytes,
        sha256: [u8; 32],
    ) -> Result<PutReceipt, BlobError> {
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != sha256 {
            return Err(BlobError::Mismatch {
                key: key.to_string(),
                found: "before sending",
            });
        }
        let length = bytes.len() as u64;
        let mut sent = self.send_put(key, bytes.clone(), &sha256).await;
        if let Err(error) = &sent
            && status(error) == Some(501)
            && !self.unconditional.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "the object store knows no conditional writes; objects are looked up before each write"
            );
            sent = self.send_put(key, bytes, &sha256).await;
        }
        match sent {
            Ok(None) => self.already_there(key, length, sha256).await,
            Ok(Some((etag, checksum))) => {
                self.confirm(key, length, sha256, checksum.as_deref())
                    .await?;
                Ok(PutReceipt {
                    bytes: length,
                    sha256,
                    etag,
                    outcome: PutOutcome::Stored,
                })
            }
            // Also the answer to a retry whose first attempt got through.
            Err(error) if status(&error) == Some(412) => {
                self.already_there(key, length, sha256).await
            }
            Err(error) => Err(BlobError::from_sdk("put", &error)),
        }
    }

    /// `Ok(None)` when the store has no conditional writes and the key is taken.
    async fn send_put(
        &self,
        key: &ObjectKey,
        bytes: Bytes,
        sha256: &[u8; 32],
    ) -> Result<Option<(Option<String>, Option<String>)>, SdkError<PutObjectError, HttpResponse>>
    {
        let mut put = self
            .client
            .put_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .checksum_sha256(BASE64.encode(sha256))
            .metadata(SHA256_METADATA, hex::encode(sha256))
            .content_type("application/octet-stream")
            .body(ByteStream::from(bytes));
        if self.unconditional.load(Ordering::Relaxed) {
            if matches!(self.head(key).await, Ok(Some(_))) {
                return Ok(None);
            }
        } else {
            put = put.if_none_match("*");
        }
        // The SHA-256 stands in a signed header and the store checks the body against it: to sign the body too would
        // hash it once more at both ends.
        let stored = put.customize().disable_payload_signing().send().await?;
        Ok(Some((stored.e_tag, stored.checksum_sha256)))
    }

    /// Compares what the store says it holds with what was sent.
    async fn confirm(
        &self,
        key: &ObjectKey,
        length: u64,
        sha256: [u8; 32],
        returned: Option<&str>,
    ) -> Result<(), BlobError> {
        let mismatch = || BlobError::Mismatch {
            key: key.to_string(),
            found: "by the store",
        };
        match returned {
            Some(checksum) if checksum == BASE64.encode(sha256) => Ok(()),
            Some(_) => Err(mismatch()),
            None => match self.head(key).await? {
                Some(info)
                    if info.bytes == length && info.sha256.is_none_or(|found| found == sha256) =>
                {
                    Ok(())
                }
                _ => Err(mismatch()),
            },
        }
    }

    /// The receipt for an object that was there before: the same bytes are success, others a conflict.
    pub(super) async fn already_there(
        &self,
        key: &ObjectKey,
        length: u64,
        sha256: [u8; 32],
    ) -> Result<PutReceipt, BlobError> {
        let conflict = || BlobError::Conflict {
            key: key.to_string(),
        };
        let Some(info) = self.head(key).await? else {
            // Deleted meanwhile: the next attempt stores it.
            let detail = "the object vanished while it was compared".to_owned();
            return Err(BlobError::Failing {
                operation: "put",
                status: 412,
                detail,
            });
        };
        if info.bytes != length {
            return Err(conflict());
        }
        let found = match info.sha256 {
            Some(found) => found,
            None => self.hash(key).await?.ok_or_else(conflict)?,
        };
        if found != sha256 {
            return Err(conflict());
        }
        Ok(PutReceipt {
            bytes: length,
            sha256,
            etag: info.etag,
            outcome: PutOutcome::AlreadyThere,
        })
    }
}
