//! Buckets: made and looked for.

use super::{
    asked::{owner, refuse, refuse_each},
    store::{Store, blocking},
};
use crate::durable;
use s3s::{
    S3Result,
    dto::{
        BucketCannedACL, CreateBucketConfiguration, CreateBucketInput, CreateBucketOutput,
        HeadBucketInput, HeadBucketOutput, ObjectOwnership,
    },
    s3_error,
};

impl Store {
    pub(super) async fn make_bucket(
        &self,
        input: CreateBucketInput,
    ) -> S3Result<CreateBucketOutput> {
        let CreateBucketInput {
            acl,
            bucket,
            create_bucket_configuration,
            grant_full_control,
            grant_read,
            grant_read_acp,
            grant_write,
            grant_write_acp,
            object_lock_enabled_for_bucket,
            object_ownership,
        } = input;
        let CreateBucketConfiguration {
            bucket: kind,
            location,
            // Every region is this machine.
            location_constraint: _,
        } = create_bucket_configuration.unwrap_or_default();
        refuse(&[
            (
                "x-amz-acl",
                acl.is_some_and(|acl| acl.as_str() != BucketCannedACL::PRIVATE),
            ),
            ("a bucket's kind", kind.is_some() || location.is_some()),
            (
                "x-amz-bucket-object-lock-enabled",
                object_lock_enabled_for_bucket == Some(true),
            ),
            (
                "x-amz-object-ownership",
                object_ownership
                    .is_some_and(|it| it.as_str() != ObjectOwnership::BUCKET_OWNER_ENFORCED),
            ),
        ])?;
        refuse_each! {
            "x-amz-grant-full-control": grant_full_control,
            "x-amz-grant-read": grant_read,
            "x-amz-grant-read-acp": grant_read_acp,
            "x-amz-grant-write": grant_write,
            "x-amz-grant-write-acp": grant_write_acp,
        }?;
        let path = self.layout.bucket(&bucket)?;
        let buckets = self.layout.buckets();
        let existed = blocking(move || {
            let existed = path.is_dir();
            durable::create_dirs_synced(&buckets, &path)?;
            Ok(existed)
        });
        if existed.await? {
            return Err(s3_error!(BucketAlreadyOwnedByYou));
        }
        Ok(CreateBucketOutput {
            location: Some(format!("/{bucket}")),
        })
    }

    pub(super) fn look_for_bucket(&self, input: HeadBucketInput) -> S3Result<HeadBucketOutput> {
        let HeadBucketInput {
            bucket,
            expected_bucket_owner,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        self.bucket(&bucket)?;
        Ok(HeadBucketOutput::default())
    }
}
