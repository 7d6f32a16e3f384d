//! A part of an upload arrives.

use super::{MAX_PARTS, Plan, part_file};
use crate::embedded::s3::{
    asked::{owner, refuse_each},
    checksums::{Claimed, Claims},
    draft::Draft,
    store::{Store, blocking, disk_error, draft_error},
    sums::{Algorithm, Sums},
};
use s3s::{
    S3Error, S3ErrorCode, S3Request, S3Result,
    dto::{Checksum, ETag, UploadPartInput, UploadPartOutput},
    s3_error,
};

/// Refuses a checksum that the object's own cannot be made from.
fn as_planned(plan: &Plan, claims: &Claims) -> S3Result<()> {
    let Some(planned) = plan.checksum else {
        return Ok(());
    };
    let claimed = claims.algorithms();
    let found = claimed.first().map_or("null", |it| it.name());
    let fits = if claimed.is_empty() {
        !planned.composite
    } else {
        claimed.contains(&planned.algorithm)
    };
    if fits {
        Ok(())
    } else {
        Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {found}",
                planned.algorithm.name()
            ),
        ))
    }
}

impl Store {
    pub(in crate::embedded::s3) async fn take_part(
        &self,
        req: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let UploadPartInput {
            body,
            bucket,
            checksum_algorithm,
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            content_length,
            content_md5,
            expected_bucket_owner,
            key,
            part_number,
            // Nobody pays here.
            request_payer: _,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            upload_id,
        } = req.input;
        owner(expected_bucket_owner.as_deref())?;
        refuse_each! {
            "x-amz-server-side-encryption-customer-algorithm": sse_customer_algorithm,
            "x-amz-server-side-encryption-customer-key": sse_customer_key,
            "x-amz-server-side-encryption-customer-key-MD5": sse_customer_key_md5,
        }?;
        let claimed = Claimed {
            md5: content_md5,
            algorithm: checksum_algorithm,
            sums: Sums::from(Checksum {
                checksum_crc32,
                checksum_crc32c,
                checksum_crc64nvme,
                checksum_sha1,
                checksum_sha256,
                checksum_type: None,
            }),
        };
        let claims = Claims::read(claimed, &req.headers, req.trailing_headers)?;
        if !(1..=MAX_PARTS).contains(&part_number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive"
            ));
        }
        let body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
        let (dir, plan) = self.upload(&bucket, &key, &upload_id).await?;
        as_planned(&plan, &claims)?;
        let _turn = self.turn().await?;
        let mut draft = Draft::create(&self.layout.drafts(), claims.hashes())
            .await
            .map_err(disk_error)?;
        draft
            .take(body, content_length)
            .await
            .map_err(draft_error)?;
        let (finished, digests) = draft.finish().await.map_err(disk_error)?;
        claims.check(&digests)?;
        let etag = digests.tag();
        let path = part_file(&dir, part_number, &etag);
        blocking(move || finished.keep_as(&path)).await?;
        let sums = digests.sums;
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_crc32: sums.get(Algorithm::Crc32),
            checksum_crc32c: sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: sums.get(Algorithm::Sha1),
            checksum_sha256: sums.get(Algorithm::Sha256),
            ..UploadPartOutput::default()
        })
    }
}
