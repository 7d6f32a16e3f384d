//! Objects that arrive in parts. Parts lie in a folder per upload and need not outlive a restart: an upload
//! that was cut short starts anew. Completing copies them into one draft, which is published like any other.

use super::{
    draft::Draft,
    object::Note,
    store::{Claims, Store, blocking, disk_error, draft_error},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use s3s::{
    S3Result,
    crypto::{Checksum as _, Md5},
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
        CreateMultipartUploadOutput, ETag, UploadPartInput, UploadPartOutput,
    },
    s3_error,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::io::AsyncReadExt as _;

/// S3's own limit on the parts of one upload.
const MAX_PARTS: i32 = 10_000;
/// Uploads under way at once.
const MAX_UPLOADS: usize = 256;
/// An upload that got no part for so long was given up, and makes room where there is none.
const GIVEN_UP: Duration = Duration::from_hours(1);
/// Smallest part but the last, in bytes; S3's own limit.
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;
/// Bytes copied at a time.
const COPY_BYTES: usize = 256 * 1024;

/// What an upload will become.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    bucket: String,
    key: String,
    content_type: Option<String>,
    metadata: BTreeMap<String, String>,
}

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

fn part_file(upload: &Path, number: i32, etag: &str) -> PathBuf {
    // The entity tag is part of the name: a part sent twice cannot mix with its twin.
    upload.join(format!("{number:05}-{etag}"))
}

impl Store {
    /// The folder and the plan of an upload under way.
    async fn upload(&self, bucket: &str, key: &str, upload_id: &str) -> S3Result<(PathBuf, Plan)> {
        // Parsed, so that the id can name nothing but an upload's folder.
        let id = uuid::Uuid::parse_str(upload_id).map_err(|_| s3_error!(NoSuchUpload))?;
        let dir = self.layout.uploads().join(id.to_string());
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

    pub(super) async fn begin_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        self.bucket(&input.bucket)?;
        self.layout.object(&input.bucket, &input.key)?;
        let id = uuid::Uuid::now_v7().to_string();
        let uploads = self.layout.uploads();
        let plan = Plan {
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            content_type: input.content_type,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        };
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
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..CreateMultipartUploadOutput::default()
        })
    }

    pub(super) async fn take_part(&self, input: UploadPartInput) -> S3Result<UploadPartOutput> {
        let claims = Claims {
            md5: input.content_md5.as_deref(),
            sha256: input.checksum_sha256.as_deref(),
            other: input.checksum_crc32.is_some()
                || input.checksum_crc32c.is_some()
                || input.checksum_crc64nvme.is_some()
                || input.checksum_sha1.is_some(),
        };
        claims.refuse_unknown()?;
        if !(1..=MAX_PARTS).contains(&input.part_number) {
            return Err(s3_error!(
                InvalidArgument,
                "part numbers go from 1 to 10000"
            ));
        }
        let body = input.body.ok_or_else(|| s3_error!(IncompleteBody))?;
        let (dir, _) = self
            .upload(&input.bucket, &input.key, &input.upload_id)
            .await?;
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
        let etag = digests.tag();
        let path = part_file(&dir, input.part_number, &etag);
        blocking(move || finished.keep_as(&path)).await?;
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_sha256: Some(BASE64.encode(digests.sha256)),
            ..UploadPartOutput::default()
        })
    }

    pub(super) async fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        if input.if_match.is_some() {
            return Err(s3_error!(NotImplemented, "If-Match is not offered"));
        }
        let (dir, plan) = self
            .upload(&input.bucket, &input.key, &input.upload_id)
            .await?;
        let place = self.place(&input.bucket, &input.key, input.if_none_match.as_ref())?;
        let parts = input
            .multipart_upload
            .and_then(|upload| upload.parts)
            .unwrap_or_default();
        let _turn = self.turn().await?;
        let mut draft = Draft::create(&self.layout.drafts())
            .await
            .map_err(disk_error)?;
        let etag = join_parts(&mut draft, &dir, &parts).await?;
        let (finished, digests) = draft.finish().await.map_err(disk_error)?;
        if input
            .mpu_object_size
            .is_some_and(|size| u64::try_from(size) != Ok(digests.bytes))
        {
            return Err(s3_error!(
                InvalidRequest,
                "the parts have another total size"
            ));
        }
        let note = Note {
            etag: etag.clone(),
            sha256: None,
            content_type: plan.content_type,
            metadata: plan.metadata,
        };
        let created = blocking(move || {
            let created = finished.publish(&note, &place)?;
            if created {
                std::fs::remove_dir_all(&dir)?;
            }
            Ok(created)
        });
        if !created.await? {
            return Err(s3_error!(PreconditionFailed, "the object exists"));
        }
        Ok(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(etag)),
            ..CompleteMultipartUploadOutput::default()
        })
    }

    pub(super) async fn abort_upload(
        &self,
        input: AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let (dir, _) = self
            .upload(&input.bucket, &input.key, &input.upload_id)
            .await?;
        blocking(move || std::fs::remove_dir_all(&dir)).await?;
        Ok(AbortMultipartUploadOutput::default())
    }
}

/// Copies the parts, in order, into a draft; gives the entity tag of the whole, as S3 makes it.
async fn join_parts(draft: &mut Draft, dir: &Path, parts: &[CompletedPart]) -> S3Result<String> {
    if parts.is_empty() || parts.len() > MAX_PARTS as usize {
        return Err(s3_error!(InvalidPart, "an upload has 1 to 10000 parts"));
    }
    let mut tags = Md5::new();
    let mut before = 0;
    let mut buffer = vec![0; COPY_BYTES];
    for (at, part) in parts.iter().enumerate() {
        let number = part
            .part_number
            .filter(|number| *number > before)
            .ok_or_else(|| s3_error!(InvalidPartOrder))?;
        before = number;
        let tag = part
            .e_tag
            .as_ref()
            .and_then(ETag::as_strong)
            .unwrap_or_default();
        // Decoded, so that a tag can name nothing but a part's file.
        let tag = hex::decode(tag)
            .ok()
            .filter(|tag| tag.len() == 16)
            .ok_or_else(|| s3_error!(InvalidPart))?;
        tags.update(&tag);
        let mut file = match tokio::fs::File::open(part_file(dir, number, &hex::encode(tag))).await
        {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(s3_error!(InvalidPart));
            }
            Err(error) => return Err(disk_error(error)),
        };
        let mut bytes = 0;
        loop {
            let read = file.read(&mut buffer).await.map_err(disk_error)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            draft.write(&buffer[..read]).await.map_err(draft_error)?;
        }
        if bytes < MIN_PART_BYTES && at + 1 < parts.len() {
            return Err(s3_error!(EntityTooSmall));
        }
    }
    Ok(format!("{}-{}", hex::encode(tags.finalize()), parts.len()))
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
