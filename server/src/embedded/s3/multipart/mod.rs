//! Objects that arrive in parts. Parts lie in a folder per upload and need not outlive a restart: an upload
//! that was cut short starts anew. Completing copies them into one draft, which is published like any other.

mod begin;
mod complete;
mod part;

use super::{
    asked::{owner, refuse_each},
    object::Described,
    store::{Store, blocking, disk_error},
    sums::Algorithm,
};
use s3s::{
    S3Result,
    dto::{AbortMultipartUploadInput, AbortMultipartUploadOutput},
    s3_error,
};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// S3's own limit on the parts of one upload.
const MAX_PARTS: i32 = 10_000;

/// What an upload will become.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    bucket: String,
    key: String,
    described: Described,
    checksum: Option<Planned>,
}

/// Which checksum the object will have.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Planned {
    algorithm: Algorithm,
    /// Of the parts' checksums, rather than of all bytes.
    composite: bool,
}

fn part_file(upload: &Path, number: i32, etag: &str) -> PathBuf {
    // The entity tag is part of the name: a part sent twice cannot mix with its twin.
    upload.join(format!("{number:05}-{etag}"))
}

/// The folder of an upload; parsed, so that an id can name nothing else.
fn folder(uploads: &Path, upload_id: &str) -> S3Result<PathBuf> {
    let id = uuid::Uuid::parse_str(upload_id).map_err(|_| s3_error!(NoSuchUpload))?;
    Ok(uploads.join(id.to_string()))
}

impl Store {
    /// The folder and the plan of an upload under way.
    async fn upload(&self, bucket: &str, key: &str, upload_id: &str) -> S3Result<(PathBuf, Plan)> {
        let dir = folder(&self.layout.uploads(), upload_id)?;
        let plan = match tokio::fs::read(dir.join("plan.json")).await {
            Ok(plan) => plan,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(s3_error!(NoSuchUpload));
            }
            Err(error) => return Err(disk_error(error)),
        };
        let plan: Plan = serde_json::from_slice(&plan).map_err(|error| disk_error(error.into()))?;
        if plan.bucket == bucket && plan.key == key {
            Ok((dir, plan))
        } else {
            Err(s3_error!(NoSuchUpload))
        }
    }

    pub(super) async fn abort_upload(
        &self,
        input: AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let AbortMultipartUploadInput {
            bucket,
            expected_bucket_owner,
            if_match_initiated_time,
            key,
            // Nobody pays here.
            request_payer: _,
            upload_id,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        refuse_each! {
            "x-amz-if-match-initiated-time": if_match_initiated_time,
        }?;
        let (dir, _) = self.upload(&bucket, &key, &upload_id).await?;
        blocking(move || remove(&dir)).await?;
        Ok(AbortMultipartUploadOutput::default())
    }
}

/// Removes an upload that another request may be removing too.
fn remove(dir: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
