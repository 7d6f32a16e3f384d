//! Objects given back, whole or in part, or described.

use super::{
    asked::{owner, refuse, refuse_each, version},
    conditions::Conditions,
    object::Stored,
    store::{Store, disk_error},
    sums::{Algorithm, Sums},
};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use s3s::{
    S3Error, S3Request, S3Response, S3Result,
    dto::{
        ChecksumMode, ChecksumType, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
        HeadObjectOutput, Range, StreamingBlob,
    },
    s3_error,
};
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// Bytes read from the disk at a time.
const READ_BYTES: usize = 256 * 1024;

/// A part of an object, or all of it.
struct Slice {
    from: u64,
    bytes: u64,
    /// `Content-Range`, where a part was asked for.
    told: Option<String>,
}

impl Slice {
    fn of(range: Option<Range>, length: u64) -> S3Result<Self> {
        let Some(range) = range else {
            return Ok(Self {
                from: 0,
                bytes: length,
                told: None,
            });
        };
        let wanted = range.check(length).map_err(|_| s3_error!(InvalidRange))?;
        // The last bytes of nothing are no range either.
        if wanted.is_empty() {
            return Err(s3_error!(InvalidRange));
        }
        Ok(Self {
            from: wanted.start,
            bytes: wanted.end - wanted.start,
            told: Some(format!(
                "bytes {}-{}/{length}",
                wanted.start,
                wanted.end - 1
            )),
        })
    }
}

/// What a reader is told of the bytes that were stored: their checksums, if it asked and gets all of them.
struct Told {
    sums: Sums,
    kind: Option<ChecksumType>,
}

impl Told {
    fn of(stored: &Stored, mode: Option<&ChecksumMode>, slice: &Slice) -> Self {
        let asked = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
        let sums = &stored.note.sums;
        if !asked || slice.told.is_some() || sums.is_empty() {
            return Self {
                sums: Sums::default(),
                kind: None,
            };
        }
        let kind = if sums.is_composite() {
            ChecksumType::COMPOSITE
        } else {
            ChecksumType::FULL_OBJECT
        };
        Self {
            sums: sums.clone(),
            kind: Some(ChecksumType::from_static(kind)),
        }
    }
}

fn signed(bytes: u64) -> S3Result<i64> {
    i64::try_from(bytes).map_err(S3Error::internal_error)
}

/// The library does not read this one: without it, a part of another object would be taken for one of the same.
fn no_if_range(headers: &HeaderMap) -> S3Result<()> {
    refuse(&[("If-Range", headers.contains_key(header::IF_RANGE))])
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

impl Store {
    pub(super) async fn get(&self, req: S3Request<GetObjectInput>) -> S3Result<GetObjectOutput> {
        let GetObjectInput {
            bucket,
            checksum_mode,
            expected_bucket_owner,
            if_match,
            if_modified_since,
            if_none_match,
            if_unmodified_since,
            key,
            part_number,
            range,
            // Nobody pays here.
            request_payer: _,
            // The library puts these into the answer.
            response_cache_control: _,
            response_content_disposition: _,
            response_content_encoding: _,
            response_content_language: _,
            response_content_type: _,
            response_expires: _,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            version_id,
        } = req.input;
        owner(expected_bucket_owner.as_deref())?;
        version(version_id.as_deref())?;
        no_if_range(&req.headers)?;
        refuse_each! {
            "partNumber": part_number,
            "x-amz-server-side-encryption-customer-algorithm": sse_customer_algorithm,
            "x-amz-server-side-encryption-customer-key": sse_customer_key,
            "x-amz-server-side-encryption-customer-key-MD5": sse_customer_key_md5,
        }?;
        let conditions = Conditions {
            if_match,
            if_none_match,
            if_modified_since,
            if_unmodified_since,
        };
        let _turn = self.turn().await?;
        let stored = self.open(&bucket, &key).await?;
        conditions.require(&stored)?;
        let slice = Slice::of(range, stored.bytes)?;
        let told = Told::of(&stored, checksum_mode.as_ref(), &slice);
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(slice.bytes)?),
            content_type: stored.note.described.content_type.clone(),
            content_encoding: stored.note.described.content_encoding.clone(),
            metadata: stored.note.described.metadata(),
            last_modified: Some(stored.modified().into()),
            checksum_crc32: told.sums.get(Algorithm::Crc32),
            checksum_crc32c: told.sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: told.sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: told.sums.get(Algorithm::Sha1),
            checksum_sha256: told.sums.get(Algorithm::Sha256),
            checksum_type: told.kind,
            e_tag: Some(ETag::Strong(stored.note.etag)),
            body: Some(stream(stored.file, slice.from, slice.bytes).map_err(disk_error)?),
            content_range: slice.told,
            ..GetObjectOutput::default()
        })
    }

    pub(super) async fn head(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let HeadObjectInput {
            bucket,
            checksum_mode,
            expected_bucket_owner,
            if_match,
            if_modified_since,
            if_none_match,
            if_unmodified_since,
            key,
            part_number,
            range,
            // Nobody pays here.
            request_payer: _,
            response_cache_control,
            response_content_disposition,
            response_content_encoding,
            response_content_language,
            response_content_type,
            response_expires,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            version_id,
        } = req.input;
        owner(expected_bucket_owner.as_deref())?;
        version(version_id.as_deref())?;
        no_if_range(&req.headers)?;
        refuse_each! {
            "partNumber": part_number,
            "response-cache-control": response_cache_control,
            "response-content-disposition": response_content_disposition,
            "response-content-encoding": response_content_encoding,
            "response-content-language": response_content_language,
            "response-content-type": response_content_type,
            "response-expires": response_expires,
            "x-amz-server-side-encryption-customer-algorithm": sse_customer_algorithm,
            "x-amz-server-side-encryption-customer-key": sse_customer_key,
            "x-amz-server-side-encryption-customer-key-MD5": sse_customer_key_md5,
        }?;
        let conditions = Conditions {
            if_match,
            if_none_match,
            if_modified_since,
            if_unmodified_since,
        };
        let _turn = self.turn().await?;
        let stored = self.open(&bucket, &key).await?;
        conditions.require(&stored)?;
        let slice = Slice::of(range, stored.bytes)?;
        let told = Told::of(&stored, checksum_mode.as_ref(), &slice);
        let status = slice.told.as_ref().map(|_| StatusCode::PARTIAL_CONTENT);
        let mut response = S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(signed(slice.bytes)?),
            content_type: stored.note.described.content_type.clone(),
            content_encoding: stored.note.described.content_encoding.clone(),
            metadata: stored.note.described.metadata(),
            last_modified: Some(stored.modified().into()),
            checksum_crc32: told.sums.get(Algorithm::Crc32),
            checksum_crc32c: told.sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: told.sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: told.sums.get(Algorithm::Sha1),
            checksum_sha256: told.sums.get(Algorithm::Sha256),
            checksum_type: told.kind,
            e_tag: Some(ETag::Strong(stored.note.etag)),
            content_range: slice.told,
            ..HeadObjectOutput::default()
        });
        response.status = status;
        Ok(response)
    }
}
