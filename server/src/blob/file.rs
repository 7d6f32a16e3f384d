//! Large files, in parts. Every part goes with its SHA-256; the whole file's is kept in the object's metadata.

use super::{
    client::{Blob, SHA256_METADATA},
    error::{BlobError, status},
    keys::ObjectKey,
    put::{PutOutcome, PutReceipt},
};
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::{path::Path, sync::atomic::Ordering};
use tokio::io::AsyncReadExt as _;

/// Bytes per part: 10,000 parts make 156 GiB, and few are in memory at once.
const PART_BYTES: usize = 16 * 1024 * 1024;
/// Parts on the way at once, each with its bytes in memory.
const PARTS_AT_ONCE: usize = 3;

impl Blob {
    /// Stores a file under a key, once and for all. Safe to repeat. Small files go as one request, larger ones
    /// in parts.
    ///
    /// # Errors
    /// As [`Blob::put`]; [`BlobError::File`] when the file cannot be read or changes meanwhile.
    pub async fn put_file(&self, key: &ObjectKey, path: &Path) -> Result<PutReceipt, BlobError> {
        let (bytes, sha256) = measure(path).await?;
        if bytes <= PART_BYTES as u64 {
            let content = tokio::fs::read(path).await.map_err(BlobError::File)?;
            return self.put(key, content.into(), sha256).await;
        }
        // Spares the whole upload when only the answer to the former one was lost.
        if self.head(key).await?.is_some() {
            return self.already_there(key, bytes, sha256).await;
        }
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata(SHA256_METADATA, hex::encode(sha256))
            .content_type("application/octet-stream")
            .send()
            .await
            .map_err(|error| BlobError::from_sdk("begin upload", &error))?;
        let upload_id = begun.upload_id.unwrap_or_default();
        let outcome = self.upload(key, &upload_id, path, bytes).await;
        if !matches!(outcome, Ok(Some(_))) {
            // Otherwise the parts would be kept, and paid for. The upload's own error counts for more than this one's.
            let abort = self
                .client
                .abort_multipart_upload()
                .bucket(&*self.bucket)
                .key(key.as_str());
            if let Err(error) = abort.upload_id(&upload_id).send().await {
                let error = BlobError::from_sdk("abort upload", &error);
                tracing::warn!(error = %error, "an upload in parts was left behind");
            }
        }
        let Some(etag) = outcome? else {
            return self.already_there(key, bytes, sha256).await;
        };
        match self.head(key).await? {
            Some(info) if info.bytes == bytes => Ok(PutReceipt {
                bytes,
                sha256,
                etag: info.etag.or(Some(etag)),
                outcome: PutOutcome::Stored,
            }),
            _ => Err(BlobError::Mismatch {
                key: key.to_string(),
                found: "after an upload in parts",
            }),
        }
    }

    /// Sends the parts and completes the upload; `Ok(None)` when the key was taken meanwhile.
    async fn upload(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        path: &Path,
        bytes: u64,
    ) -> Result<Option<String>, BlobError> {
        let file = tokio::fs::File::open(path).await.map_err(BlobError::File)?;
        let parts =
            futures::stream::try_unfold((file, 1, bytes), |(mut file, number, left)| async move {
                if left == 0 {
                    return Ok::<_, BlobError>(None);
                }
                let size = usize::try_from(left).map_or(PART_BYTES, |left| left.min(PART_BYTES));
                let mut part = BytesMut::zeroed(size);
                file.read_exact(&mut part).await.map_err(BlobError::File)?;
                Ok(Some((
                    (number, part.freeze()),
                    (file, number + 1, left - size as u64),
                )))
            });
        let parts: Vec<CompletedPart> = parts
            .map_ok(|(number, part)| self.send_part(key, upload_id, number, part))
            .try_buffered(PARTS_AT_ONCE)
            .try_collect()
            .await?;
        let complete = || {
            self.client
                .complete_multipart_upload()
                .bucket(&*self.bucket)
                .key(key.as_str())
                .upload_id(upload_id)
                .multipart_upload(
                    CompletedMultipartUpload::builder()
                        .set_parts(Some(parts.clone()))
                        .build(),
                )
        };
        let unconditional = self.unconditional.load(Ordering::Relaxed);
        let mut done = complete()
            .set_if_none_match((!unconditional).then(|| "*".to_owned()))
            .send()
            .await;
        if !unconditional && matches!(&done, Err(error) if status(error) == Some(501)) {
            done = complete().send().await;
        }
        match done {
            Ok(done) => Ok(Some(done.e_tag.unwrap_or_default())),
            Err(error) if status(&error) == Some(412) => Ok(None),
            Err(error) => Err(BlobError::from_sdk("complete upload", &error)),
        }
    }

    async fn send_part(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        number: i32,
        part: Bytes,
    ) -> Result<CompletedPart, BlobError> {
        let sha256 = BASE64.encode(Sha256::digest(&part));
        let sent = self
            .client
            .upload_part()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .upload_id(upload_id)
            .part_number(number)
            .checksum_sha256(&sha256)
            .body(ByteStream::from(part))
            .send()
            .await
            .map_err(|error| BlobError::from_sdk("upload part", &error))?;
        if sent
            .checksum_sha256
            .as_ref()
            .is_some_and(|found| *found != sha256)
        {
            return Err(BlobError::Mismatch {
                key: key.to_string(),
                found: "by the store, in a part",
            });
        }
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .checksum_sha256(sha256)
            .build())
    }
}

/// Length and SHA-256 of a file.
async fn measure(path: &Path) -> Result<(u64, [u8; 32]), BlobError> {
    let path = path.to_path_buf();
    let measured = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::File::open(path)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        let mut bytes = 0;
        loop {
            let read = std::io::Read::read(&mut file, &mut buffer)?;
            if read == 0 {
                return Ok((bytes, hash.finalize().into()));
            }
            bytes += read as u64;
            hash.update(&buffer[..read]);
        }
    });
    measured
        .await
        .map_err(std::io::Error::other)
        .and_then(|measured| measured)
        .map_err(BlobError::File)
}
