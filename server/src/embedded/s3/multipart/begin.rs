//! An upload in parts begins.

use super::{Plan, Planned};
use crate::embedded::s3::{
    asked::{is_shared, owner, refuse, refuse_each, storage_class},
    object::Described,
    store::{Store, blocking},
    sums::Algorithm,
};
use s3s::{
    S3Error, S3ErrorCode, S3Result,
    dto::{
        ChecksumAlgorithm, ChecksumType, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    },
    s3_error,
};
use std::{
    io,
    path::Path,
    time::{Duration, SystemTime},
};

/// Uploads under way at once.
const MAX_UPLOADS: usize = 256;
/// An upload that got no part for so long was given up, and makes room where there is none.
const GIVEN_UP: Duration = Duration::from_hours(1);

/// Whether another upload may begin. Where there are too many, those that were given up go.
fn has_room(uploads: &Path, now: SystemTime) -> io::Result<bool> {
    if std::fs::read_dir(uploads)?.count() < MAX_UPLOADS {
        return Ok(true);
    }
    for upload in std::fs::read_dir(uploads)? {
        let upload = upload?;
        let touched = upload.metadata()?.modified()?;
        if now
            .duration_since(touched)
            .is_ok_and(|idle| idle >= GIVEN_UP)
        {
            std::fs::remove_dir_all(upload.path())?;
        }
    }
    Ok(std::fs::read_dir(uploads)?.count() < MAX_UPLOADS)
}

impl Planned {
    /// What S3 makes of the two headers.
    fn of(
        algorithm: Option<&ChecksumAlgorithm>,
        kind: Option<&ChecksumType>,
    ) -> S3Result<Option<Self>> {
        let Some(algorithm) = algorithm else {
            return match kind {
                None => Ok(None),
                Some(_) => Err(s3_error!(
                    InvalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
                )),
            };
        };
        let algorithm = Algorithm::named(algorithm)?;
        let composite = match kind.map(ChecksumType::as_str) {
            None => algorithm.composes(),
            Some(ChecksumType::COMPOSITE) => true,
            Some(ChecksumType::FULL_OBJECT) => false,
            Some(_) => {
                return Err(s3_error!(
                    InvalidRequest,
                    "Value for x-amz-checksum-type header is invalid."
                ));
            }
        };
        let offered = if composite {
            algorithm.composes()
        } else {
            algorithm.spans_parts()
        };
        if !offered {
            return Err(S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                format!(
                    "The {} checksum type cannot be used with the {} checksum algorithm.",
                    kind_of(composite),
                    algorithm.name()
                ),
            ));
        }
        Ok(Some(Self {
            algorithm,
            composite,
        }))
    }

    pub(super) fn kind(self) -> ChecksumType {
        ChecksumType::from_static(kind_of(self.composite))
    }
}

fn kind_of(composite: bool) -> &'static str {
    if composite {
        ChecksumType::COMPOSITE
    } else {
        ChecksumType::FULL_OBJECT
    }
}

impl Store {
    pub(in crate::embedded::s3) async fn begin_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let CreateMultipartUploadInput {
            acl,
            bucket,
            bucket_key_enabled,
            cache_control,
            checksum_algorithm,
            checksum_type,
            content_disposition,
            content_encoding,
            content_language,
            content_type,
            expected_bucket_owner,
            expires,
            grant_full_control,
            grant_read,
            grant_read_acp,
            grant_write_acp,
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
            "x-amz-object-lock-legal-hold": object_lock_legal_hold_status,
            "x-amz-object-lock-mode": object_lock_mode,
            "x-amz-object-lock-retain-until-date": object_lock_retain_until_date,
            "x-amz-tagging": tagging,
            "x-amz-website-redirect-location": website_redirect_location,
        }?;
        self.bucket(&bucket)?;
        self.layout.object(&bucket, &key)?;
        let checksum = Planned::of(checksum_algorithm.as_ref(), checksum_type.as_ref())?;
        let plan = Plan {
            bucket: bucket.clone(),
            key: key.clone(),
            described: Described::new(content_type, content_encoding.as_deref(), metadata)?,
            checksum,
        };
        let id = uuid::Uuid::now_v7().to_string();
        let uploads = self.layout.uploads();
        let dir = uploads.join(&id);
        let begun = blocking(move || {
            if !has_room(&uploads, SystemTime::now())? {
                return Ok(false);
            }
            std::fs::create_dir(&dir)?;
            std::fs::write(dir.join("plan.json"), serde_json::to_vec(&plan)?)?;
            Ok(true)
        });
        if !begun.await? {
            return Err(s3_error!(SlowDown, "too many uploads are under way"));
        }
        Ok(CreateMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            upload_id: Some(id),
            checksum_algorithm,
            checksum_type: checksum.map(Planned::kind),
            ..CreateMultipartUploadOutput::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_that_were_given_up_make_room() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..MAX_UPLOADS {
            assert!(has_room(folder.path(), SystemTime::now()).unwrap());
            std::fs::create_dir(folder.path().join(n.to_string())).unwrap();
        }
        let now = SystemTime::now();
        assert!(!has_room(folder.path(), now).unwrap());
        let later = now + GIVEN_UP - Duration::from_mins(1);
        assert!(!has_room(folder.path(), later).unwrap());
        std::fs::write(folder.path().join("0").join("a part"), b"x").unwrap();
        assert!(has_room(folder.path(), now + GIVEN_UP + Duration::from_mins(1)).unwrap());
    }
}
