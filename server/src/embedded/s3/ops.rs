//! The operations of S3 that Orderline uses, over [`super::layout`] and [`super::object`]. What is not offered
//! (versions, locks, other checksums, delimiters) is refused and never silently ignored.

use super::{
    draft::Draft,
    layout::{Wanted, list},
    object::{self, Note},
    store::{Claims, Store, blocking, disk_error, draft_error},
};
use crate::durable;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use s3s::{
    S3, S3Error, S3Request, S3Response, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumMode, ChecksumType,
        CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CreateBucketInput,
        CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput,
        DeleteObjectInput, DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput,
        HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListObjectsV2Input,
        ListObjectsV2Output, Metadata, Object, PutObjectInput, PutObjectOutput, StreamingBlob,
        UploadPartInput, UploadPartOutput,
    },
    s3_error,
};
use std::{
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
};

/// Keys in one page of a listing; S3's own limit.
const MAX_PAGE: usize = 1000;
/// Bytes read from the disk at a time.
const READ_BYTES: usize = 256 * 1024;

fn signed(bytes: u64) -> S3Result<i64> {
    i64::try_from(bytes).map_err(S3Error::internal_error)
}

fn metadata(note: &Note) -> Option<Metadata> {
    (!note.metadata.is_empty()).then(|| note.metadata.clone().into_iter().collect())
}

/// The checksum of a whole object, where the caller asked for it.
fn checksum(note: &Note, mode: Option<&ChecksumMode>) -> (Option<String>, Option<ChecksumType>) {
    let asked = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    let sha256 = note.sha256.clone().filter(|_| asked);
    let kind = sha256
        .as_ref()
        .map(|_| ChecksumType::from_static(ChecksumType::FULL_OBJECT));
    (sha256, kind)
}

/// A part of a file, read piece by piece as the reader takes it.
fn stream(mut file: std::fs::File, from: u64, bytes: u64) -> io::Result<StreamingBlob> {
    file.seek(SeekFrom::Start(from))?;
    let pieces = futures::stream::try_unfold((file, bytes), |(mut file, left)| async move {
        if left == 0 {
            return Ok::<_, io::Error>(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let take = usize::try_from(left).map_or(READ_BYTES, |left| left.min(READ_BYTES));
            let mut piece = vec![0; take];
            file.read_exact(&mut piece)?;
            Ok::<_, io::Error>((Bytes::from(piece), file))
        });
        let (piece, file) = read.await.map_err(io::Error::other)??;
        let left = left - piece.len() as u64;
        Ok(Some((piece, (file, left))))
    });
    Ok(StreamingBlob::wrap(pieces))
}

#[async_trait::async_trait]
impl S3 for Store {
    async fn create_bucket(
        &self,
        req: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let path = self.layout.bucket(&req.input.bucket)?;
        let buckets = self.layout.buckets();
        let existed = blocking(move || {
            let existed = path.is_dir();
            durable::create_dirs_synced(&buckets, &path)?;
            Ok(existed)
        });
        if existed.await? {
            return Err(s3_error!(BucketAlreadyOwnedByYou));
        }
        Ok(S3Response::new(CreateBucketOutput {
            location: Some(format!("/{}", req.input.bucket)),
        }))
    }

    async fn head_bucket(
        &self,
        req: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.bucket(&req.input.bucket)?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    async fn put_object(
        &self,
        req: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let input = req.input;
        if input.if_match.is_some()
            || input.object_lock_mode.is_some()
            || input.object_lock_legal_hold_status.is_some()
        {
            return Err(s3_error!(
                NotImplemented,
                "neither If-Match nor locks are offered"
            ));
        }
        let claims = Claims {
            md5: input.content_md5.as_deref(),
            sha256: input.checksum_sha256.as_deref(),
            other: input.checksum_crc32.is_some()
                || input.checksum_crc32c.is_some()
                || input.checksum_crc64nvme.is_some()
                || input.checksum_sha1.is_some(),
        };
        claims.refuse_unknown()?;
        let place = self.place(&input.bucket, &input.key, input.if_none_match.as_ref())?;
        let body = input.body.ok_or_else(|| s3_error!(IncompleteBody))?;
        let _turn = self.turn().await?;
        let mut draft = Draft::with_md5(&self.layout.drafts(), claims.md5.is_some())
            .await
            .map_err(disk_error)?;
        draft
            .take(body, input.content_length)
            .await
            .map_err(draft_error)?;
        let (finished, digests) = draft.finish().await.map_err(disk_error)?;
        claims.check(&digests)?;
        let note = Note {
            etag: digests.tag(),
            sha256: Some(BASE64.encode(digests.sha256)),
            content_type: input.content_type,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        };
        let output = PutObjectOutput {
            e_tag: Some(ETag::Strong(note.etag.clone())),
            checksum_sha256: note.sha256.clone(),
            ..PutObjectOutput::default()
        };
        if blocking(move || finished.publish(&note, &place)).await? {
            Ok(S3Response::new(output))
        } else {
            Err(s3_error!(PreconditionFailed, "the object exists"))
        }
    }

    async fn get_object(
        &self,
        req: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let input = req.input;
        let _turn = self.turn().await?;
        let stored = self.open(&input.bucket, &input.key).await?;
        let (from, bytes) = match &input.range {
            None => (0, stored.bytes),
            Some(range) => {
                let wanted = range
                    .check(stored.bytes)
                    .map_err(|_| s3_error!(InvalidRange))?;
                (wanted.start, wanted.end - wanted.start)
            }
        };
        let content_range = input.range.map(|_| {
            format!(
                "bytes {from}-{}/{}",
                (from + bytes).saturating_sub(1),
                stored.bytes
            )
        });
        let (checksum_sha256, checksum_type) = match input.range {
            None => checksum(&stored.note, input.checksum_mode.as_ref()),
            Some(_) => (None, None),
        };
        Ok(S3Response::new(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(bytes)?),
            content_range,
            content_type: stored.note.content_type.clone(),
            metadata: metadata(&stored.note),
            last_modified: Some(stored.modified.into()),
            checksum_sha256,
            checksum_type,
            e_tag: Some(ETag::Strong(stored.note.etag)),
            body: Some(stream(stored.file, from, bytes).map_err(disk_error)?),
            ..GetObjectOutput::default()
        }))
    }

    async fn head_object(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = req.input;
        let _turn = self.turn().await?;
        let stored = self.open(&input.bucket, &input.key).await?;
        let (checksum_sha256, checksum_type) = checksum(&stored.note, input.checksum_mode.as_ref());
        Ok(S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(stored.bytes)?),
            content_type: stored.note.content_type.clone(),
            metadata: metadata(&stored.note),
            last_modified: Some(stored.modified.into()),
            checksum_sha256,
            checksum_type,
            e_tag: Some(ETag::Strong(stored.note.etag)),
            ..HeadObjectOutput::default()
        }))
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = req.input;
        if input
            .delimiter
            .as_deref()
            .is_some_and(|delimiter| !delimiter.is_empty())
        {
            return Err(s3_error!(
                NotImplemented,
                "listing by delimiter is not offered"
            ));
        }
        let bucket = self.bucket(&input.bucket)?;
        let limit = input.max_keys.map_or(MAX_PAGE, |max| {
            usize::try_from(max).unwrap_or(0).min(MAX_PAGE)
        });
        let prefix = input.prefix.clone().unwrap_or_default();
        let token = input
            .continuation_token
            .clone()
            .or_else(|| input.start_after.clone())
            .unwrap_or_default();
        let _turn = self.turn().await?;
        let page = blocking(move || {
            page(
                &bucket,
                &Wanted {
                    prefix: &prefix,
                    after: &token,
                    limit,
                },
            )
        });
        let (contents, more) = page.await?;
        let next = contents
            .last()
            .and_then(|object| object.key.clone())
            .filter(|_| more);
        Ok(S3Response::new(ListObjectsV2Output {
            key_count: i32::try_from(contents.len()).ok(),
            max_keys: i32::try_from(limit).ok(),
            is_truncated: Some(next.is_some()),
            next_continuation_token: next,
            contents: Some(contents),
            name: Some(input.bucket),
            prefix: input.prefix,
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            ..ListObjectsV2Output::default()
        }))
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.bucket(&req.input.bucket)?;
        let path = self.layout.object(&req.input.bucket, &req.input.key)?;
        let _turn = self.turn().await?;
        blocking(move || match std::fs::remove_file(&path) {
            Ok(()) => path.parent().map_or(Ok(()), durable::sync_dir),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(error),
        })
        .await?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.begin_upload(req.input).await.map(S3Response::new)
    }

    async fn upload_part(
        &self,
        req: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.take_part(req.input).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete_upload(req.input).await.map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort_upload(req.input).await.map(S3Response::new)
    }
}

/// One page of a listing, and whether more follows. An object deleted meanwhile is left out.
fn page(bucket: &Path, wanted: &Wanted<'_>) -> io::Result<(Vec<Object>, bool)> {
    let mut found = list(bucket, wanted)?;
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let mut contents = Vec::with_capacity(found.len());
    for (key, path) in found {
        let Some(stored) = object::open(&path)? else {
            continue;
        };
        contents.push(Object {
            key: Some(key),
            size: i64::try_from(stored.bytes).ok(),
            last_modified: Some(stored.modified.into()),
            e_tag: Some(ETag::Strong(stored.note.etag)),
            ..Object::default()
        });
    }
    Ok((contents, more))
}
