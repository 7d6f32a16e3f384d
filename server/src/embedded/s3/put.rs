//! Objects that come in one request, and go.

use super::{
    asked::{is_shared, owner, refuse, refuse_each, storage_class, version},
    checksums::{Claimed, Claims},
    draft::Draft,
    object::{Described, Note},
    store::{Store, blocking, disk_error, draft_error},
    sums::{Algorithm, Sums},
};
use crate::durable;
use s3s::{
    S3Request, S3Result,
    dto::{
        Checksum, DeleteObjectInput, DeleteObjectOutput, ETag, ETagCondition, PutObjectInput,
        PutObjectOutput, StreamingBlob,
    },
    s3_error,
};
use std::io;

/// An object on its way in.
struct Incoming {
    bucket: String,
    key: String,
    body: StreamingBlob,
    bytes: Option<i64>,
    claimed: Claimed,
    described: Described,
    if_none_match: Option<ETagCondition>,
}

impl Incoming {
    fn read(input: PutObjectInput) -> S3Result<Self> {
        let PutObjectInput {
            acl,
            body,
            bucket,
            bucket_key_enabled,
            cache_control,
            checksum_algorithm,
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            content_disposition,
            content_encoding,
            content_language,
            content_length,
            content_md5,
            content_type,
            expected_bucket_owner,
            expires,
            grant_full_control,
            grant_read,
            grant_read_acp,
            grant_write_acp,
            if_match,
            if_none_match,
            key,
            metadata,
            object_lock_legal_hold_status,
            object_lock_mode,
            object_lock_retain_until_date,
            // Nobody pays here.
            request_payer: _,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            ssekms_encryption_context,
            ssekms_key_id,
            server_side_encryption,
            storage_class: class,
            tagging,
            website_redirect_location,
            write_offset_bytes,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        storage_class(class.as_ref())?;
        refuse(&[("x-amz-acl", is_shared(acl.as_ref()))])?;
        refuse_each! {
            "x-amz-server-side-encryption": server_side_encryption,
            "x-amz-server-side-encryption-bucket-key-enabled": bucket_key_enabled,
            "x-amz-server-side-encryption-context": ssekms_encryption_context,
            "x-amz-server-side-encryption-aws-kms-key-id": ssekms_key_id,
            "x-amz-server-side-encryption-customer-algorithm": sse_customer_algorithm,
            "x-amz-server-side-encryption-customer-key": sse_customer_key,
            "x-amz-server-side-encryption-customer-key-MD5": sse_customer_key_md5,
            "Cache-Control": cache_control,
            "Content-Disposition": content_disposition,
            "Content-Language": content_language,
            "Expires": expires,
            "x-amz-grant-full-control": grant_full_control,
            "x-amz-grant-read": grant_read,
            "x-amz-grant-read-acp": grant_read_acp,
            "x-amz-grant-write-acp": grant_write_acp,
            "If-Match": if_match,
            "x-amz-object-lock-legal-hold": object_lock_legal_hold_status,
            "x-amz-object-lock-mode": object_lock_mode,
            "x-amz-object-lock-retain-until-date": object_lock_retain_until_date,
            "x-amz-tagging": tagging,
            "x-amz-website-redirect-location": website_redirect_location,
            "x-amz-write-offset-bytes": write_offset_bytes,
        }?;
        let sums = Checksum {
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            checksum_type: None,
        };
        Ok(Self {
            bucket,
            key,
            body: body.ok_or_else(|| s3_error!(IncompleteBody))?,
            bytes: content_length,
            claimed: Claimed {
                md5: content_md5,
                algorithm: checksum_algorithm,
                sums: Sums::from(sums),
            },
            described: Described::new(content_type, content_encoding.as_deref(), metadata)?,
            if_none_match,
        })
    }
}

impl Store {
    pub(super) async fn put(&self, req: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let object = Incoming::read(req.input)?;
        let claims = Claims::read(object.claimed, &req.headers, req.trailing_headers)?;
        let place = self.place(&object.bucket, &object.key, object.if_none_match.as_ref())?;
        let _turn = self.turn().await?;
        let mut draft = Draft::create(&self.layout.drafts(), claims.hashes())
            .await
            .map_err(disk_error)?;
        draft
            .take(object.body, object.bytes)
            .await
            .map_err(draft_error)?;
        let (finished, digests) = draft.finish().await.map_err(disk_error)?;
        claims.check(&digests)?;
        let note = Note {
            etag: digests.tag(),
            sums: digests.sums,
            described: object.described,
            upload: None,
        };
        let output = PutObjectOutput {
            e_tag: Some(ETag::Strong(note.etag.clone())),
            checksum_crc32: note.sums.get(Algorithm::Crc32),
            checksum_crc32c: note.sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: note.sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: note.sums.get(Algorithm::Sha1),
            checksum_sha256: note.sums.get(Algorithm::Sha256),
            ..PutObjectOutput::default()
        };
        if blocking(move || finished.publish(&note, &place)).await? {
            Ok(output)
        } else {
            Err(s3_error!(PreconditionFailed, "the object exists"))
        }
    }

    pub(super) async fn delete(&self, input: DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
        let DeleteObjectInput {
            bucket,
            bypass_governance_retention,
            expected_bucket_owner,
            if_match,
            if_match_last_modified_time,
            if_match_size,
            key,
            mfa,
            // Nobody pays here.
            request_payer: _,
            version_id,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        version(version_id.as_deref())?;
        refuse_each! {
            "x-amz-bypass-governance-retention": bypass_governance_retention,
            "If-Match": if_match,
            "x-amz-if-match-last-modified-time": if_match_last_modified_time,
            "x-amz-if-match-size": if_match_size,
            "x-amz-mfa": mfa,
        }?;
        self.bucket(&bucket)?;
        let path = self.layout.object(&bucket, &key)?;
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
        Ok(DeleteObjectOutput::default())
    }
}
